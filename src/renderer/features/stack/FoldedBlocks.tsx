import { ChevronDown, ChevronRight } from 'lucide-react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { FOLDED_PX, frameKey, ROW_PX, type StackBlock } from '../../kernels/stack-frames/stack-blocks.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { FaultingFrame } from './FaultMarks.tsx';
import { placeOf } from './frame-words.ts';
import { changesStack, isInRun, keyOfFrame, runKey, type FrameModel } from './frame-model.ts';
import type { InitialBlock } from './stack-data.ts';
import { shortAddress } from './SlotRows.tsx';
import { followPointer, MOVED_BY, selectLevel, useSelectedLevel, useStackContext } from './use-stack.ts';

/** A frame in one line: folded, or without storage of its own. */
export function FoldedFrame({ model, level, topPx, isSelected }: { readonly model: FrameModel; readonly level: number; readonly topPx: number; readonly isSelected: boolean }) {
  const app = useApp();
  const context = useStackContext();
  const { ui } = context;
  const frame: StackFrame | undefined = model.picture.frames.get(level);
  const known = model.outlineFrame(level);
  const regions = useSession((view) => view.regions);
  const facts = frame ?? known;
  if (facts === undefined) return <div className="stk-line" style={{ top: topPx }}><i>{level}</i><span className="f3">reading…</span></div>;
  const kind = frame?.kind ?? known?.frameKind ?? 'normal';
  const noStorage = kind === 'inline' || kind === 'tail-call';
  const low = frame?.sp ?? known?.sp;
  const high = frame?.high ?? known?.cfa;
  const size = low !== undefined && high !== undefined && high >= low && (frame !== undefined || known === undefined || !changesStack(known, regions)) ? high - low : undefined;
  const key = frame === undefined ? known === undefined ? '' : frameKey(known) : keyOfFrame(frame);
  const name = facts.function ?? formatAddress(facts.pc);
  const words = kind === 'inline' ? `inlined into frame ${frame?.storageLevel ?? level + 1}, no storage` : kind === 'tail-call' ? 'left by a jump, no storage' : kind === 'signal' ? 'signal frame, by the kernel' : placeOf(facts);
  return (
    <button
      type="button" tabIndex={-1} role="option" aria-selected={isSelected} data-frame={level} className={`stk-line ${isSelected ? 'on' : ''} ${noStorage ? 'no-storage' : ''}`} style={{ top: topPx }}
      onClick={() => {
        selectLevel(app, context, level);
        if (!noStorage) ui.openFrame(key, true);
      }}
    >
      <i>{level}</i><b className="mono ellipsis">{name}</b><span className="f2 ellipsis">{words}</span><FaultingFrame level={level} />
      <span className="grow" />
      <span className="f2 mono">{low === undefined || noStorage ? '' : shortAddress(low)}</span>
      <span className="f2 size">{noStorage ? kind : size === undefined ? '' : `${formatSize(size)}, folded`}</span>
    </button>
  );
}

/** Frames that repeat, in one box. */
export function RunBlock({ block }: { readonly block: Extract<StackBlock, { kind: 'run' }> }) {
  const app = useApp();
  const context = useStackContext();
  const { ui } = context;
  const selected = useSelectedLevel();
  const { row, isOpen } = block;
  const repeats = row.period === 0 ? row.count : Math.floor(row.count / row.period);
  return (
    <button type="button" tabIndex={-1} role="option" aria-selected={false} className="stk-run" data-run={row.firstLevel} style={{ top: block.topPx, height: 2 * FOLDED_PX - 4 }} title={row.words} onClick={() => {
        // The chosen frame keeps its run open: another one is chosen before it folds.
        if (isOpen && isInRun(row, selected)) selectLevel(app, context, Math.max(0, row.firstLevel - 1));
        if (isOpen === ui.get().runs.has(runKey(row))) ui.toggleRun(runKey(row));
      }}
    >
      {isOpen ? <ChevronDown className="ico s" /> : <ChevronRight className="ico s" />}
      <span>
        <b className="mono">{row.functions.join(' → ')} ×{formatCount(repeats)}</b>
        <span className="f2">frames {formatCount(row.firstLevel)} to {formatCount(row.firstLevel + row.count - 1)}, {isOpen ? 'opened' : 'folded'}</span>
      </span>
      <span className="grow" />
      <span className="r">
        <span><b>{formatSize(row.bytesPerRepeat)}</b> <span className="f2">a repeat, {formatSize(row.end - row.start)} in all</span></span>
        <span className="f3 mono">{formatAddress(row.start)} – {formatAddress(row.end)}</span>
      </span>
    </button>
  );
}

