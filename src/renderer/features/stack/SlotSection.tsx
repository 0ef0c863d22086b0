import { useMemo } from 'react';
import { addBytes, formatAddress, formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { WatchAccess } from '../../../shared/model/run-control.ts';
import type { StackFrame, StackSlot } from '../../../shared/model/stack.ts';
import { reachOf } from '../../kernels/stack-frames/slot-places.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { EvidenceLines, Kv } from './CardParts.tsx';
import { shortValue, SLOT_LOOKS, slotTitle, slotTone } from './slot-look.ts';
import { followPointer, useAnswer, useStackContext, useStackData } from './use-stack.ts';

const INSTRUCTIONS = 1000;

const WATCHES = [['write', 'written'], ['read', 'read'], ['access', 'read or written']] as const;

/** The slot at the cursor: what it is, where it leads, what could reach it. */
export function SlotSection({ frame, slot: index }: { readonly frame: StackFrame; readonly slot: number }) {
  const slot = frame.slots[index];
  if (slot === undefined) return null;
  const look = SLOT_LOOKS[slot.role];
  const { change } = slot;
  return (
    <section aria-label="Slot at the cursor" data-testid="slot-card">
      <h3>Slot at the cursor{slot.ofLevel === undefined ? '' : <span className="f3"> of frame {slot.ofLevel}</span>}</h3>
      <div className="row stk-big"><span className="mono selectable" data-testid="slot-address">{formatAddress(slot.start)}</span><CopyButton text={formatPlainAddress(slot.start)} what="address" /><span className="grow" /><span className="stk-role" style={{ color: `var(${look.ink})` }}>{look.letter} {look.name}</span></div>
      {slot.role === 'local' || slot.role === 'parameter' ? (
        <>
          <Kv name="name"><b className="mono">{slot.name}</b> <span className="mono f2">{slot.type ?? ''}</span></Kv>
          <Kv name="value"><span className="mono selectable" data-testid="slot-value">{slot.value ?? 'not known'}</span></Kv>
        </>
      ) : slot.role === 'return-address' ? null : slot.value === undefined ? null : <Kv name="holds"><span className="mono selectable" data-testid="slot-value">{slot.value}</span> {slot.words === '' ? '' : <span className={slotTone(slot)}>{slot.words}</span>}</Kv>}
      {slot.pointsTo === undefined ? null : <Kv name={slot.role === 'return-address' ? 'returns to' : 'points to'}><Follow to={slot.pointsTo} /> <span>{slot.words}</span></Kv>}
      {slot.role === 'return-address' && slot.pointsTo === undefined ? <Kv name="returns to"><span className="bad">{slot.words}</span></Kv> : null}
      {slot.role === 'return-address' && frame.kind === 'normal' && slot.pointsTo !== undefined ? <WrittenBy frame={frame} returnsTo={slot.pointsTo} /> : null}
      {change?.changed === true ? <Kv name="changed"><span className="chg b" data-testid="slot-change">{change.before === undefined ? 'since the stop before' : <>was <span className="mono">{shortValue(change.before)}</span></>}</span></Kv> : null}
      <Kv name="distance">{distances(frame, slot)}</Kv>
      <Guard frame={frame} slot={slot} />
      <WatchSlot slot={slot} />
      {slot.evidence.length === 0 ? null : <EvidenceLines evidence={slot.evidence} />}
    </section>
  );
}

/** Watchpoints on the bytes of the slot, whoever they belong to after the frame is gone. */
function WatchSlot({ slot }: { readonly slot: StackSlot }) {
  const { controller, commands } = useApp();
  // What says whether it can be is the command for the cursor's bytes.
  const whyNot = useSession(() => commands.get('watch.write')?.disabledBecause());
  const watch = (access: WatchAccess): void => {
    if (whyNot === undefined) void controller.run.watchRange({ start: slot.start, end: slot.end }, access);
  };
  return (
    <Kv name="stop when">
      {WATCHES.map(([access, words]) => <span key={access}><button type="button" className="lk" aria-disabled={whyNot !== undefined} title={whyNot ?? `Watchpoint on these ${slot.end - slot.start} bytes`} data-testid={`watch-${access}`} onClick={() => watch(access)}>{words}</button> </span>)}
    </Kv>
  );
}

function Follow({ to }: { readonly to: Address }) {
  const app = useApp();
  const { data } = useStackContext();
  return <button type="button" className="mono lk" data-testid="follow" title="Follow" onClick={() => followPointer(app, data, to)}>{formatAddress(to)}</button>;
}

/** The call in the caller that ends where this slot leads back to. */
function WrittenBy({ frame, returnsTo }: { readonly frame: StackFrame; readonly returnsTo: Address }) {
  const { clients } = useApp();
  const { picture } = useStackData();
  const sessionId = useSession((view) => view.session?.sessionId);
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const threadId = picture?.threadId;
  const ask = useMemo(() => (sessionId === undefined || !stopped || threadId === undefined ? undefined : (signal: AbortSignal) => clients.code.disassemble({ sessionId, at: frame.unwoundBy === 'gdb' ? { kind: 'frame', threadId, frameLevel: frame.level + 1 } : { kind: 'address', address: returnsTo }, limit: INSTRUCTIONS }, { signal })), [clients, sessionId, stopped, threadId, frame.level, frame.unwoundBy, returnsTo]);
  const { value } = useAnswer(ask);
  const call = value?.disassembly.instructions.find(({ address, bytes }) => addBytes(address, bytes.length) === returnsTo);
  if (call === undefined) return <Kv name="written by">the call of <span className="mono">{frame.function ?? 'this function'}</span></Kv>;
  const at = call.function === undefined ? formatAddress(call.address) : `${call.function}${call.offset === undefined ? '' : `+${call.offset}`}`;
  return <Kv name="written by"><span className="mono" data-testid="written-by">{call.text.replaceAll(/\s+/g, ' ')}</span> at <span className="mono">{at}</span></Kv>;
}

function distances({ framePointer, sp, cfa }: StackFrame, { start }: StackSlot): string {
  const base = framePointer ?? sp;
  const by = start - base;
  const register = framePointer === undefined ? 'rsp' : 'rbp';
  const near = by === 0n ? `at ${register}` : `${formatCount(by < 0n ? -by : by)} B ${by < 0n ? 'below' : 'above'} ${register}`;
  return cfa === undefined ? near : `${near}, at CFA ${start < cfa ? `minus ${formatCount(cfa - start)}` : `plus ${formatCount(start - cfa)}`}`;
}

/** What lies between this slot and a write past the end of an array below it. */
function Guard({ frame, slot }: { readonly frame: StackFrame; readonly slot: StackSlot }) {
  if (slot.role !== 'return-address' && slot.role !== 'saved-register') return null;
  const canary = frame.slots.findLast(({ role, end }) => role === 'canary' && end <= slot.start);
  const reach = reachOf(frame.slots, slot);
  return (
    <>
      <Kv name="guarded by">{canary === undefined ? <span className="f3">no canary in this frame</span> : <>canary {formatCount(slot.start - canary.start)} B below, <span className={slotTone(canary)}>{canary.words}</span>{canary.value === undefined ? '' : <>: <span className="mono">{canary.value}</span></>}</>}</Kv>
      {reach === undefined ? null : <Kv name="overwrite"><span className="mono">{slotTitle(reach.slot)}</span> reaches it after {formatCount(reach.afterBytes)} bytes; has {formatCount(reach.slot.end - reach.slot.start)}</Kv>}
    </>
  );
}
