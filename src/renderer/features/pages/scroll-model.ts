/** Where a tall list is scrolled to. Its own, because a browser's scrolling gives out at some 30 million pixels and a reservation has a hundred times that. */
export class ScrollModel {
  readonly #listeners = new Set<() => void>();
  #contentPx = 0;
  #viewportPx = 0;
  #scrollPx = 0;
  /** What was asked to be in sight, until the user scrolls elsewhere: a list that gets its size later must still show it. */
  #kept: { readonly topPx: number; readonly heightPx: number } | undefined;
  /** Rises with every change. */
  version = 0;

  get contentPx(): number {
    return this.#contentPx;
  }

  get viewportPx(): number {
    return this.#viewportPx;
  }

  get scrollPx(): number {
    return this.#scrollPx;
  }

  /** 0 to 1. */
  get fraction(): number {
    const room = this.#contentPx - this.#viewportPx;
    return room <= 0 ? 0 : this.#scrollPx / room;
  }

  setSizes(contentPx: number, viewportPx: number): void {
    if (contentPx === this.#contentPx && viewportPx === this.#viewportPx) return;
    this.#contentPx = contentPx;
    this.#viewportPx = viewportPx;
    const kept = this.#kept;
    this.#moveTo(kept === undefined ? this.#scrollPx : this.#revealed(kept.topPx, kept.heightPx), true);
  }

  scrollTo(px: number): void {
    this.#kept = undefined;
    this.#moveTo(px, false);
  }

  scrollBy(px: number): void {
    this.#kept = undefined;
    this.#moveTo(this.#scrollPx + px, false);
  }

  scrollToFraction(fraction: number): void {
    this.#kept = undefined;
    this.#moveTo(fraction * Math.max(0, this.#contentPx - this.#viewportPx), false);
  }

  /** Brings [topPx, topPx + heightPx) into sight with the least movement, a jump to the middle when it is far away. */
  reveal(topPx: number, heightPx: number): void {
    this.#kept = { topPx, heightPx };
    this.#moveTo(this.#revealed(topPx, heightPx), false);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #revealed(topPx: number, heightPx: number): number {
    const below = topPx + heightPx - this.#viewportPx;
    if (topPx >= this.#scrollPx && below <= this.#scrollPx) return this.#scrollPx;
    const far = topPx < this.#scrollPx - this.#viewportPx || below > this.#scrollPx + this.#viewportPx;
    return far ? topPx - (this.#viewportPx - heightPx) / 2 : topPx < this.#scrollPx ? topPx : below;
  }

  #moveTo(px: number, always: boolean): void {
    const to = Math.max(0, Math.min(px, this.#contentPx - this.#viewportPx));
    if (to === this.#scrollPx && !always) return;
    this.#scrollPx = to;
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}
