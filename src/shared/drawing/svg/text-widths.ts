/** Advance widths of the product's sans face, in hundredths of the font's size, of the characters U+0020 to U+007E; measured in a browser. */
const REGULAR = [28, 29, 47, 63, 64, 98, 64, 30, 36, 36, 50, 66, 29, 46, 29, 36, 63, 41, 61, 62, 65, 59, 62, 57, 62, 62, 29, 30, 66, 66, 66, 51, 97, 69, 65, 73, 72, 60, 59, 75, 74, 27, 57, 67, 57, 90, 75, 76, 64, 76, 64, 64, 65, 74, 69, 99, 68, 68, 63, 36, 36, 36, 47, 46, 32, 56, 61, 57, 61, 58, 37, 61, 59, 24, 24, 55, 24, 88, 59, 60, 61, 61, 38, 53, 33, 59, 56, 82, 55, 56, 55, 43, 33, 43, 66];
const SEMIBOLD = [25, 32, 52, 64, 65, 100, 66, 33, 37, 37, 54, 67, 32, 47, 32, 38, 66, 42, 62, 64, 67, 61, 64, 58, 64, 64, 32, 33, 67, 67, 67, 54, 100, 73, 66, 74, 72, 61, 59, 75, 75, 28, 58, 70, 57, 92, 76, 77, 65, 77, 65, 65, 66, 74, 73, 102, 72, 71, 65, 37, 38, 37, 48, 47, 35, 57, 62, 58, 62, 59, 39, 63, 61, 26, 26, 57, 26, 90, 61, 61, 62, 62, 40, 55, 35, 61, 59, 84, 57, 59, 57, 45, 36, 45, 67];
const MONO = 60;
/** Of a character that is not in the tables: wide enough for nearly all, since a text must not run out of its box. */
const OTHER = 86;

/** Width of a text where there is no browser to measure it. `font` as a canvas takes it: `600 11px 'Inter'`. */
export function approximateWidth(font: string, text: string): number {
  const { sizePx, weight, mono } = parseFont(font);
  const table = weight >= 600 ? SEMIBOLD : REGULAR;
  let hundredths = 0;
  for (const character of text) hundredths += mono ? MONO : (table[(character.codePointAt(0) ?? 0) - 32] ?? OTHER);
  return (hundredths * sizePx) / 100;
}

export interface ParsedFont {
  readonly sizePx: number;
  readonly weight: number;
  readonly mono: boolean;
}

export function parseFont(font: string): ParsedFont {
  const match = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(font);
  return { weight: Number(match?.[1] ?? 400), sizePx: Number(match?.[2] ?? 10), mono: /mono/i.test(match?.[3] ?? '') };
}
