import type { Address } from '../../../shared/address/address.ts';
import type { FrameKind, StackOutlineRow } from '../../../shared/model/stack.ts';

export const ROW_PX = 18;
/** A folded frame, with the gap below. */
export const FOLDED_PX = 21;
/** Above and below the rows of an open frame together. */
const FRAME_PADDING_PX = 4;
const FRAME_GAP_PX = 6;
/** Name and place beside the rows need this much. */
const LEAST_FRAME_PX = 40;
const MARK_PX = 22;
const NOTE_PX = 22;

/** What is drawn below each other, high addresses on top. */
export type StackBlock = {
  readonly topPx: number;
  /** With the gap below. */
  readonly heightPx: number;
} & (
  | { readonly kind: 'initial'; readonly rows: number }
  | { readonly kind: 'frame'; readonly level: number; readonly rows: number }
  /** Frames firstLevel + count − 1 (on top) down to firstLevel, each FOLDED_PX high. */
  | { readonly kind: 'folded'; readonly firstLevel: number; readonly count: number }
  | { readonly kind: 'run'; readonly row: Extract<StackOutlineRow, { kind: 'run' }>; readonly isOpen: boolean }
  /** Between frame `level` and its caller: they are on different stacks. */
  | { readonly kind: 'switch'; readonly level: number }
  | { readonly kind: 'mark' }
  | { readonly kind: 'red-zone'; readonly rows: number }
  | { readonly kind: 'popped' }
  | { readonly kind: 'below' }
);

export interface BlockFacts {
  /** Innermost first, as the service tells them. */
  readonly outline: readonly StackOutlineRow[];
  /** Rows of the open block of arguments, environment and auxv; undefined: there is none. 0: folded. */
  readonly initialRows: number | undefined;
  isRunOpen(row: Extract<StackOutlineRow, { kind: 'run' }>): boolean;
  /** The caller of a frame is on another stack. */
  changesStack(row: Extract<StackOutlineRow, { kind: 'frame' }>): boolean;
  /** Rows of a frame that is open; undefined: folded, or not known yet. 0: it has no storage. */
  rowsOf(level: number): number | undefined;
  /** Frames inside runs that are open. */
  readonly openLevels: readonly number[];
  readonly redZoneRows: number;
  readonly poppedFrames: number;
  /** The stack does not end with the outline: the last note says so. */
  readonly hasBelow: boolean;
}

/** The list of blocks, its height in all, and nothing per frame of a folded or opened run: 118 000 folded frames are one block. */
export function stackBlocks(facts: BlockFacts): { readonly blocks: readonly StackBlock[]; readonly heightPx: number } {
  const blocks: StackBlock[] = [];
  let topPx = 0;
  const push = (block: BlockBody, heightPx: number): void => {
    blocks.push({ ...block, topPx, heightPx });
    topPx += heightPx;
  };
  const frame = (level: number): void => {
    const rows = facts.rowsOf(level);
    if (rows === undefined) folded(level, 1);
    else push({ kind: 'frame', level, rows }, Math.max(LEAST_FRAME_PX, rows * ROW_PX + FRAME_PADDING_PX) + FRAME_GAP_PX);
  };
  const folded = (firstLevel: number, count: number): void => {
    if (count <= 0) return;
    const above = blocks.at(-1);
    if (above?.kind === 'folded' && above.firstLevel === firstLevel + count) {
      blocks.pop();
      topPx -= above.heightPx;
      push({ kind: 'folded', firstLevel, count: count + above.count }, (count + above.count) * FOLDED_PX);
    } else push({ kind: 'folded', firstLevel, count }, count * FOLDED_PX);
  };
  if (facts.initialRows !== undefined) push({ kind: 'initial', rows: facts.initialRows }, FOLDED_PX + facts.initialRows * ROW_PX);
  for (let i = facts.outline.length - 1; i >= 0; i--) {
    const row = facts.outline[i];
    if (row === undefined) continue;
    if (row.kind === 'frame') {
      if (facts.changesStack(row)) push({ kind: 'switch', level: row.level }, NOTE_PX);
      frame(row.level);
      continue;
    }
    const isOpen = facts.isRunOpen(row);
    push({ kind: 'run', row, isOpen }, 2 * FOLDED_PX);
    if (!isOpen) continue;
    // From the outermost frame of the run, the highest level, inwards.
    let above = row.firstLevel + row.count;
    for (const level of facts.openLevels.filter((one) => one >= row.firstLevel && one < row.firstLevel + row.count).toSorted((a, b) => b - a)) {
      folded(level + 1, above - level - 1);
      frame(level);
      above = level;
    }
    folded(row.firstLevel, above - row.firstLevel);
  }
  if (facts.outline.length > 0) push({ kind: 'mark' }, MARK_PX);
  if (facts.redZoneRows > 0) push({ kind: 'red-zone', rows: facts.redZoneRows }, Math.max(LEAST_FRAME_PX + 16, facts.redZoneRows * ROW_PX + FRAME_PADDING_PX) + FRAME_GAP_PX);
  if (facts.poppedFrames > 0) push({ kind: 'popped' }, facts.poppedFrames * FOLDED_PX);
  if (facts.hasBelow) push({ kind: 'below' }, NOTE_PX);
  return { blocks, heightPx: topPx };
}

