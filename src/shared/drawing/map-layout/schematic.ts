import type { RegionColumns } from '../../model/region-table.ts';
import { GROUP_TYPES, type GroupColumns } from './groups.ts';
import { Scratch } from './scratch.ts';
import { GAP_FULL_LOG2, MAPPED_FULL_LOG2, READABLE_PX, rowSizeBytes, rowWishes, sizeWeight, type RowWishes } from './row-heights.ts';

/**
 * Schematic layout: every row at least 1 px at zoom 1, order kept, sizes compressed to a logarithm.
 *
 *     up px                         address
 *   upPx[n] ┬───────────────────┬── 2^64
 *           │ row n − 1         │
 *           ├───────────────────┤        "up" grows with the address, so one bisection serves both;
 *           │ …                 │        the screen's y, which grows downward, is made by the camera
 *   upPx[1] ├───────────────────┤
 *           │ row 0             │
 *         0 ┴───────────────────┴── 0
 *
 * With more rows than pixels the content is higher than the panel. The featured rows grow with it, so that with everything fitted into the panel (zoom `fitZoom`) the stack and the heap keep
 * their size and only the crowd is thin.
 */
export interface SchematicLayout {
  readonly rows: number;
  /** rows + 1 edges, in px above address 0; multiples of 2^-16, so that their sums and differences are exact. */
  readonly upPx: Float64Array;
  readonly contentPx: number;
  /** Zoom at which the whole content fits the panel it was laid out for; at most 1. */
  readonly fitZoom: number;
}

/** Part of the crowd's room that goes to rows of the least height; the rest makes its largest members readable. */
const CROWD_FLOOR_SHARE = 0.5;
/** The featured rows never take more of the panel than this. */
const FEATURED_SHARE = 0.62;
const MIN_ROW_PX = 1;
/** A program with more rows than this is a crowd like any other. */
const FEATURED_PROGRAM_ROWS = 12;
/** Height of a group drawn as one block. */
const CLOSED_GROUP_PX = 15;
/** Added to the weight of an ELF module or a thread's stack. */
const MODULE_BONUS = 0.2;
/** Of a gap: where room is short, what is there is worth more than what is not, except for the few largest gaps, which part the map into its islands. */
const GAP_WORTH = 0.4;
const LARGE_GAPS = 8;
const LARGE_GAP_BYTES = 2 ** 30;
const LARGE_GAP_WEIGHT = sizeWeight(LARGE_GAP_BYTES, GAP_FULL_LOG2);
const LEAST_WEIGHT = 0.02;
/** The most a group can weigh, and the steps that weights are counted in. */
const HEAVIEST = 1 + MODULE_BONUS;
const WEIGHT_STEPS = 240;
const STEPS_PER_WEIGHT = WEIGHT_STEPS / HEAVIEST;
/** How sharply the crowd divides into readable blocks and thin lines. */
const CROWD_POWER = 6;
/** Room to spare makes a row at most this much higher than it wished. */
const STRETCH_LIMIT = 2.5;

const scratch = new Scratch();

export function layoutSchematic(columns: RegionColumns, groups: GroupColumns, panelPx: number): SchematicLayout {
  const rows = columns.length;
  const wishes = rowWishes(columns);
  featurePrograms(groups, wishes);
  const height = scratch.floats(0, rows);
  let featuredPx = 0;
  let wishedPx = 0;
  let tightPx = 0;
  let crowdFloorPx = 0;
  for (let row = 0; row < rows; row++) {
    const wished = wishes.wishedPx[row] ?? 0;
    wishedPx += wished;
    tightPx += wishes.tightPx[row] ?? 0;
    if (wishes.featured[row] === 1) featuredPx += wished;
    else crowdFloorPx += MIN_ROW_PX;
  }
  if (wishedPx <= panelPx) {
    height.set(wishes.wishedPx);
    stretch(height, wishes, panelPx - wishedPx);
    return finish(height, panelPx);
  }
  const closed = closeGroups(groups, wishes, tightPx - panelPx);
  if (closed) {
    tighten(height, groups, wishes, closed, panelPx);
    return finish(height, panelPx);
  }
  const crowdAlone = crowdFloorPx === 0;
  const featuredScale = Math.min(1, (panelPx * (crowdAlone ? 1 : FEATURED_SHARE)) / featuredPx);
  const crowdRoomPx = panelPx - featuredPx * featuredScale;
  // k: how much higher than the panel the content is.
  const k = Math.max(1, crowdAlone ? 1 : crowdFloorPx / (crowdRoomPx * CROWD_FLOOR_SHARE));
  for (let row = 0; row < rows; row++) {
    if (wishes.featured[row] === 1) height[row] = Math.max(MIN_ROW_PX, (wishes.wishedPx[row] ?? 0) * featuredScale * k);
  }
  layoutCrowd(columns, groups, wishes, height, crowdRoomPx * k, k);
  return finish(height, panelPx);
}

