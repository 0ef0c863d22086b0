import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import type { FrameRows } from '../../kernels/stack-frames/frame-rows.ts';
import { frameKey, ROW_PX, type StackBlock } from '../../kernels/stack-frames/stack-blocks.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { FaultingFrame } from './FaultMarks.tsx';
import { placeOf } from './frame-words.ts';
import { keyOfFrame } from './frame-model.ts';
import { FrameForReaders } from './FrameForReaders.tsx';
import { shortAddress, SlotRows } from './SlotRows.tsx';
import { MOVED_BY, selectLevel, useStackContext, useStackData } from './use-stack.ts';

/** Rows drawn beyond the edges, so that scrolling finds them there. */
const MARGIN_PX = 200;

interface Props {
  readonly block: Extract<StackBlock, { kind: 'frame' | 'red-zone' }>;
  readonly frame: StackFrame;
  readonly rows: FrameRows;
  readonly isSelected: boolean;
  readonly cursorSlot: number;
  readonly fromPx: number;
  readonly toPx: number;
}

/** One open frame, or its red zone. */
export function FrameBlock({ block, frame, rows, isSelected, cursorSlot, fromPx, toPx }: Props) {
  const app = useApp();
  const context = useStackContext();
  const { ui } = context;
  const { picture } = useStackData();
  const fromRow = Math.max(0, Math.floor((fromPx - MARGIN_PX - block.topPx) / ROW_PX));
  const toRow = Math.min(rows.rows, Math.ceil((toPx + MARGIN_PX - block.topPx) / ROW_PX));
  const isRedZone = block.kind === 'red-zone';
  const name = frame.function ?? formatAddress(frame.pc);
  const isPushed = picture?.moves?.pushed.has(frameKey({ ...frame, frameKind: frame.kind })) === true;
  const low = isRedZone ? frame.low : toAddress(rows.low);
  const size = rows.high - low;
  const isShort = rows.rows < 4;
  return (
    <div
      className={`stk-frame ${isSelected ? 'on' : ''} ${isRedZone ? 'red-zone' : ''} ${isPushed ? 'pushed' : ''} ${frame.problems.length > 0 && !isRedZone ? 'broken' : ''} ${frame.kind}`}
      style={{ top: block.topPx, height: block.heightPx - 6 }} data-frame={isRedZone ? undefined : frame.level} onPointerDown={() => (isSelected ? undefined : selectLevel(app, context, frame.level))}
    >
      <div className="stk-head" aria-hidden="true">
        {isRedZone ? (
          <>
            <b className="mono ellipsis">{name}, red zone</b>
            <span>below rsp, 128 B allowed:</span>
            <span>leaf functions keep locals here</span>
          </>
        ) : (
          <>
            <span className="stk-title">
              <i>{frame.level}</i>
              <button type="button" tabIndex={-1} className="mono ellipsis" title={`${name}: fold this frame`} onClick={() => ui.openFrame(keyOfFrame(frame), false)}>{name}</button>
            </span>
            <FaultingFrame level={frame.level} />
            {frame.kind === 'signal' ? <span className="warn">signal frame, by the kernel</span> : null}
            <span className="ellipsis" title={frame.source?.fullName ?? frame.modulePath}>{placeOf(frame)}{isShort ? `, ${formatSize(size)}` : ''}</span>
            {isShort ? null : <span>{size < 4096n ? `${formatCount(size)} B` : formatSize(size)}{frame.unwoundBy === 'unwind-table' ? ', by .eh_frame' : ''}</span>}
            {frame.problems.length === 0 || isShort ? null : <span className="bad">{frame.problems.length === 1 ? 'damaged' : `${frame.problems.length} problems`}</span>}
            {isShort || rows.rows < 5 ? null : (
              <button type="button" tabIndex={-1} className="stk-cfa mono" disabled={frame.cfa === undefined} onClick={() => (frame.cfa === undefined ? undefined : app.cursor.goTo(frame.cfa, MOVED_BY))}>
                {frame.cfa === undefined ? 'no CFA, outermost' : `CFA …${shortAddress(frame.cfa).slice(-4)}`}
              </button>
            )}
          </>
        )}
      </div>
      <div className="stk-rows-holder" aria-hidden="true">
        <SlotRows frame={frame} rows={rows} fromRow={fromRow} toRow={toRow} cursorSlot={cursorSlot} />
      </div>
      <FrameForReaders frame={frame} rows={rows} fromRow={fromRow} toRow={toRow} cursorSlot={cursorSlot} label={isRedZone ? `Red zone of ${name}` : `Frame ${frame.level}, ${name}, ${placeOf(frame)}, ${formatSize(size)}`} />
    </div>
  );
}
