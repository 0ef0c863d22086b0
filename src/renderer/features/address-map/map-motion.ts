import { easeOut, moveView, progress } from '../../kernels/animation/animation.ts';
import { yOf, type Camera } from '../../../shared/drawing/camera/camera.ts';
import { blendPlacements, type MapAxis, type PlacedRows } from '../../../shared/drawing/map-layout/axis.ts';

/** Camera moves, from the visual tokens. */
const MOVE_MS = 180;
const FLASH_MS = 600;

/** What moves by itself: the camera on its way, a change of scale, the flash of changes. All can be interrupted; under reduced motion each is over at once. */
export class MapMotion {
  #move: { readonly to: Camera; readonly fromY: number; readonly fromZoom: number; readonly startMs: number } | undefined;
  #morph: { readonly from: PlacedRows; readonly startMs: number; t: number } | undefined;
  #flashStartMs: number | undefined;
  #flash = 0;

  /** Starts a move; answers the camera to show now. */
  moveTo(axis: MapAxis, from: Camera, to: Camera, nowMs: number, still: boolean): Camera {
    this.#move = undefined;
    if (still) return to;
    this.#move = { to, fromY: yOf(axis, from, to), fromZoom: from.zoom, startMs: nowMs };
    return this.#at(0);
  }

  morphFrom(from: PlacedRows, nowMs: number, still: boolean): void {
    this.#morph = still ? undefined : { from, startMs: nowMs, t: 0 };
  }

  startFlash(nowMs: number, still: boolean): void {
    this.#flashStartMs = still ? undefined : nowMs;
    // Without motion the tint stays, paler, until the next generation.
    this.#flash = still ? 0.5 : 1;
  }

  stopMove(): void {
    this.#move = undefined;
  }

  get destination(): Camera | undefined {
    return this.#move?.to;
  }

  get flash(): number {
    return this.#flash;
  }

  get isMorphing(): boolean {
    return this.#morph !== undefined;
  }

  get isRunning(): boolean {
    return this.#move !== undefined || this.#morph !== undefined || this.#flashStartMs !== undefined;
  }

  /** One frame on. Answers the camera if it moved. */
  step(nowMs: number): Camera | undefined {
    if (this.#flashStartMs !== undefined) {
      const t = progress(this.#flashStartMs, FLASH_MS, nowMs);
      this.#flash = 1 - t;
      if (t >= 1) this.#flashStartMs = undefined;
    }
    if (this.#morph) {
      this.#morph.t = easeOut(progress(this.#morph.startMs, MOVE_MS, nowMs));
      if (this.#morph.t >= 1) this.#morph = undefined;
    }
    if (!this.#move) return undefined;
    const t = progress(this.#move.startMs, MOVE_MS, nowMs);
    const camera = this.#at(easeOut(t));
    if (t >= 1) this.#move = undefined;
    return camera;
  }

  /** The rows as the present moment shows them. */
  place(placed: PlacedRows): PlacedRows {
    return this.#morph && this.#morph.from.rows === placed.rows ? blendPlacements(this.#morph.from, placed, this.#morph.t) : placed;
  }

  #at(t: number): Camera {
    const move = this.#move;
    if (!move) throw new Error('no move is under way');
    const { y, zoom } = moveView({ fromY: move.fromY, toY: move.to.atPx, fromZoom: move.fromZoom, toZoom: move.to.zoom }, t);
    return { ...move.to, atPx: y, zoom };
  }
}