/** The program's own parts are featured, and a little higher than a library's. */
function featurePrograms(groups: GroupColumns, wishes: RowWishes): void {
  const program = GROUP_TYPES.indexOf('program');
  for (let group = 0; group < groups.length; group++) {
    if (groups.type[group] !== program) continue;
    const first = groups.firstRow[group] ?? 0;
    const end = groups.firstRow[group + 1] ?? 0;
    if (end - first > FEATURED_PROGRAM_ROWS) continue;
    for (let row = first; row < end; row++) {
      wishes.featured[row] = 1;
      wishes.wishedPx[row] = (wishes.wishedPx[row] ?? 0) + 4 + 8 * (wishes.weight[row] ?? 0);
    }
  }
}

/** Gives spare room to the mapped rows, the larger the more. */
function stretch(height: Float64Array, wishes: RowWishes, sparePx: number): void {
  let shares = 0;
  const shareOf = (row: number): number => (wishes.unmapped[row] === 1 ? 0.12 : (0.35 + (wishes.weight[row] ?? 0)) * (wishes.featured[row] === 1 ? 1.5 : 1));
  for (let row = 0; row < height.length; row++) shares += shareOf(row);
  for (let row = 0; row < height.length; row++) {
    const wished = height[row] ?? 0;
    height[row] = wished + Math.min(wished * (STRETCH_LIMIT - 1), (sparePx * shareOf(row)) / shares);
  }
}

/**
 * Groups to draw closed, as one block, so that everything else keeps its text: 1 each. The lightest close first. Undefined when closing all of them does not save `neededPx`.
 */
function closeGroups(groups: GroupColumns, wishes: RowWishes, neededPx: number): Uint8Array | undefined {
  const closed = new Uint8Array(groups.length);
  const savings: { readonly group: number; readonly savedPx: number; readonly weight: number }[] = [];
  let most = 0;
  for (let group = 0; group < groups.length; group++) {
    const first = groups.firstRow[group] ?? 0;
    const end = groups.firstRow[group + 1] ?? 0;
    if (end - first < 2 || wishes.featured[first] === 1) continue;
    let tight = 0;
    let weight = 0;
    for (let row = first; row < end; row++) {
      tight += wishes.tightPx[row] ?? 0;
      weight = Math.max(weight, wishes.weight[row] ?? 0);
    }
    const savedPx = tight - CLOSED_GROUP_PX;
    if (savedPx <= 0) continue;
    most += savedPx;
    savings.push({ group, savedPx, weight });
  }
  if (most < neededPx) return undefined;
  savings.sort((a, b) => a.weight - b.weight || a.group - b.group);
  let left = neededPx;
  for (const { group, savedPx } of savings) {
    if (left <= 0) break;
    closed[group] = 1;
    left -= savedPx;
  }
  return closed;
}

