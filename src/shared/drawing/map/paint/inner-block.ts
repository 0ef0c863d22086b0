import type { Region } from '../../../model/region.ts';
import { pointAt, pxPerByteAt } from '../../camera/camera.ts';
import { innerLevels, type InnerLevels } from '../../inner-levels/inner-levels.ts';
import type { Box } from './box.ts';
import type { Scene } from './scene.ts';

const SPINE_PX = 9;

/** The inside of one opened region: what part of it the panel shows, and where that lies. */
export interface InnerBlock {
  readonly region: Region;
  readonly box: Box;
  readonly left: number;
  readonly right: number;
  readonly pxPerByte: number;
  readonly levels: InnerLevels;
  /** First address of the region on the panel, and the one after the last. */
  readonly low: bigint;
  readonly high: bigint;
  /** Upper edge of the byte below `address`: linear, and exact beside `low`. */
  yOf(address: bigint): number;
}

/** Where the grids of all blocks begin and end. */
export function innerSides(scene: Pick<Scene, 'geometry'>): { readonly left: number; readonly right: number } {
  return { left: scene.geometry.blockX + SPINE_PX + 1, right: scene.geometry.blockRight - 1 };
}

/** Undefined when nothing of the region is on the panel. */
export function innerBlock(scene: Scene, region: Region, box: Box): InnerBlock | undefined {
  const { axis, camera, geometry } = scene;
  const above = pointAt(axis, camera, 0).address + 1n;
  const below = pointAt(axis, camera, geometry.heightPx).address;
  const low = below > region.start ? below : region.start;
  const high = above < region.end ? above : region.end;
  if (low >= high) return undefined;
  const pxPerByte = pxPerByteAt(axis, camera, low);
  const lowY = scene.yOf(low);
  const { left, right } = innerSides(scene);
  return {
    region, box, left, right, pxPerByte, low, high,
    levels: innerLevels(pxPerByte, pxPerByte * Number(region.end - region.start), right - left),
    yOf: (address) => lowY - Number(address - low) * pxPerByte,
  };
}

/** What is too low for a name inside is told beside blocks from this height on: before that a block has enough to say with its own name. */
const CALLOUTS_FROM_PX = 120;

export function hasCallouts({ geometry }: Scene, { box }: InnerBlock): boolean {
  return geometry.withGutter && box.bottom - box.top >= CALLOUTS_FROM_PX;
}

/** Calls back for each row of a grid on the panel, lowest address first: its first unit that is in the region, how many are, and the column of the first. */
export function eachRow(block: InnerBlock, perRow: number, unitBytes: number, visit: (start: bigint, count: number, column: number, top: number, bottom: number) => void): void {
  const unit = BigInt(unitBytes);
  const rowBytes = unit * BigInt(perRow);
  const { region } = block;
  const first = region.start - (region.start % unit);
  for (let row = block.low - (block.low % rowBytes); row < block.high; row += rowBytes) {
    const start = row < first ? first : row;
    const last = row + rowBytes < region.end ? row + rowBytes : region.end;
    const count = Number((last - start + unit - 1n) / unit);
    if (count > 0) visit(start, count, Number((start - row) / unit), block.yOf(row + rowBytes), block.yOf(row));
  }
}
