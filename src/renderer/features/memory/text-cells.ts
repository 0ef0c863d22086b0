import { utf8At } from '../../../shared/analysis/typed/printable.ts';
import { CELL_VALID, type PageCells } from '../../kernels/hex-cells.ts';
import { asciiOf } from '../../kernels/hex-values.ts';

export type TextMode = 'ascii' | 'utf8';

/** Characters of a row of the text column, one per byte. In UTF-8 a character stands at its first byte and the bytes that go on with it are blank; a byte that was not read has none. */
export function textCells(cells: PageCells, offset: number, count: number, mode: TextMode): string[] {
  const out: string[] = [];
  // A character may have begun in the row before.
  let skip = mode === 'utf8' ? continuing(cells, offset) : 0;
  for (let i = 0; i < count; i++) {
    const at = offset + i;
    if (cells.states[at] !== CELL_VALID) {
      out.push('');
      skip = 0;
    } else if (skip > 0) {
      out.push('');
      skip--;
    } else {
      const value = cells.values[at] ?? 0;
      const one = mode === 'utf8' && value >= 0x80 ? utf8At(cells.values, at) : undefined;
      const text = one === undefined ? '' : String.fromCodePoint(one.codePoint);
      if (one !== undefined && /^[^\p{Cc}\p{Cn}\p{Co}\p{M}\p{Zl}\p{Zp}]$/u.test(text)) {
        out.push(text);
        skip = one.lengthBytes - 1;
      } else out.push(asciiOf(value));
    }
  }
  return out;
}

function continuing(cells: PageCells, offset: number): number {
  for (let back = 1; back <= 3 && offset - back >= 0; back++) {
    const value = cells.values[offset - back] ?? 0;
    if ((value & 0xc0) === 0x80) continue;
    const one = value >= 0xc0 && cells.states[offset - back] === CELL_VALID ? utf8At(cells.values, offset - back) : undefined;
    return one !== undefined && one.lengthBytes > back ? one.lengthBytes - back : 0;
  }
  return 0;
}
