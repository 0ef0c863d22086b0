/** A rectangle in CSS pixels of its canvas. */
export interface PixelRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** More rectangles than this are merged into one: clipping to many costs more than painting what lies between. */
const MERGE_ABOVE = 6;

/** What must be painted anew. Overlapping rectangles merge into the smallest that holds both. */
export class DirtyRegion {
  #rects: PixelRect[] = [];
  #all = false;

  get isEmpty(): boolean {
    return !this.#all && this.#rects.length === 0;
  }

  addAll(): void {
    this.#all = true;
    this.#rects = [];
  }

  add(rect: PixelRect): void {
    if (this.#all || rect.width <= 0 || rect.height <= 0) return;
    let merged = rect;
    // A merged rectangle has grown and may touch ones that the smaller did not, so look again until none does.
    for (let again = true; again;) {
      again = false;
      const apart: PixelRect[] = [];
      for (const other of this.#rects) {
        if (touch(merged, other)) {
          merged = union(merged, other);
          again = true;
        } else apart.push(other);
      }
      this.#rects = apart;
    }
    this.#rects.push(merged);
    if (this.#rects.length > MERGE_ABOVE) this.#rects = [this.#rects.reduce(union)];
  }

  /** Hands over the rectangles, cut to the canvas, and is empty afterwards. */
  take(width: number, height: number): readonly PixelRect[] {
    const whole = { x: 0, y: 0, width, height };
    const taken = this.#all ? [whole] : this.#rects.map((rect) => intersect(rect, whole)).filter((rect) => rect.width > 0 && rect.height > 0);
    this.#all = false;
    this.#rects = [];
    return taken;
  }
}

function touch(a: PixelRect, b: PixelRect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

function union(a: PixelRect, b: PixelRect): PixelRect {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, width: Math.max(a.x + a.width, b.x + b.width) - x, height: Math.max(a.y + a.height, b.y + b.height) - y };
}

function intersect(a: PixelRect, b: PixelRect): PixelRect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  return { x, y, width: Math.min(a.x + a.width, b.x + b.width) - x, height: Math.min(a.y + a.height, b.y + b.height) - y };
}
