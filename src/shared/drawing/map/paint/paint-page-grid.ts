import { formatAddress, toAddress } from '../../../address/address.ts';
import { isPresentState, PAGE_FLAG_DIRTY, PAGE_FLAG_HUGE, PAGE_FLAG_SHARED, PAGE_STATE_CODE, PAGE_STATES, pageFlagNames } from '../../../model/page-state.ts';
import type { CellGrid } from '../../inner-levels/inner-levels.ts';
import { fade } from '../../inner-levels/inner-levels.ts';
import type { LabelLane } from '../../labels/labels.ts';
import { PAGE_LOOKS } from '../../page-look.ts';
import type { Pen } from '../../pen.ts';
import { NO_PAGE, type PageStates } from '../insides.ts';
import { eachRow, type InnerBlock } from './inner-block.ts';
import type { Scene } from './scene.ts';
import { drawText } from './text.ts';

/** Cells at least this high say their state in words. */
const WORDS_PX = 26;
const WORDS_WIDTH_PX = 62;
/** Where bytes are drawn over them, pages are this faint a ground. */
const GROUND_ALPHA = 0.22;
const PAGE_BYTES = 4096;

/** One cell a page: colour and shape of what the page table says. Bytes fade in over it, and it becomes the ground. */
export function paintPageGrid(pen: Pen, scene: Scene, block: InnerBlock, grid: CellGrid): void {
  const over = Math.max(block.levels.bytes?.alpha ?? 0, block.levels.text?.alpha ?? 0);
  const base = pen.globalAlpha;
  const alpha = base * grid.alpha * (1 - (1 - GROUND_ALPHA) * over);
  let known: PageStates | undefined;
  const inset = grid.cellPx >= 7 ? 1 : 0.5;
  eachRow(block, grid.perRow, PAGE_BYTES, (start, count, column, top, bottom) => {
    const page = Number(start >> 12n);
    for (let i = 0; i < count; i++) {
      if (known === undefined || page + i < known.first || page + i >= known.first + known.state.length) known = scene.insides.pages(page + i);
      if (known === undefined) continue;
      const state = known.state[page + i - known.first] ?? NO_PAGE;
      if (state === NO_PAGE) continue;
      const x = block.left + (column + i) * grid.cellPx;
      // A page that begins or ends outside its region is cut with it.
      const cellTop = Math.max(top, block.box.top);
      const cellBottom = Math.min(bottom, block.box.bottom);
      if (cellBottom - cellTop < 1) continue;
      paintCell(pen, scene, state, known.flags[page + i - known.first] ?? 0, x + inset / 2, cellTop + inset / 2, grid.cellPx - inset, cellBottom - cellTop - inset, alpha);
    }
  });
  pen.globalAlpha = base;
}

/** ■ own   half ■ of a file   ◢ zeros   ■ with a hole: a copy   □ not present   ╲ swapped   ✕ guard */
function paintCell(pen: Pen, scene: Scene, state: number, flags: number, x: number, y: number, width: number, height: number, alpha: number): void {
  const look = PAGE_LOOKS[state];
  if (!look) return;
  const colour = scene.inks.kind[look.ink].solid;
  const name = PAGE_STATES[state] ?? 'unknown';
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  if (isPresentState(name)) {
    pen.globalAlpha = alpha * (state === PAGE_STATE_CODE.file || state === PAGE_STATE_CODE['shared-memory'] || state === PAGE_STATE_CODE.kernel ? 0.3 : state === PAGE_STATE_CODE['zero-page'] || state === PAGE_STATE_CODE['zero-or-shared'] ? 0.18 : 0.42);
    pen.fillRect(x, y, width, height);
    if (width < 5 || height < 5) return;
    pen.globalAlpha = alpha * 0.9;
    const mark = Math.min(8, width / 3, height / 3);
    if (state === PAGE_STATE_CODE['private-copy']) {
      pen.fillStyle = scene.inks.colours.panel;
      pen.fillRect(x + width - mark - 1, y + height - mark - 1, mark, mark);
    } else if (state === PAGE_STATE_CODE['zero-page'] || state === PAGE_STATE_CODE['zero-or-shared']) {
      pen.beginPath();
      pen.moveTo(x + width - mark, y + height);
      pen.lineTo(x + width, y + height - mark);
      pen.lineTo(x + width, y + height);
      pen.closePath();
      pen.fill();
    } else if (state === PAGE_STATE_CODE['shared-memory'] || flags & PAGE_FLAG_SHARED) pen.fillRect(x, y, Math.max(1, mark / 3), height);
    if (flags & PAGE_FLAG_HUGE) pen.fillRect(x, y, 2, height);
    if (flags & PAGE_FLAG_DIRTY) pen.fillRect(x + width - 2, y, 2, Math.min(4, height));
    return;
  }
  pen.globalAlpha = alpha * 0.42;
  pen.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), Math.max(0, height - 1));
  if (width < 5 || height < 5) return;
  if (state === PAGE_STATE_CODE.swapped || state === PAGE_STATE_CODE.guard) {
    pen.globalAlpha = alpha * 0.8;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x + width, y + height);
    if (state === PAGE_STATE_CODE.guard) {
      pen.moveTo(x + width, y);
      pen.lineTo(x, y + height);
    }
    pen.stroke();
  }
}

