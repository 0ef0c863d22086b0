import type { Pen } from '../../pen.ts';
import type { Scene } from './scene.ts';

/** Blocks up to this height have their text in the middle, higher ones at the top. */
const CENTRED_PX = 27;
/** Between two blocks; blocks lower than this many px adjoin. */
const SEAM_PX = 2;

/** The part of a block that is on the panel, with the seam to its neighbours taken off. */
export interface Box {
  readonly top: number;
  readonly bottom: number;
  /** Where text may begin: the block's own top, or the panel's when that is cut off. */
  readonly textTop: number;
}

export function boxOf(scene: Scene, top: number, bottom: number): Box {
  const seam = bottom - top >= 6 ? SEAM_PX / 2 : 0;
  const { heightPx } = scene.geometry;
  const from = snap(top + seam, scene.devicePx);
  const to = snap(bottom - seam, scene.devicePx);
  return { top: Math.max(from, -4), bottom: Math.min(to, heightPx + 4), textTop: Math.max(from, 0) };
}

/** The nearest whole device pixel. */
export function snap(y: number, devicePx: number): number {
  return Math.round(y / devicePx) * devicePx;
}

export function textBaseline(box: Box, panelPx: number): number {
  const end = Math.min(box.bottom, panelPx);
  const height = end - box.textTop;
  // Whole CSS pixels below the block's own edge: letters on a fraction of a pixel blur.
  return box.textTop + (height < CENTRED_PX ? Math.round(height / 2 + 3.6) : 15);
}

/** An arrow of growth, from its tail; negative lengths point up. */
export function arrow(pen: Pen, x: number, y: number, length: number, colour: string): void {
  const tip = y + length;
  const back = length < 0 ? 4 : -4;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.6;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x, tip);
  pen.moveTo(x - 4, tip + back);
  pen.lineTo(x, tip);
  pen.lineTo(x + 4, tip + back);
  pen.stroke();
}

const TOOTH_PX = 5;

/** A torn edge: the scale is broken here. */
export function tear(pen: Pen, left: number, right: number, y: number, colour: string): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  tearPath(pen, left, right, y);
  pen.stroke();
}

/** The zigzag as a path from left to right. */
export function tearPath(pen: Pen, left: number, right: number, y: number): void {
  pen.beginPath();
  pen.moveTo(left, y);
  for (let x = left, i = 1; x < right; i++) {
    x = Math.min(right, x + TOOTH_PX);
    pen.lineTo(x, y - (i % 2) * 4);
  }
}
