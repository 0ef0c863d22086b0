import { patternTile, type PatternTile } from '../../canvas/pattern-tiles.ts';
import type { Ink } from '../../../shared/drawing/pen.ts';
import { KIND_PATTERNS, type KindInk } from '../../../shared/drawing/kind-style.ts';
import { themeColours } from '../../theme/theme-colours.ts';

/** The patterns of the kinds' spines at a canvas's resolution, made when first used. Cleared when theme or resolution change. */
export class SpineInks {
  readonly #tiles = new Map<KindInk, PatternTile | undefined>();

  clear(): void {
    this.#tiles.clear();
  }

  at(ink: KindInk, yPx: number, ratio: number): Ink {
    const { kind, panel } = themeColours();
    if (!this.#tiles.has(ink)) {
      const pattern = KIND_PATTERNS[ink];
      this.#tiles.set(ink, pattern === undefined ? undefined : patternTile(pattern, panel, kind[ink], ratio));
    }
    const tile = this.#tiles.get(ink);
    tile?.moveTo(yPx);
    return tile?.ink ?? kind[ink];
  }
}
