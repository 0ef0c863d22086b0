/** Stretches of a line that are taken: a label may be placed only where nothing is. */
export class LabelLane {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  clear(): void {
    this.#from.length = 0;
    this.#to.length = 0;
  }

  /** Nothing lies in [from, to). */
  isFree(from: number, to: number): boolean {
    const at = this.#indexFor(from);
    return !((this.#to[at - 1] ?? -Infinity) > from || (this.#from[at] ?? Infinity) < to);
  }

  /** Takes [from, to) if all of it is free. */
  tryPlace(from: number, to: number): boolean {
    if (!this.isFree(from, to)) return false;
    const at = this.#indexFor(from);
    this.#from.splice(at, 0, from);
    this.#to.splice(at, 0, to);
    return true;
  }

  /** First taken stretch that begins after `from`. */
  #indexFor(from: number): number {
    let low = 0;
    let high = this.#from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] ?? 0) > from) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Tops of flags that want to be centred at `wantedY` (ascending), each `heightPx` high, so that none overlaps, all lie in [top, bottom], and together they move as little as possible: flags
 * that collide form a block, which is centred on the mean of its wishes. When there are more than fit, the later ones are left out (their top is NaN).
 */
export function spreadFlags(wantedY: readonly number[], heightPx: number, top: number, bottom: number): number[] {
  const fit = Math.max(0, Math.min(wantedY.length, Math.floor((bottom - top) / heightPx)));
  interface Block { first: number; count: number; wish: number }
  const blocks: Block[] = [];
  const startOf = (block: Block): number => Math.max(top, Math.min(bottom - block.count * heightPx, block.wish));
  for (let i = 0; i < fit; i++) {
    let block: Block = { first: i, count: 1, wish: (wantedY[i] ?? 0) - heightPx / 2 };
    for (let above = blocks.at(-1); above && startOf(above) + above.count * heightPx > startOf(block); above = blocks.at(-1)) {
      blocks.pop();
      const count = above.count + block.count;
      // Wish of the block's first member: the mean of all members' wishes, each taken back to the first one's place.
      const wish = (above.wish * above.count + (block.wish - above.count * heightPx) * block.count) / count;
      block = { first: above.first, count, wish };
    }
    blocks.push(block);
  }
  const tops = wantedY.map(() => Number.NaN);
  for (const block of blocks) for (let i = 0; i < block.count; i++) tops[block.first + i] = startOf(block) + i * heightPx;
  return tops;
}

/** The text, or as much of its beginning as fits with an ellipsis, or '' when not even that does. */
export function fitText(text: string, widthPx: number, measure: (text: string) => number): string {
  if (text === '' || measure(text) <= widthPx) return text;
  let low = 0;
  let high = text.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (measure(`${text.slice(0, middle)}…`) <= widthPx) low = middle;
    else high = middle - 1;
  }
  if (low < 2) return '';
  // Half of a surrogate pair would show as a replacement character.
  const kept = text.slice(0, low).replace(/[\ud800-\udbff]$/, '').trimEnd();
  return kept === '' ? '' : `${kept}…`;
}

/** Round addresses for a ruler: multiples of a power of two, at least `spacingPx` apart, inside [low, high). Ascending. */
export function rulerTicks(low: bigint, high: bigint, pxPerByte: number, spacingPx: number): readonly bigint[] {
  if (high <= low || !(pxPerByte > 0)) return [];
  const log = Math.max(0, Math.ceil(Math.log2(spacingPx / pxPerByte)));
  if (log >= 64) return [];
  const step = 1n << BigInt(log);
  const ticks: bigint[] = [];
  for (let at = ((low + step - 1n) / step) * step; at < high && ticks.length < 4096; at += step) ticks.push(at);
  return ticks;
}
