import { useMemo } from 'react';
import { formatAddress, formatPlainAddress } from '../../../shared/address/address.ts';
import type { Disassembly, Instruction, Operand } from '../../../shared/model/code.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { PointeeChip } from '../../widgets/PointeeChip.tsx';
import { GutterDot } from './GutterDot.tsx';
import { breakpointsByAddress } from './line-marks.ts';
import type { RowMenuRequest } from './RowMenu.tsx';
import { ROW_PX, useRows } from './use-rows.ts';

interface Props {
  readonly disassembly: Disassembly;
  readonly onMenu: (request: RowMenuRequest) => void;
}

/** Instructions with their bytes, and where each memory operand points. */
export function DisassemblyRows({ disassembly, onMenu }: Props) {
  const { cursor, controller } = useApp();
  const breakpoints = useSession((view) => view.breakpoints);
  const marks = useMemo(() => breakpointsByAddress(breakpoints), [breakpoints]);
  const cursorAddress = useCursor(({ address }) => address);
  const { instructions, at, isCurrent } = disassembly;
  const here = instructions.findIndex(({ address }) => address === at);
  const { first, count, holder, onScroll } = useRows(instructions.length, here, `${at} ${instructions.length}`);
  return (
    <div ref={holder} className="body code-body" onScroll={onScroll} role="list" aria-label={`Instructions${disassembly.function === undefined ? '' : ` of ${disassembly.function}`}`}>
      <div style={{ height: instructions.length * ROW_PX, position: 'relative' }}>
        {instructions.slice(first, first + count).map((instruction, index) => {
          const { address } = instruction;
          const set = marks.get(address) ?? [];
          const current = address === at && isCurrent;
          const within = cursorAddress !== undefined && cursorAddress >= address && cursorAddress < address + BigInt(instruction.bytes.length);
          const location = `*${formatPlainAddress(address)}`;
          return (
            <div
              key={String(address)} className={`code-row asm ${current ? 'current' : ''} ${within ? 'at-cursor' : ''}`} role="listitem" aria-current={current ? 'location' : undefined}
              style={{ top: (first + index) * ROW_PX }} data-address={formatPlainAddress(address)}
              onClick={() => cursor.goTo(address, 'source')}
              onContextMenu={(event) => {
                event.preventDefault();
                cursor.goTo(address, 'source');
                onMenu({ clientX: event.clientX, clientY: event.clientY, location, words: formatAddress(address), breakpoints: set, operands: instruction.operands });
              }}
            >
              <GutterDot
                breakpoints={set} words={formatAddress(address)}
                onToggle={(runTo) => {
                  if (runTo) void controller.run.runTo(location);
                  else if (set.length === 0) void controller.run.insertBreakpoint({ location });
                  else for (const one of set) void controller.removeBreakpoint(one.number);
                }}
              />
              <span className="code-address mono f3">{formatAddress(address)}</span>
              <span className="code-arrow" aria-hidden="true">{current ? '→' : ''}</span>
              <span className="code-offset mono f3 ellipsis" title={instruction.function === undefined ? undefined : `${instruction.function}+${instruction.offset ?? 0}`}>{offsetWords(instruction)}</span>
              <span className="code-bytes mono f3 ellipsis">{[...instruction.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}</span>
              <code className="asm-text ellipsis" title={instruction.text}>{instruction.text.replaceAll(/\s+/g, ' ')}</code>
              <span className="asm-operands">
                {instruction.target === undefined || instruction.targetWords?.startsWith(`${instruction.function}+`) === true ? null : <Go address={instruction.target} text={instruction.targetWords ?? formatAddress(instruction.target)} />}
                {instruction.operands.map((operand) => <OperandPlace key={operand.text} operand={operand} />)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function offsetWords({ function: name, offset }: Instruction): string {
  return name === undefined ? '' : `+${offset ?? 0}`;
}

function Go({ address, text }: { readonly address: Instruction['address']; readonly text: string }) {
  const { cursor } = useApp();
  return (
    <button
      type="button" className="mono lk ellipsis" title={`Go to ${formatAddress(address)}`}
      onClick={(event) => {
        event.stopPropagation();
        cursor.goTo(address, 'operand');
      }}
    >
      {text}
    </button>
  );
}

/** The address of an operand and what lies there. Dimmed where the registers may be others by the time the instruction runs. */
function OperandPlace({ operand }: { readonly operand: Operand }) {
  const { text, address, certain, accesses, pointee } = operand;
  if (address === undefined) return <span className="f3" title={`${text}: not one address, or a register is not known`}>?</span>;
  const words = `${text} is ${formatAddress(address)}${certain ? '' : ', with the registers as they are now'}${accesses ? '' : '; the address is computed only'}`;
  return (
    <span className={certain ? 'operand' : 'operand uncertain'} title={words}>
      <Go address={address} text={formatAddress(address)} />
      {pointee === undefined ? <span className={accesses && certain ? 'bad' : 'f3'}>{accesses ? 'unmapped' : ''}</span> : <PointeeChip pointee={pointee} />}
      {pointee?.symbol === undefined ? null : <span className="mono f2 ellipsis">{pointee.symbol.name}{pointee.symbol.offset === 0n ? '' : `+0x${pointee.symbol.offset.toString(16)}`}</span>}
    </span>
  );
}
