import type { CSSProperties } from 'react';
import { formatAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { StackFrame, StackSlot } from '../../../shared/model/stack.ts';
import { rowAt, rowOf, slotBoxes, type FrameRows, type SlotBox } from '../../kernels/stack-frames/frame-rows.ts';
import { placeWords } from '../../kernels/stack-frames/slot-places.ts';
import { ROW_PX } from '../../kernels/stack-frames/stack-blocks.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { FaultOutline } from './FaultMarks.tsx';
import { byteCells, wordAt } from './byte-cells.ts';
import { SLOT_LOOKS, shortValue, slotHolds, slotSentence, slotTitle, slotTone } from './slot-look.ts';
import { followPointer, MOVED_BY, useStackContext, useStackUi } from './use-stack.ts';

interface Props {
  readonly frame: StackFrame;
  readonly rows: FrameRows;
  /** Rows on screen: [fromRow, toRow). */
  readonly fromRow: number;
  readonly toRow: number;
  /** The slot at the cursor, when it is in this frame; else -1. */
  readonly cursorSlot: number;
}

/** The rows of a frame: address, place by rbp or rsp, bytes, and over them the boxes of the slots. For the eyes only: FrameForReaders says the same in words. */
export function SlotRows({ frame, rows, fromRow, toRow, cursorSlot }: Props) {
  const { rows: mode } = useStackUi();
  const shown = Array.from({ length: Math.max(0, toRow - fromRow) }, (_, i) => fromRow + i);
  const cursor = frame.slots[cursorSlot];
  return (
    <div className="stk-rows" style={{ height: rows.rows * ROW_PX }}>
      {shown.map((row) => {
        const at = rowAt(rows, row);
        if (at === undefined) return null;
        return at.kind === 'word' ? <WordRow key={row} frame={frame} address={at.address} topPx={row * ROW_PX} /> : <FoldRow key={row} frame={frame} fold={at} topPx={row * ROW_PX} />;
      })}
      <div className="stk-boxes">
        {mode === 'slots'
          ? slotBoxes(rows, frame.slots, fromRow, toRow).map((box) => <Box key={`${box.slot} ${box.firstRow} ${box.column}`} frame={frame} box={box} isCursor={box.slot === cursorSlot} />)
          : shown.map((row) => {
            const at = rowAt(rows, row);
            return at?.kind === 'word' ? <Word key={row} frame={frame} address={at.address} topPx={row * ROW_PX} /> : null;
          })}
      </div>
      <FaultOutline rows={rows} />
      {cursor === undefined ? null : <CursorOutline rows={rows} slot={cursor} />}
    </div>
  );
}

function WordRow({ frame, address, topPx }: { readonly frame: StackFrame; readonly address: Address; readonly topPx: number }) {
  const offset = Number(address - frame.low);
  const size = Number(frame.high - frame.low);
  const was = frame.before === undefined ? undefined : wordAt(frame.before, offset);
  return (
    <div className="stk-row" style={{ top: topPx }}>
      <span className="stk-ad" title={formatAddress(address)}>{shortAddress(address)}</span>
      <span className={address === frame.framePointer ? 'stk-off b' : 'stk-off'}>{placeWords(address, frame.framePointer, frame.sp)}</span>
      <span className="stk-by">
        {byteCells(frame.bytes, frame.before, offset, size).map((cell, i) => (
          <i key={i} className={cell.look} title={cell.look === 'changed' && was !== undefined ? `changed; the word was 0x${was.toString(16)}` : undefined}>{cell.text}</i>
        ))}
      </span>
    </div>
  );
}

function FoldRow({ frame, fold, topPx }: { readonly frame: StackFrame; readonly fold: { readonly low: Address; readonly high: Address; readonly slot: number }; readonly topPx: number }) {
  const { ui } = useStackContext();
  const slot = frame.slots[fold.slot];
  if (slot === undefined) return null;
  return (
    <button
      type="button" tabIndex={-1} className="stk-fold" style={{ top: topPx }} title={`${formatAddress(fold.low)} – ${formatAddress(fold.high)}: show every row`} onClick={(event) => {
        event.stopPropagation();
        ui.toggleSlot(slot.start.toString(16));
      }}
    >
      <span className="stk-ad">⋮</span>
      <span>{formatCount((fold.high - fold.low) / 8n)} rows folded, {formatCount(fold.high - fold.low)} B</span>
    </button>
  );
}

function Box({ frame, box, isCursor }: { readonly frame: StackFrame; readonly box: SlotBox; readonly isCursor: boolean }) {
  const { data } = useStackContext();
  const app = useApp();
  const slot = frame.slots[box.slot];
  if (slot === undefined) return null;
  const look = SLOT_LOOKS[slot.role];
  const style = {
    top: box.firstRow * ROW_PX + 1, height: box.rows * ROW_PX - 2, left: `${(box.column / 8) * 100}%`, width: `calc(${(box.columns / 8) * 100}% - 2px)`, '--c': `var(${look.ink})`,
  };
  const tone = slotTone(slot);
  const className = `stk-box ${look.isPlain ? 'plain' : ''} ${isCursor ? 'cur' : ''} ${slot.change?.changed === true ? 'changed' : ''} ${tone === 'bad' ? 'broken' : ''}`;
  const { pointsTo } = slot;
  const holds = slotHolds(slot);
  const was = slot.change?.changed === true && slot.change.before !== undefined ? shortValue(slot.change.before) : undefined;
  return (
    <div
      className={className} style={style} title={slotSentence(slot)} data-slot={`0x${slot.start.toString(16)}`} data-role={slot.role} onPointerDown={(event) => {
        if (event.button === 0) app.cursor.goTo(slot.start, MOVED_BY);
      }}
    >
      {!box.isMain ? <span className="f3">{look.letter}</span> : (
        <>
          {look.letter === '' ? null : <b className="stk-letter">{look.letter}</b>}
          <span className={look.isPlain ? 'stk-name f2' : 'stk-name'}>{slotTitle(slot)}{look.isPlain && box.columns < 8 ? '' : <Extent slot={slot} />}</span>
          {was === undefined ? null : <span className="stk-was" data-testid="slot-was">was {was}</span>}
          {holds === '' || (box.columns < 2 && !look.isPlain && holds.length > 3) ? null : pointsTo === undefined ? <span className={`stk-val ${tone}`}>{holds}</span> : (
            <button
              type="button" tabIndex={-1} className={`stk-val ptr ${tone}`} title={`Follow to ${formatAddress(pointsTo)}`} onPointerDown={(event) => event.stopPropagation()} onClick={(event) => {
                event.stopPropagation();
                app.cursor.goTo(slot.start, MOVED_BY);
                followPointer(app, data, pointsTo);
              }}
            >
              {holds}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** Array bounds beside the name; bytes of what has no name. */
function Extent({ slot }: { readonly slot: StackSlot }) {
  if (slot.role === 'padding' || slot.role === 'spill' || slot.role === 'red-zone' || slot.role === 'alloca') {
    const bytes = slot.end - slot.start;
    return bytes === 8n ? null : <span className="f3">, {formatCount(bytes)} B</span>;
  }
  const bounds = /((?:\[\d*\])+)$/.exec(slot.type ?? '')?.[1];
  return bounds === undefined ? null : <>{bounds}</>;
}

/** A row as one number. */
function Word({ frame, address, topPx }: { readonly frame: StackFrame; readonly address: Address; readonly topPx: number }) {
  const { data } = useStackContext();
  const app = useApp();
  const regions = useSession((view) => view.regions);
  const value = wordAt(frame.bytes, Number(address - frame.low));
  if (value === undefined) return null;
  const region = regions?.regionAt(toAddress(value));
  const isPointer = region !== undefined && region.perms !== '';
  const slot = frame.slots.find(({ start, end }) => address < end && address + 8n > start);
  return (
    <div className="stk-box word" style={{ top: topPx + 1, height: ROW_PX - 2, left: 0, width: 'calc(100% - 2px)', '--c': `var(${SLOT_LOOKS[slot?.role ?? 'padding'].ink})` } as CSSProperties} onPointerDown={() => app.cursor.goTo(address, MOVED_BY)}>
      <b className="stk-letter">{SLOT_LOOKS[slot?.role ?? 'padding'].letter || '·'}</b>
      <span className="stk-name mono">0x{value.toString(16).padStart(16, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_')}</span>
      <span className="stk-val f2">{isPointer ? '' : value < 1_000_000n ? value.toString() : BigInt.asIntN(64, value) < 0n && BigInt.asIntN(64, value) > -1_000_000n ? BigInt.asIntN(64, value).toString() : ''}</span>
      {isPointer ? <button type="button" tabIndex={-1} className="stk-val ptr" onPointerDown={(event) => event.stopPropagation()} onClick={() => followPointer(app, data, toAddress(value))}>→ {region.label}</button> : null}
    </div>
  );
}

function CursorOutline({ rows, slot }: { readonly rows: FrameRows; readonly slot: StackSlot }) {
  const first = rowOf(rows, slot.end > rows.high ? rows.high - 1n : slot.end - 1n);
  const last = rowOf(rows, slot.start < rows.low ? rows.low : slot.start);
  if (first < 0 || last < first) return null;
  return <div className="stk-cursor" style={{ top: first * ROW_PX, height: (last - first + 1) * ROW_PX }}><i>▶</i></div>;
}

/** Without the digits that the whole stack shares: they stand in the frame card and the bar. */
export function shortAddress(address: Address): string {
  return formatAddress(address).slice(-9);
}