/** What the kernel put on top of the main stack. */
export function InitialBlockRow({ block, initial, fromPx, toPx }: { readonly block: Extract<StackBlock, { kind: 'initial' }>; readonly initial: InitialBlock; readonly fromPx: number; readonly toPx: number }) {
  const { ui, data } = useStackContext();
  const app = useApp();
  const isOpen = block.rows > 0;
  const first = Math.max(0, Math.floor((fromPx - block.topPx - FOLDED_PX) / ROW_PX));
  const end = Math.min(block.rows, Math.ceil((toPx - block.topPx - FOLDED_PX) / ROW_PX));
  return (
    <>
      <button type="button" tabIndex={-1} role="option" aria-selected={false} className="stk-line initial" style={{ top: block.topPx }} data-testid="initial-block" onClick={() => ui.update({ initialOpen: !isOpen })}>
        {isOpen ? <ChevronDown className="ico xs" /> : <ChevronRight className="ico xs" />}
        <span>argument strings, environment, auxv</span>
        <span className="grow" />
        <span className="f2 mono">{formatAddress(initial.start)} – {formatAddress(initial.end)}</span>
        <span className="f2 size">{formatSize(initial.end - initial.start)}{isOpen ? '' : ', folded'}</span>
      </button>
      {Array.from({ length: Math.max(0, end - first) }, (_, i) => {
        // Ascending in the answer; the highest stands on top.
        const part = initial.parts[initial.parts.length - 1 - first - i];
        if (part === undefined) return null;
        const { pointsTo } = part;
        return (
          <div key={part.start.toString()} role="option" aria-selected={false} className="stk-part" style={{ top: block.topPx + FOLDED_PX + (first + i) * ROW_PX }} onPointerDown={() => app.cursor.goTo(part.start, MOVED_BY)}>
            <span className="stk-ad">{shortAddress(part.start)}</span>
            <b>{part.name}</b>
            <span className="mono ellipsis f2" title={part.value}>{part.value ?? ''}</span>
            <span className="grow" />
            {pointsTo === undefined ? null : <button type="button" tabIndex={-1} className="stk-val ptr" onPointerDown={(event) => event.stopPropagation()} onClick={() => followPointer(app, data, pointsTo)}>→ {shortAddress(pointsTo)}</button>}
            <span className="f3 size">{formatCount(part.end - part.start)} B</span>
          </div>
        );
      })}
    </>
  );
}

/** Calls that returned since the last stop: their bytes are still there, and nobody's. They fade. */
export function PoppedBlock({ block, model }: { readonly block: Extract<StackBlock, { kind: 'popped' }>; readonly model: FrameModel }) {
  const { picture } = model;
  return picture.moves?.popped.slice(0, 4).toReversed().map((frame, i) => (
    <div key={`${picture.stopCount} ${frame.sp}`} role="option" aria-selected={false} className="stk-line popped" style={{ top: block.topPx + i * FOLDED_PX }} data-testid="popped-frame">
      <b className="mono">{frame.function ?? formatAddress(frame.pc)}</b><span className="f2">returned since the last stop</span>
      <span className="grow" />
      <span className="f2 mono">{shortAddress(frame.sp)}</span>
      <span className="f2 size">{frame.cfa === undefined ? '' : `${formatSize(frame.cfa - frame.sp)} given back`}</span>
    </div>
  )) ?? null;
}
