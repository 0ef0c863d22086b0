/** Sizes that stay as they are when the dock grows or shrinks: the map's and the inspector's width, the terminals' height. The centre takes the rest. */
export interface FixedSizes {
  readonly map: number | undefined;
  readonly inspector: number | undefined;
  readonly console: number | undefined;
}

/** A side column never takes more of a small dock than this: the centre must keep room for sixteen bytes, and the map for names. */
const LARGEST_SHARES = { map: 0.28, inspector: 0.22 } as const;

/** Widths are told in whole pixels. */
const ROUNDING_PX = 2;

/** How wide a column is that wants `widthPx`. */
export function columnWidth(column: 'map' | 'inspector', widthPx: number, dockWidthPx: number): number {
  return Math.min(widthPx, Math.round(dockWidthPx * LARGEST_SHARES[column]));
}

/** What the user wants, told from what is seen: a column that a small dock cuts short still wants the width it had; one that was dragged wants its new width. */
export function wantedSizes(before: FixedSizes | undefined, seen: FixedSizes, dockWidthPx: number): FixedSizes {
  const width = (column: 'map' | 'inspector'): number | undefined => {
    const was = before?.[column];
    const is = seen[column];
    return was !== undefined && is !== undefined && Math.abs(is - columnWidth(column, was, dockWidthPx)) <= ROUNDING_PX ? was : is;
  };
  return { map: width('map'), inspector: width('inspector'), console: seen.console };
}