/** Every row between its tight height and its wish, all by the same share of the difference, with some groups closed. */
function tighten(height: Float64Array, groups: GroupColumns, wishes: RowWishes, closed: Uint8Array, panelPx: number): void {
  let tightSum = 0;
  let wishedSum = 0;
  for (let group = 0; group < groups.length; group++) {
    const first = groups.firstRow[group] ?? 0;
    const end = groups.firstRow[group + 1] ?? 0;
    for (let row = first; row < end; row++) {
      const tight = closed[group] === 1 ? CLOSED_GROUP_PX / (end - first) : (wishes.tightPx[row] ?? 0);
      height[row] = tight;
      tightSum += tight;
      wishedSum += closed[group] === 1 ? tight : Math.max(tight, wishes.wishedPx[row] ?? 0);
    }
  }
  const t = wishedSum > tightSum ? Math.max(0, Math.min(1, (panelPx - tightSum) / (wishedSum - tightSum))) : 0;
  for (let group = 0; group < groups.length; group++) {
    if (closed[group] === 1) continue;
    for (let row = groups.firstRow[group] ?? 0; row < (groups.firstRow[group + 1] ?? 0); row++) {
      const tight = height[row] ?? 0;
      height[row] = tight + t * Math.max(0, (wishes.wishedPx[row] ?? 0) - tight);
    }
  }
}

/**
 * Heights of the groups that are not featured, so that they fill `roomPx`. Between "all at their wish" and "all at the least height" there is one number to find; both ways of compressing are
 * monotone in the size of the group.
 */
function layoutCrowd(columns: RegionColumns, groups: GroupColumns, wishes: RowWishes, height: Float64Array, roomPx: number, k: number): void {
  const { length, firstRow, type } = groups;
  const { featured, unmapped, wishedPx, weight } = wishes;
  const readable = scratch.floats(1, length);
  const wished = scratch.floats(2, length);
  const weightOf = scratch.bytes(0, length);
  const largeGapBytes = largeGapFrom(columns, groups, wishes);
  const readableGapPx = (READABLE_PX - 1) * k;
  const readableBlockPx = (READABLE_PX + 1) * k;
  let floorSum = 0;
  let readableSum = 0;
  let wishedSum = 0;
  /** What the groups of one weight would add to be readable. Weights are whole steps, so that finding the number takes no pass over the groups. */
  const aboveFloor = new Float64Array(WEIGHT_STEPS + 1);
  for (let group = 0; group < length; group++) {
    const first = firstRow[group] ?? 0;
    const end = firstRow[group + 1] ?? 0;
    if (featured[first] === 1) continue;
    const isGap = unmapped[first] === 1;
    let wish = wishedPx[first] ?? 0;
    let ownWeight = weight[first] ?? 0;
    if (end - first > 1) {
      let sizeBytes = rowSizeBytes(columns, first);
      for (let row = first + 1; row < end; row++) {
        wish += wishedPx[row] ?? 0;
        sizeBytes += rowSizeBytes(columns, row);
      }
      ownWeight = sizeWeight(sizeBytes, isGap ? GAP_FULL_LOG2 : MAPPED_FULL_LOG2);
    }
    // A module is worth more than a nameless mapping of its size.
    const bonus = (type[group] ?? 0) > 0 ? MODULE_BONUS : 0;
    const w = Math.max(LEAST_WEIGHT, isGap ? gapWeight(ownWeight, ownWeight >= LARGE_GAP_WEIGHT && rowSizeBytes(columns, first) >= largeGapBytes) : ownWeight + bonus);
    const floorPx = (end - first) * MIN_ROW_PX;
    const readablePx = Math.max(floorPx, isGap ? readableGapPx : readableBlockPx);
    const wantedPx = Math.max(readablePx, wish * k);
    const step = (Math.min(HEAVIEST, w) * STEPS_PER_WEIGHT + 0.5) | 0;
    weightOf[group] = step;
    readable[group] = readablePx;
    wished[group] = wantedPx;
    floorSum += floorPx;
    readableSum += readablePx;
    wishedSum += wantedPx;
    aboveFloor[step] = (aboveFloor[step] ?? 0) + readablePx - floorPx;
  }
  // Towards the wish all groups by the same share; towards the floor each by the share of its weight.
  const roomy = readableSum <= roomPx;
  const wishShare = roomy && wishedSum > readableSum ? Math.min(1, (roomPx - readableSum) / (wishedSum - readableSum)) : 0;
  const shareOf = roomy ? undefined : floorShares(aboveFloor, floorSum, roomPx);
  for (let group = 0; group < length; group++) {
    const first = firstRow[group] ?? 0;
    if (featured[first] === 1) continue;
    const end = firstRow[group + 1] ?? 0;
    const readablePx = readable[group] ?? 0;
    const floorPx = (end - first) * MIN_ROW_PX;
    const groupPx = shareOf ? floorPx + (readablePx - floorPx) * (shareOf[weightOf[group] ?? 0] ?? 0) : readablePx + wishShare * ((wished[group] ?? 0) - readablePx);
    if (end - first === 1) height[first] = groupPx;
    else shareOut(first, end, groupPx, wishes, height);
  }
}

