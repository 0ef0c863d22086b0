import { SPACE_END, toAddress, type Address } from '../../address/address.ts';
import type { Region } from '../../model/region.ts';
import { pointAt, pxPerByteAt } from '../camera/camera.ts';
import { cellAddress, innerLevels, topGrid, type CellGrid } from '../inner-levels/inner-levels.ts';
import { innerSides } from './paint/inner-block.ts';
import type { Scene } from './paint/scene.ts';

/** What lies under a point of the picture. */
export interface Hit {
  readonly row: number;
  readonly region: Region;
  /** The byte, or first byte of the page, that is drawn there. */
  readonly address: Address;
  /** The grid of pages or bytes under the point; undefined where the region is a plain block. */
  readonly grid: CellGrid | undefined;
}

/** Asks the same rows and the same grids that are drawn. Undefined beside the map. */
export function hitAt(scene: Scene, x: number, y: number): Hit | undefined {
  const row = scene.placed.rowAt(y);
  if (row < 0) return undefined;
  const region = scene.model.table.rowAt(row);
  const linear = linearAddress(scene, y, region);
  const grid = gridOf(scene, region);
  if (!grid) return { row, region, address: linear, grid: undefined };
  const cell = cellAddress(grid, linear, x - innerSides(scene).left);
  const address = cell < region.start ? region.start : cell >= region.end ? toAddress(region.end - 1n) : toAddress(cell);
  return { row, region, address, grid };
}

function gridOf(scene: Scene, region: Region): CellGrid | undefined {
  if (region.perms === '' || scene.morphing) return undefined;
  const pxPerByte = pxPerByteAt(scene.axis, scene.camera, region.start);
  const { left, right } = innerSides(scene);
  return topGrid(innerLevels(pxPerByte, pxPerByte * Number(region.end - region.start), right - left));
}

/** The byte at a height, in the region whose box has it: rounding at an edge must not lead into the neighbour. */
function linearAddress(scene: Scene, y: number, region: Region): Address {
  const { address } = pointAt(scene.axis, scene.camera, y);
  if (address < region.start) return region.start;
  return toAddress(address >= region.end ? region.end - 1n : address >= SPACE_END ? SPACE_END - 1n : address);
}
