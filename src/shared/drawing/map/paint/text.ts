import { fitText } from '../../labels/labels.ts';
import type { Pen } from '../../pen.ts';

export interface TextStyle {
  readonly font: string;
  readonly colour: string;
  readonly align?: Pen['textAlign'];
  /** Colour of a rim around the letters, on hatched ground. */
  readonly halo?: string;
}

const HALO_PX = 3.5;
/** Widths kept; names come and go with the target, so the cache is emptied when it is full. */
const CACHE_LIMIT = 4000;

/** Measures and fits text. Widths are remembered: measuring is the dearest thing a frame does. */
export class TextRuler {
  readonly #widths = new Map<string, number>();
  readonly #fitted = new Map<string, string>();

  width(pen: Pen, font: string, text: string): number {
    const key = `${font}\0${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    if (this.#widths.size >= CACHE_LIMIT) this.clear();
    pen.font = font;
    const width = pen.measureText(text).width;
    this.#widths.set(key, width);
    return width;
  }

  fit(pen: Pen, font: string, text: string, widthPx: number): string {
    // Whole pixels, so that a panel being resized does not fill the cache.
    const room = Math.floor(widthPx);
    if (room <= 0) return '';
    if (this.width(pen, font, text) <= room) return text;
    const key = `${font}\0${room}\0${text}`;
    const known = this.#fitted.get(key);
    if (known !== undefined) return known;
    if (this.#fitted.size >= CACHE_LIMIT) this.clear();
    const fitted = fitText(text, room, (part) => this.width(pen, font, part));
    this.#fitted.set(key, fitted);
    return fitted;
  }

  /** When fonts have loaded, what was measured before is wrong. */
  clear(): void {
    this.#widths.clear();
    this.#fitted.clear();
  }
}

export function drawText(pen: Pen, text: string, x: number, y: number, style: TextStyle): void {
  if (text === '') return;
  pen.font = style.font;
  pen.textAlign = style.align ?? 'left';
  if (style.halo !== undefined) {
    pen.strokeStyle = style.halo;
    pen.lineWidth = HALO_PX;
    pen.lineJoin = 'round';
    pen.strokeText(text, x, y);
  }
  pen.fillStyle = style.colour;
  pen.fillText(text, x, y);
}

export interface MapFonts {
  readonly name: string;
  readonly strongName: string;
  readonly small: string;
  readonly tag: string;
  readonly size: string;
  readonly perm: string;
  readonly address: string;
  readonly flag: string;
  readonly flagAddress: string;
  readonly bracket: string;
  readonly byte: string;
}

export function mapFonts(sans: string, mono: string): MapFonts {
  return {
    name: `11px ${sans}`, strongName: `600 11px ${sans}`, small: `10px ${sans}`, tag: `700 9px ${mono}`, size: `10px ${mono}`, perm: `600 8.5px ${mono}`,
    address: `10px ${mono}`, flag: `600 9.5px ${sans}`, flagAddress: `500 9px ${mono}`, bracket: `9.5px ${sans}`, byte: `10.5px ${mono}`,
  };
}
