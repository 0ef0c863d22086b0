import { KIND_INKS, KIND_PATTERNS, type KindInk, type KindPattern } from '../../kind-style.ts';
import type { Palette } from '../../palette.ts';
import type { Ink } from '../../pen.ts';

/** A repeating tile as an ink. `moveTo` puts its origin at a height, so that a hatch moves with the block it lies on. */
export interface PatternTile {
  readonly ink: Ink;
  moveTo(yCssPx: number): void;
}

/** Renders a pattern: `line` on `ground`, or on nothing. Each kind of pen has its own. */
export type TileMaker = (pattern: KindPattern, line: string, ground: string | undefined) => PatternTile;

/** The colours a kind's block is made of, mixed once per theme. */
export interface BlockInk {
  readonly solid: string;
  readonly wash: string;
  readonly strongWash: string;
  readonly outline: string;
  readonly tag: string;
  /** Solid with the pattern cut out. */
  readonly spine: Ink;
  /** The pattern alone. */
  readonly hatch: Ink;
}

export interface MapInks {
  readonly colours: Palette;
  readonly kind: Readonly<Record<KindInk, BlockInk>>;
  /** Cell of a permission that is given. */
  readonly permOn: string;
  readonly selection: string;
  /** Puts the patterns' origin at a height, so that they move with the content. */
  movePatterns(y: number): void;
}

/** Without `tiles` (in tests) patterns are plain colours. */
export function mapInks(colours: Palette, tiles: TileMaker | undefined): MapInks {
  const made: PatternTile[] = [];
  const inkOf = (ink: KindInk, line: string, ground: string | undefined, plain: string): Ink => {
    const pattern = KIND_PATTERNS[ink];
    if (!pattern || !tiles) return plain;
    const tile = tiles(pattern, line, ground);
    made.push(tile);
    return tile.ink;
  };
  const kind = Object.fromEntries(KIND_INKS.map((ink) => {
    const solid = colours.kind[ink];
    const block: BlockInk = {
      solid,
      wash: mix(solid, colours.panel, colours.wash),
      strongWash: mix(solid, colours.panel, colours.wash * 2.2),
      outline: mix(solid, colours.panel, 0.45),
      tag: mix(solid, colours.fg, 0.6),
      spine: inkOf(ink, colours.panel, solid, solid),
      hatch: inkOf(ink, solid, undefined, 'transparent'),
    };
    return [ink, block];
  })) as Record<KindInk, BlockInk>;
  return {
    colours,
    kind,
    permOn: mix(colours.fg2, colours.panel, 0.26),
    selection: withAlpha(colours.accent, 0.22),
    movePatterns(y) {
      for (const tile of made) tile.moveTo(y);
    },
  };
}

/** `share` of one colour over another, channel by channel, as CSS color-mix in srgb does. */
export function mix(over: string, under: string, share: number): string {
  const a = channels(over);
  const b = channels(under);
  return `rgb(${a.map((value, i) => Math.round(value * share + (b[i] ?? 0) * (1 - share))).join(' ')})`;
}

export function withAlpha(colour: string, alpha: number): string {
  return `rgb(${channels(colour).join(' ')} / ${alpha})`;
}

/** Red, green and blue of a `#rgb`, `#rrggbb` or `rgb(r g b)` colour, the forms that the theme and `mix` use. */
function channels(colour: string): readonly number[] {
  const rgb = /^rgb\((\d+)[ ,]+(\d+)[ ,]+(\d+)/.exec(colour);
  if (rgb) return rgb.slice(1, 4).map(Number);
  const hex = colour.replace('#', '');
  const size = hex.length < 6 ? 1 : 2;
  return [0, 1, 2].map((i) => Number.parseInt(hex.slice(i * size, i * size + size).repeat(size === 1 ? 2 : 1), 16) || 0);
}