type BlockBody = StackBlock extends infer B ? (B extends StackBlock ? Omit<B, 'topPx' | 'heightPx'> : never) : never;

/** Blocks that touch [fromPx, toPx). */
export function blocksBetween(blocks: readonly StackBlock[], fromPx: number, toPx: number): readonly StackBlock[] {
  return blocks.filter(({ topPx, heightPx }) => topPx < toPx && topPx + heightPx > fromPx);
}

/** Levels of folded frames whose rows touch [fromPx, toPx), outermost first. */
export function foldedBetween(block: Extract<StackBlock, { kind: 'folded' }>, fromPx: number, toPx: number): readonly { readonly level: number; readonly topPx: number }[] {
  const first = Math.max(0, Math.floor((fromPx - block.topPx) / FOLDED_PX));
  const end = Math.min(block.count, Math.ceil((toPx - block.topPx) / FOLDED_PX));
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => ({ level: block.firstLevel + block.count - 1 - first - i, topPx: block.topPx + (first + i) * FOLDED_PX }));
}

/** Where a frame is drawn; undefined when it is inside a folded run. */
export function placeOfLevel(blocks: readonly StackBlock[], level: number): { readonly topPx: number; readonly heightPx: number } | undefined {
  for (const block of blocks) {
    if (block.kind === 'frame' && block.level === level) return block;
    if (block.kind === 'folded' && level >= block.firstLevel && level < block.firstLevel + block.count) return { topPx: block.topPx + (block.firstLevel + block.count - 1 - level) * FOLDED_PX, heightPx: FOLDED_PX };
  }
  return undefined;
}

/** A frame as one sees that it is the same at two stops. */
export interface KnownFrame {
  readonly level: number;
  readonly function: string | undefined;
  readonly sp: Address;
  readonly cfa: Address | undefined;
  readonly frameKind: FrameKind;
}

/** The same call at two stops: its CFA does not move while it runs. Inlined frames share one and are told apart by their names. */
export function frameKey(frame: Pick<KnownFrame, 'function' | 'cfa' | 'frameKind'>): string {
  return `${frame.cfa === undefined ? 'outermost' : frame.cfa.toString(16)} ${frame.function ?? ''} ${frame.frameKind === 'normal' ? '' : frame.frameKind}`;
}

/** Calls that came and went between two stops of a thread. */
export function frameMoves(before: readonly StackOutlineRow[], now: readonly StackOutlineRow[]): { readonly pushed: ReadonlySet<string>; readonly popped: readonly Extract<StackOutlineRow, { kind: 'frame' }>[] } {
  const framesOf = (rows: readonly StackOutlineRow[]) => rows.filter((row) => row.kind === 'frame');
  const known = new Set(framesOf(before).map(frameKey));
  const still = new Set(framesOf(now).map(frameKey));
  const runs = now.filter((row) => row.kind === 'run');
  const sp = now[0]?.kind === 'frame' ? now[0].sp : undefined;
  return {
    pushed: new Set([...still].filter((key) => !known.has(key))),
    // What is above rsp and no longer in the outline went into a folded run, or was unwound differently: only what lies below rsp has gone.
    popped: framesOf(before).filter((row) => !still.has(frameKey(row)) && row.cfa !== undefined && sp !== undefined && row.cfa <= sp && !runs.some(({ start, end }) => row.sp >= start && row.sp < end)),
  };
}
