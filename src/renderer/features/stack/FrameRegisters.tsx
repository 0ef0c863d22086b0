import { formatAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { shortValue, slotTitle } from './slot-look.ts';
import { findSlot, followPointer, useStackContext, useStackData } from './use-stack.ts';

const SHOWN = ['rip', 'rsp', 'rbp', 'rax', 'rdi', 'rsi', 'rdx', 'rbx', 'r13', 'fs_base'];

/** The registers that say most about a frame; all of them are in their own view. */
export function FrameRegisters({ frame }: { readonly frame: StackFrame }) {
  const app = useApp();
  const { data } = useStackContext();
  const { picture } = useStackData();
  const registers = useSession((view) => view.registers);
  const selected = useSession((view) => view.selectedFrame);
  const regions = useSession((view) => view.regions);
  if (registers.length === 0 || selected !== frame.level || frame.unwoundBy !== 'gdb') return null;
  const words = (value: Address): string => {
    const at = picture === undefined ? undefined : findSlot(picture.frames, value);
    if (at !== undefined) return at.frame.slots[at.slot]?.start === value ? slotTitle(at.frame.slots[at.slot] ?? at.frame.slots[0] ?? never()) : `frame ${at.frame.level}`;
    const region = regions?.regionAt(value);
    return region === undefined || region.perms === '' ? (value < 100_000n ? value.toString() : '') : region.label;
  };
  return (
    <>
      <h3>Registers, frame {frame.level}</h3>
      <div className="stk-rg">
        {SHOWN.flatMap((name) => {
          const register = registers.find((one) => one.name === name);
          if (register?.value === undefined) return [];
          const value = toAddress(BigInt.asUintN(64, register.value));
          const region = regions?.regionAt(value);
          const isPointer = region !== undefined && region.perms !== '';
          return [
            <div key={name}>
              <span>{name}</span>
              {isPointer ? <button type="button" className={register.changed ? 'mono chg' : 'mono'} onClick={() => followPointer(app, data, value)}>{formatAddress(value)}</button> : <code className={register.changed ? 'chg' : ''}>{formatAddress(value)}</code>}
              <em className="ellipsis" title={register.text}>{name === 'fs_base' ? 'TLS, canary at +0x28' : shortValue(words(value))}</em>
            </div>,
          ];
        })}
      </div>
    </>
  );
}

function never(): never {
  throw new Error('a slot that was found is there');
}