/** Groups from some weight on are readable, lighter ones fall steeply towards the floor. The weight sought is the least whose sum fits the room. Answers the share of each step of weight. */
function floorShares(aboveFloor: Float64Array, floorSum: number, roomPx: number): Float64Array {
  const share = (step: number, full: number): number => Math.min(1, ((step * HEAVIEST) / WEIGHT_STEPS / full) ** CROWD_POWER);
  let low = LEAST_WEIGHT / 2;
  let high = 16;
  for (let turn = 0; turn < 40; turn++) {
    const full = (low + high) / 2;
    let sum = floorSum;
    for (let step = 0; step <= WEIGHT_STEPS; step++) sum += (aboveFloor[step] ?? 0) * share(step, full);
    if (sum > roomPx) low = full;
    else high = full;
  }
  return Float64Array.from(aboveFloor, (_, step) => share(step, high));
}

function gapWeight(w: number, isLarge: boolean): number {
  return isLarge ? GAP_WORTH + (1 - GAP_WORTH) * Math.max(w, 0.5) : GAP_WORTH * w;
}

/** Size from which a gap is one of the few largest. */
function largeGapFrom(columns: RegionColumns, groups: GroupColumns, wishes: RowWishes): number {
  const largest: number[] = [];
  for (let group = 0; group < groups.length; group++) {
    const row = groups.firstRow[group] ?? 0;
    if (wishes.unmapped[row] !== 1 || (wishes.weight[row] ?? 0) < LARGE_GAP_WEIGHT || wishes.featured[row] === 1) continue;
    const size = rowSizeBytes(columns, row);
    if (size < LARGE_GAP_BYTES || (largest.length >= LARGE_GAPS && size <= (largest.at(-1) ?? 0))) continue;
    largest.push(size);
    largest.sort((a, b) => b - a);
    largest.length = Math.min(largest.length, LARGE_GAPS);
  }
  return largest.at(-1) ?? Infinity;
}

/** Divides a group's height among its rows: the least height each, the rest by size. */
function shareOut(first: number, end: number, groupPx: number, wishes: RowWishes, height: Float64Array): void {
  if (end - first === 1) {
    height[first] = groupPx;
    return;
  }
  const restPx = Math.max(0, groupPx - (end - first) * MIN_ROW_PX);
  let shares = 0;
  for (let row = first; row < end; row++) shares += 1 + 1.5 * (wishes.weight[row] ?? 0);
  for (let row = first; row < end; row++) height[row] = MIN_ROW_PX + (restPx * (1 + 1.5 * (wishes.weight[row] ?? 0))) / shares;
}

function finish(height: Float64Array, panelPx: number): SchematicLayout {
  const rows = height.length;
  const upPx = new Float64Array(rows + 1);
  for (let row = 0; row < rows; row++) upPx[row + 1] = (upPx[row] ?? 0) + Math.max(MIN_ROW_PX, Math.round((height[row] ?? 0) * 65_536) / 65_536);
  const contentPx = upPx[rows] ?? 0;
  // Heights were rounded: content that is higher by a hair fits all the same.
  return { rows, upPx, contentPx, fitZoom: contentPx > panelPx + 0.25 ? panelPx / contentPx : 1 };
}
