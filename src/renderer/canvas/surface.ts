import { DirtyRegion, type PixelRect } from './dirty-region.ts';
import { frames, type FrameScheduler, type FrameTask } from './frame-scheduler.ts';

export interface SurfaceSize {
  readonly widthCssPx: number;
  readonly heightCssPx: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

export interface SurfaceClient {
  /**
   * Draws in CSS pixels. `dirty` are the rectangles to paint; they are cleared and clipped to already. Never called with an empty list, a zero size, or while hidden.
   */
  draw(context: CanvasRenderingContext2D, size: SurfaceSize, dirty: readonly PixelRect[]): void;
  /** The size or the device-pixel ratio changed; a draw of everything follows. */
  resized?(size: SurfaceSize): void;
}

/**
 * A canvas that fills its parent element: owns its backing store (device pixels), its size, its dirty rectangles and its draw in the frame. Nothing is drawn while the page
 * is hidden, the panel is behind another tab (zero size) or scrolled out of sight; what became dirty then is drawn when it shows again.
 */
export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly #client: SurfaceClient;
  readonly #frames: FrameScheduler;
  readonly #context: CanvasRenderingContext2D;
  readonly #dirty = new DirtyRegion();
  readonly #task: FrameTask = { phase: 'draw', run: () => this.#draw() };
  readonly #resize: ResizeObserver;
  readonly #sight: IntersectionObserver;
  #ratioQuery: MediaQueryList | undefined;
  #size: SurfaceSize = { widthCssPx: 0, heightCssPx: 0, ratio: 1 };
  #inSight = true;

  constructor(canvas: HTMLCanvasElement, client: SurfaceClient, scheduler: FrameScheduler = frames) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('this browser gives no 2D canvas');
    const parent = canvas.parentElement;
    if (!parent) throw new Error('a surface needs a canvas inside an element');
    this.canvas = canvas;
    this.#client = client;
    this.#frames = scheduler;
    this.#context = context;
    this.#resize = new ResizeObserver(() => this.#measure());
    this.#resize.observe(parent);
    this.#sight = new IntersectionObserver((entries) => {
      this.#inSight = entries.at(-1)?.isIntersecting ?? true;
      this.#ask();
    });
    this.#sight.observe(canvas);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#watchRatio();
    // Not measured here: the observer reports the first size before the first paint, when the client that makes this surface is itself complete.
  }

  get size(): SurfaceSize {
    return this.#size;
  }

  /** Asks for a part, or all, to be painted in the next frame. */
  invalidate(rect?: PixelRect): void {
    if (rect) this.#dirty.add(rect);
    else this.#dirty.addAll();
    this.#ask();
  }

  dispose(): void {
    this.#resize.disconnect();
    this.#sight.disconnect();
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#ratioQuery?.removeEventListener('change', this.#onRatio);
    this.#frames.cancel(this.#task);
  }

  readonly #onVisibility = (): void => this.#ask();

  readonly #onRatio = (): void => {
    this.#watchRatio();
    this.#measure();
  };

  get #shown(): boolean {
    return this.#inSight && document.visibilityState === 'visible' && this.#size.widthCssPx > 0 && this.#size.heightCssPx > 0;
  }

  #ask(): void {
    if (this.#dirty.isEmpty) return;
    if (this.#shown) this.#frames.request(this.#task);
    // Hidden work is no pending work: whoever waits for idle must not wait for a tab to be shown.
    else this.#frames.cancel(this.#task);
  }

  /** A query matches one ratio only, so that it changes once: ask anew after each change. */
  #watchRatio(): void {
    this.#ratioQuery?.removeEventListener('change', this.#onRatio);
    this.#ratioQuery = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#ratioQuery.addEventListener('change', this.#onRatio);
  }

  #measure(): void {
    const parent = this.canvas.parentElement;
    const widthCssPx = parent?.clientWidth ?? 0;
    const heightCssPx = parent?.clientHeight ?? 0;
    const ratio = devicePixelRatio;
    const old = this.#size;
    if (old.widthCssPx === widthCssPx && old.heightCssPx === heightCssPx && old.ratio === ratio) return;
    this.#size = { widthCssPx, heightCssPx, ratio };
    this.canvas.style.width = `${widthCssPx}px`;
    this.canvas.style.height = `${heightCssPx}px`;
    this.#client.resized?.(this.#size);
    this.invalidate();
  }

  #draw(): void {
    const { widthCssPx, heightCssPx, ratio } = this.#size;
    const width = Math.round(widthCssPx * ratio);
    const height = Math.round(heightCssPx * ratio);
    // Setting the size clears the canvas, so it is done in the frame that paints it: no blank picture in between.
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.#dirty.addAll();
    }
    const dirty = this.#dirty.take(widthCssPx, heightCssPx);
    if (dirty.length === 0) return;
    const context = this.#context;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.beginPath();
    for (const rect of dirty) {
      const outer = snapOut(rect, ratio);
      context.rect(outer.x, outer.y, outer.width, outer.height);
    }
    context.clip();
    for (const rect of dirty) context.clearRect(rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2);
    this.#client.draw(context, this.#size, dirty);
    context.restore();
  }
}

/** Grown to whole device pixels: a clip edge inside a pixel would leave a seam. */
function snapOut(rect: PixelRect, ratio: number): PixelRect {
  const x = Math.floor(rect.x * ratio) / ratio;
  const y = Math.floor(rect.y * ratio) / ratio;
  return { x, y, width: Math.ceil((rect.x + rect.width) * ratio) / ratio - x, height: Math.ceil((rect.y + rect.height) * ratio) / ratio - y };
}
