/**
 * Columns of the panel, CSS px:
 *
 *     strip  wedges  bracket  block ............................  gutter: addresses and flags
 *     6─18   18─25   25─45    46 ───────────────────── right      right + 6 ─── width − 6
 */
export interface MapGeometry {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly stripX: number;
  readonly stripWidthPx: number;
  readonly wedgeEndX: number;
  readonly bracketX: number;
  readonly blockX: number;
  readonly blockRight: number;
  readonly gutterX: number;
  /** No room for addresses: the panel is too narrow. */
  readonly withGutter: boolean;
}

/** Free space above and below the content. */
export const PADDING_PX = 4;
export const STRIP_TOP_PX = 8;
const GUTTER_PX = 122;
/** Below this width of the block the gutter is given up. */
const MIN_BLOCK_PX = 130;
const BLOCK_X = 46;

export function mapGeometry(widthPx: number, heightPx: number): MapGeometry {
  const withGutter = widthPx - BLOCK_X - GUTTER_PX >= MIN_BLOCK_PX;
  const blockRight = widthPx - (withGutter ? GUTTER_PX : 8);
  return { widthPx, heightPx, stripX: 6, stripWidthPx: 12, wedgeEndX: 25, bracketX: 39, blockX: BLOCK_X, blockRight, gutterX: blockRight + 6, withGutter };
}

/** Height of an address on the strip: the user half, linear, high addresses on top. */
export function stripY(geometry: MapGeometry, address: bigint, userEnd: bigint): number {
  const share = Number(address) / Number(userEnd);
  return STRIP_TOP_PX + (1 - Math.max(0, Math.min(1, share))) * (geometry.heightPx - 2 * STRIP_TOP_PX);
}

export function stripAddress(geometry: MapGeometry, y: number, userEnd: bigint): bigint {
  const share = 1 - (y - STRIP_TOP_PX) / (geometry.heightPx - 2 * STRIP_TOP_PX);
  return BigInt(Math.round(Math.max(0, Math.min(1, share)) * Number(userEnd - 4096n)));
}