/** Words of a page: `present, private copy, shared`. */
export function pageWords(state: number, flags: number): string {
  const look = PAGE_LOOKS[state];
  if (!look) return '';
  const name = PAGE_STATES[state] ?? 'unknown';
  return [isPresentState(name) ? `present, ${look.name}` : look.name, ...pageFlagNames(flags)].join(', ');
}

/** State in words, and the page's address, in cells that have room for them; a line parts pages where their bytes are drawn. Takes its room from `lane`. */
export function paintPageWords(pen: Pen, scene: Scene, block: InnerBlock, grid: CellGrid, lane: LabelLane): void {
  if (grid.rowPx < WORDS_PX || grid.cellPx < WORDS_WIDTH_PX) return;
  const { fonts, inks, ruler } = scene;
  const base = pen.globalAlpha;
  const alpha = base * grid.alpha * fade(grid.rowPx, [WORDS_PX, WORDS_PX * 1.5]);
  const overBytes = (block.levels.bytes?.alpha ?? 0) > 0.5;
  eachRow(block, grid.perRow, PAGE_BYTES, (start, count, column, top, bottom) => {
    const shownTop = Math.max(top, block.box.textTop + 20);
    const shownBottom = Math.min(bottom, scene.geometry.heightPx, block.box.bottom);
    const oneLine = grid.perRow === 1 && grid.cellPx > 160;
    const wordsPx = oneLine ? 13 : 25;
    if (shownBottom - shownTop < wordsPx || scene.insides.pages(Number(start >> 12n)) === undefined || !lane.tryPlace(shownTop, shownTop + wordsPx)) return;
    for (let i = 0; i < count; i++) {
      const page = Number(start >> 12n) + i;
      const known = scene.insides.pages(page);
      const state = known?.state[page - known.first] ?? NO_PAGE;
      if (!known || state === NO_PAGE) continue;
      const words = pageWords(state, known.flags[page - known.first] ?? 0);
      const x = block.left + (column + i) * grid.cellPx + 5;
      const width = grid.cellPx - 10;
      const address = formatAddress(toAddress(start + BigInt(i) * 4096n)).slice(-9);
      const lines = oneLine ? [`${address}  ${words}`] : [address, words];
      pen.globalAlpha = alpha;
      for (const [at, line] of lines.entries()) {
        const y = shownTop + 11 + at * 12;
        const text = ruler.fit(pen, at === 0 && lines.length > 1 ? fonts.size : fonts.small, line, width);
        if (overBytes) {
          pen.fillStyle = inks.colours.panel;
          pen.fillRect(x - 3, y - 9, ruler.width(pen, fonts.small, text) + 6, 12);
        }
        drawText(pen, text, x, y, { font: at === 0 && lines.length > 1 ? fonts.size : fonts.small, colour: inks.colours.fg, halo: inks.colours.panel });
      }
      if (overBytes) {
        pen.globalAlpha = base;
        pen.fillStyle = inks.colours.fg3;
        pen.fillRect(block.left, Math.round(bottom) - 1, block.right - block.left, 1);
      }
    }
  });
  pen.globalAlpha = base;
}
