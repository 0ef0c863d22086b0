import { CELL_NOT_PRESENT, CELL_UNREADABLE, CELL_VALID } from '../../../model/byte-cell.ts';
import type { CellGrid } from '../../inner-levels/inner-levels.ts';
import type { Pen } from '../../pen.ts';
import type { PageBytes } from '../insides.ts';
import { eachRow, type InnerBlock } from './inner-block.ts';
import type { BlockInk } from './map-inks.ts';
import type { Scene } from './scene.ts';

const NOTHING = 0;
const ZERO = 1;
const TEXT = 2;
const OTHER = 3;
const CHANGED = 4;
const REFUSED = 5;
const ABSENT = 6;

/** Sort of each byte that was read, by value. */
const SORT_OF_VALUE = Uint8Array.from({ length: 256 }, (_, value) => (value === 0 ? ZERO : value >= 0x20 && value < 0x7f ? TEXT : OTHER));

/** One small cell a byte, coloured by what it is: zeros are low dots, text and other bytes differ in colour and in height. */
export function paintByteCells(pen: Pen, scene: Scene, block: InnerBlock, ink: BlockInk, grid: CellGrid): void {
  const { colours, kind } = scene.inks;
  const base = pen.globalAlpha;
  const inks = ['', colours.fg3, kind.heap.solid, ink.solid, colours.chg, colours.bad, colours.fg3];
  const alphas = [0, 0.25, 0.6, 0.5, 1, 0.7, 0.14];
  const heights = [0, 0.34, 0.94, 0.66, 0.94, 0.94, 0.94];
  let page = -1;
  let bytes: PageBytes | undefined;
  // Cells of a sort are drawn together: setting the colour for each would cost more than drawing it.
  const sorts: { readonly x: number[]; readonly y: number[]; readonly width: number[] }[] = inks.map(() => ({ x: [], y: [], width: [] }));
  eachRow(block, grid.perRow, 1, (start, count, column, top) => {
    let from = 0;
    let sort = NOTHING;
    for (let i = 0; i <= count; i++) {
      let next = NOTHING;
      if (i < count) {
        const address = start + BigInt(i);
        const offset = Number(address & 0xfffn);
        if (i === 0 || offset === 0) {
          const at = Number(address >> 12n);
          if (at !== page) {
            page = at;
            bytes = scene.insides.bytes(at);
          }
        }
        next = bytes ? sortOf(bytes, offset) : NOTHING;
      }
      if (next === sort && i < count) continue;
      const into = sorts[sort];
      if (sort !== NOTHING && into) {
        into.x.push(block.left + (column + from) * grid.cellPx);
        into.y.push(top);
        into.width.push((i - from) * grid.cellPx);
      }
      sort = next;
      from = i;
    }
  });
  for (const [sort, cells] of sorts.entries()) {
    if (sort === NOTHING || cells.x.length === 0) continue;
    pen.fillStyle = inks[sort] ?? '';
    pen.globalAlpha = base * grid.alpha * (alphas[sort] ?? 1);
    const height = grid.rowPx * (heights[sort] ?? 1);
    const down = (grid.rowPx - height) / 2;
    for (let i = 0; i < cells.x.length; i++) pen.fillRect(cells.x[i] ?? 0, (cells.y[i] ?? 0) + down, (cells.width[i] ?? 0) - 0.4, height);
  }
  pen.globalAlpha = base;
}

function sortOf(bytes: PageBytes, offset: number): number {
  const state = bytes.states[offset];
  if (state === CELL_VALID) return bytes.changed?.[offset] === 1 ? CHANGED : (SORT_OF_VALUE[bytes.values[offset] ?? 0] ?? OTHER);
  if (state === CELL_UNREADABLE) return REFUSED;
  return state === CELL_NOT_PRESENT ? ABSENT : NOTHING;
}
