/** What an entry of the draw list is. */
export const ITEM_ROW = 0;
/** A group drawn as one block: too low for its rows to be read. */
export const ITEM_GROUP = 1;
/** A row, or the rows that share a pixel, as a plain bar. */
export const ITEM_BAR = 2;
/** The count of a stretch of bars, rows `first` to `last`: over the bars where it is high enough, else beside them. */
export const ITEM_CROWD = 3;
/** A group whose rows are drawn: it gets a bracket. */
export const ITEM_BRACKET = 4;

/**
 * What to draw, top to bottom, as columns that are filled anew each frame and only ever grow: drawing makes no garbage. `top` and `bottom` are panel px and may lie outside the panel.
 */
export class DrawList {
  length = 0;
  type = new Uint8Array(256);
  /** Lowest row of the entry. */
  first = new Uint32Array(256);
  /** Highest row of the entry. */
  last = new Uint32Array(256);
  top = new Float64Array(256);
  bottom = new Float64Array(256);
  /** Opacity, 0 to 1: a level that is coming or going. */
  alpha = new Float64Array(256);

  clear(): void {
    this.length = 0;
  }

  push(type: number, first: number, last: number, top: number, bottom: number, alpha = 1): void {
    const i = this.length++;
    if (i >= this.type.length) this.#grow();
    this.type[i] = type;
    this.first[i] = first;
    this.last[i] = last;
    this.top[i] = top;
    this.bottom[i] = bottom;
    this.alpha[i] = alpha;
  }

  #grow(): void {
    const size = this.type.length * 2;
    const type = new Uint8Array(size);
    type.set(this.type);
    this.type = type;
    const wider = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
      const next = new Uint32Array(size);
      next.set(old);
      return next;
    };
    const longer = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const next = new Float64Array(size);
      next.set(old);
      return next;
    };
    this.first = wider(this.first);
    this.last = wider(this.last);
    this.top = longer(this.top);
    this.bottom = longer(this.bottom);
    this.alpha = longer(this.alpha);
  }
}
