import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { SLOT_ROLES, type StackFrame } from '../../../shared/model/stack.ts';
import { makeUp } from '../../kernels/stack-frames/slot-places.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { EvidenceLines, Kv } from './CardParts.tsx';
import { fileName, placeOf } from './frame-words.ts';
import { LocalsTable } from './LocalsTable.tsx';
import { FrameRegisters } from './FrameRegisters.tsx';
import { SLOT_LOOKS } from './slot-look.ts';
import { SourceExcerpt } from './SourceExcerpt.tsx';
import { SlotSection } from './SlotSection.tsx';
import { MOVED_BY, useCursorSlot, useSelectedLevel, useShownStack, useStackData } from './use-stack.ts';

/** Right column: all about the selected frame and the slot at the cursor. */
export function FrameCardColumn() {
  const { picture } = useStackData();
  const selected = useSelectedLevel();
  const frame = picture?.frames.get(selected);
  return (
    <section className="panel stk-card" aria-label="Frame">
      <div className="ph"><h2>Frame{frame === undefined ? '' : ` ${frame.level}`}</h2><span className="mono f2 ellipsis">{frame?.function ?? ''}</span><span className="grow" /><kbd>Alt ↑</kbd><kbd>Alt ↓</kbd></div>
      {frame === undefined ? <NoFrame /> : <Card frame={frame} />}
    </section>
  );
}

function NoFrame() {
  const stack = useShownStack();
  const { picture } = useStackData();
  if (stack === undefined || picture !== undefined) return <div className="empty"><span>{picture === undefined ? 'No frame yet' : 'Reading the frame…'}</span></div>;
  return (
    <div className="stk-ins body">
      <h3>Thread {stack.tid}</h3>
      <Kv name="name"><span className="mono">{stack.name}</span>, state {stack.state}</Kv>
      <Kv name="pc">{stack.pc === undefined ? 'not told by the kernel' : <Addr address={stack.pc} movedBy={MOVED_BY} />} {stack.function ?? ''}</Kv>
      <Kv name="rsp">{stack.sp === undefined ? 'not told by the kernel' : <Addr address={stack.sp} movedBy={MOVED_BY} />}</Kv>
      <h3>Evidence</h3>
      <EvidenceLines evidence={stack.evidence} />
    </div>
  );
}

function Card({ frame }: { readonly frame: StackFrame }) {
  const { picture } = useStackData();
  const at = useCursorSlot();
  const stack = useShownStack();
  const storage = frame.storageLevel === frame.level ? frame : picture?.frames.get(frame.storageLevel);
  return (
    <div className="stk-ins body" data-testid="frame-card">
      <SourceExcerpt frame={frame} />
      {at === undefined ? null : <SlotSection key={at.frame.slots[at.slot]?.start.toString()} frame={at.frame} slot={at.slot} />}
      <FrameRecord frame={frame} storage={storage} />
      <LocalsTable frame={frame} storage={storage} />
      <FrameRegisters frame={frame} />
      <h3>Evidence</h3>
      <EvidenceLines evidence={[...frame.evidence, ...(stack?.evidence ?? [])]} />
    </div>
  );
}

function FrameRecord({ frame, storage }: { readonly frame: StackFrame; readonly storage: StackFrame | undefined }) {
  const { picture } = useStackData();
  const caller = storage === undefined ? undefined : picture?.frames.get(storage.level + 1);
  const saved = storage?.slots.filter(({ role }) => role === 'saved-register') ?? [];
  const returns = storage?.slots.find(({ role }) => role === 'return-address');
  const sums = storage === undefined ? undefined : makeUp(storage.slots, storage.sp, storage.high);
  return (
    <>
      <h3>Frame record</h3>
      {frame.kind === 'normal' ? null : <Kv name="kind">{frame.kind === 'inline' ? `inlined into frame ${frame.storageLevel}: it has no storage of its own` : frame.kind === 'tail-call' ? 'left by a jump: its storage is gone' : 'signal frame: the kernel pushed it'}</Kv>}
      <Kv name="extent"><Addr address={frame.sp} movedBy={MOVED_BY} /> – <span className="mono">{formatAddress(frame.high)}</span> {frame.high > frame.sp ? `${formatCount(frame.high - frame.sp)} B` : ''}</Kv>
      <Kv name="CFA">{frame.cfa === undefined ? 'none: outermost' : <><Addr address={frame.cfa} movedBy={MOVED_BY} /> {caller?.sp === frame.cfa ? <span className="f3">= rsp of frame {caller.level}</span> : null}</>}</Kv>
      <Kv name="pc"><Addr address={frame.pc} movedBy={MOVED_BY} /> <span className="f3">{placeOf(frame)}{frame.modulePath === undefined || frame.source === undefined ? '' : `, ${fileName(frame.modulePath)}`}</span></Kv>
      {storage === undefined ? null : (
        <>
          <Kv name="saved">
            {[...saved.map((slot) => ({ name: slot.register ?? '', at: slot.start })), ...(returns === undefined ? [] : [{ name: 'rip', at: returns.start }])].map(({ name, at }, i) => (
              <span key={name}>{i > 0 ? ', ' : ''}<span className="mono">{name}</span> at <Addr address={at} movedBy={MOVED_BY} text={formatAddress(at).slice(-4)} /></span>
            ))}
            {saved.length === 0 && returns === undefined ? 'nothing' : null}
          </Kv>
          <Kv name="make-up">
            {SLOT_ROLES.filter((role) => sums?.has(role) === true).map((role) => <span key={role} className="stk-mk"><b style={{ borderColor: `var(${SLOT_LOOKS[role].ink})` }}>{formatCount(sums?.get(role) ?? 0n)}</b> {SLOT_LOOKS[role].name}</span>)}
          </Kv>
        </>
      )}
      {frame.unwoundBy === 'gdb' ? null : <Kv name="unwound">by the unwind tables: gdb does not go that deep</Kv>}
    </>
  );
}
