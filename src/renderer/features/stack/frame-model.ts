import { useMemo } from 'react';
import { toAddress } from '../../../shared/address/address.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { StackFrame, StackOutlineRow } from '../../../shared/model/stack.ts';
import { frameRows, type FrameRows } from '../../kernels/stack-frames/frame-rows.ts';
import { frameKey, stackBlocks, type StackBlock } from '../../kernels/stack-frames/stack-blocks.ts';
import { useSession } from '../../widgets/app-context.tsx';
import type { InitialBlock, StackPicture } from './stack-data.ts';
import type { StackUi } from './stack-ui-store.ts';
import { useSelectedLevel, useShownStack, useStackData, useStackUi } from './use-stack.ts';

type OutlineFrame = Extract<StackOutlineRow, { kind: 'frame' }>;
type OutlineRun = Extract<StackOutlineRow, { kind: 'run' }>;

/** Frames that open of themselves, from the innermost. */
const MOST_OPEN = 24;

/** The list of frames as it is drawn. */
export interface FrameModel {
  readonly picture: StackPicture;
  readonly blocks: readonly StackBlock[];
  readonly heightPx: number;
  readonly rows: ReadonlyMap<number, FrameRows>;
  readonly redZone: { readonly frame: StackFrame; readonly rows: FrameRows } | undefined;
  readonly initial: InitialBlock | undefined;
  /** Frames that are to be open and are not known yet. */
  readonly missing: readonly number[];
  outlineFrame(level: number): OutlineFrame | undefined;
}

export function useFrameModel(): FrameModel | undefined {
  const { picture, initial } = useStackData();
  const ui = useStackUi();
  const selected = useSelectedLevel();
  const stack = useShownStack();
  const top = initial !== undefined && stack?.mapped !== undefined && initial.start >= stack.mapped.start && initial.start < stack.mapped.end ? initial : undefined;
  const regions = useSession((view) => view.regions);
  return useMemo(() => (picture === undefined ? undefined : modelOf(picture, ui, selected, top, regions)), [picture, ui, selected, top, regions]);
}

export function keyOfFrame(frame: StackFrame): string {
  return frameKey({ ...frame, frameKind: frame.kind });
}

/** A run of frames is the same one as long as its outer end stays where it is. */
export function runKey(run: OutlineRun): string {
  return run.end.toString(16);
}

export function isInRun(run: OutlineRun, level: number): boolean {
  return level >= run.firstLevel && level < run.firstLevel + run.count;
}

/** The caller of this frame is on another stack: a signal handler runs on an alternate one. */
export function changesStack(row: OutlineFrame, regions: RegionTable | undefined): boolean {
  if (row.cfa === undefined || regions === undefined) return false;
  return row.cfa < row.sp || regions.regionAt(row.sp)?.start !== regions.regionAt(toAddress(row.cfa - 1n))?.start;
}

/** Levels are told apart by what is opened; a frame opens of itself when its source is known, or it has something to say. */
function modelOf(picture: StackPicture, ui: StackUi, selected: number, initial: InitialBlock | undefined, regions: RegionTable | undefined): FrameModel {
  const outline = new Map<number, OutlineFrame>();
  for (const row of picture.rows) if (row.kind === 'frame') outline.set(row.level, row);
  const missing: number[] = [];
  const rows = new Map<number, FrameRows>();
  let opened = 0;
  let redZone: FrameModel['redZone'];
  const isOpen = (level: number): boolean => {
    const frame = picture.frames.get(level);
    const known = outline.get(level);
    const kind = frame?.kind ?? known?.frameKind ?? 'normal';
    if (kind === 'inline' || kind === 'tail-call') return false;
    const key = frame === undefined ? known === undefined ? undefined : frameKey(known) : keyOfFrame(frame);
    const wish = key === undefined ? undefined : ui.frames.get(key);
    if (wish !== undefined) return wish;
    if (level === selected || level === 0 || (frame?.problems.length ?? 0) > 0) return true;
    if (known === undefined || opened >= MOST_OPEN) return false;
    // Without a source: the program's own stripped code. Frames of libraries stay folded.
    return known.source !== undefined || (known.function === undefined && regions?.regionAt(known.pc)?.module?.role === 'program');
  };
  const rowsOf = (level: number): number | undefined => {
    if (!isOpen(level)) return undefined;
    const frame = picture.frames.get(level);
    if (frame === undefined) {
      missing.push(level);
      return undefined;
    }
    opened++;
    const laid = frameRows(frame.slots, frame.sp > frame.low && frame.sp < frame.high ? frame.sp : frame.low, frame.high, (slot) => isSlotOpen(ui, frame, slot));
    rows.set(level, laid);
    return laid.rows;
  };
  // Innermost first, so that the innermost ones are those that open of themselves.
  const openRows = new Map<number, number>();
  for (const level of [...outline.keys()].toSorted((a, b) => a - b)) {
    const count = rowsOf(level);
    if (count !== undefined) openRows.set(level, count);
  }
  // A frame that is chosen is in sight.
  const isRunOpen = (row: OutlineRun): boolean => ui.runs.has(runKey(row)) || isInRun(row, selected);
  const openLevels: number[] = [];
  for (const row of picture.rows) {
    if (row.kind !== 'run' || !isRunOpen(row)) continue;
    for (const [level, frame] of picture.frames) {
      if (level < row.firstLevel || level >= row.firstLevel + row.count || (ui.frames.get(keyOfFrame(frame)) !== true && level !== selected)) continue;
      const count = rowsOf(level);
      if (count === undefined) continue;
      openRows.set(level, count);
      openLevels.push(level);
    }
  }
  for (const frame of picture.frames.values()) {
    if (frame.slots.length === 0 || frame.low >= frame.sp) continue;
    redZone = { frame, rows: frameRows(frame.slots, frame.low, toAddress(frame.sp), (slot) => isSlotOpen(ui, frame, slot)) };
  }
  const { blocks, heightPx } = stackBlocks({
    outline: picture.rows,
    initialRows: initial === undefined ? undefined : ui.initialOpen ? initial.parts.length : 0,
    isRunOpen,
    changesStack: (row) => changesStack(row, regions),
    rowsOf: (level) => openRows.get(level),
    openLevels,
    redZoneRows: redZone?.rows.rows ?? 0,
    poppedFrames: Math.min(picture.moves?.popped.length ?? 0, 4),
    hasBelow: true,
  });
  return { picture, blocks, heightPx, rows, redZone, initial, missing, outlineFrame: (level) => outline.get(level) };
}

function isSlotOpen(ui: StackUi, frame: StackFrame, slot: number): boolean {
  const start = frame.slots[slot]?.start;
  return start !== undefined && ui.slots.has(start.toString(16));
}
