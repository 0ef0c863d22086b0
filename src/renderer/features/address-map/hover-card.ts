import { formatRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import { regionStyle } from '../../../shared/drawing/kind-style.ts';

/** Distance from the pointer: the card never lies under it. */
const OFFSET_PX = 16;
const EDGE_PX = 6;

/** The card at the pointer, written into the document directly: a React render for each move of the mouse would cost more than the map. */
export class HoverCard {
  readonly #element: HTMLElement;
  #shownFor: Region | undefined;
  #height = 0;
  #width = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(region: Region, note: string, x: number, y: number, panelWidth: number, panelHeight: number): void {
    if (this.#shownFor?.start !== region.start || this.#shownFor.end !== region.end || this.#element.hidden || this.#element.dataset['note'] !== note) {
      this.#shownFor = region;
      this.#element.dataset['note'] = note;
      this.#element.replaceChildren(...cardLines(region, note));
      this.#element.hidden = false;
      this.#measure();
    }
    this.#place(x, y, panelWidth, panelHeight);
  }

  /** A plain text, such as the size of a selection being made. */
  showText(text: string, x: number, y: number, panelWidth: number, panelHeight: number): void {
    this.#shownFor = undefined;
    this.#element.replaceChildren(line('', text));
    this.#element.hidden = false;
    this.#measure();
    this.#place(x, y, panelWidth, panelHeight);
  }

  hide(): void {
    this.#element.hidden = true;
    this.#shownFor = undefined;
  }

  #measure(): void {
    this.#width = this.#element.offsetWidth;
    this.#height = this.#element.offsetHeight;
  }

  #place(x: number, y: number, panelWidth: number, panelHeight: number): void {
    const left = Math.max(EDGE_PX, Math.min(x + OFFSET_PX, panelWidth - this.#width - EDGE_PX));
    const below = y + OFFSET_PX;
    const top = below + this.#height <= panelHeight - EDGE_PX ? below : Math.max(EDGE_PX, y - OFFSET_PX - this.#height);
    this.#element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

function cardLines(region: Region, note: string): readonly HTMLElement[] {
  const style = regionStyle(region.kind, region.module?.role);
  const title = document.createElement('div');
  title.className = 'map-card-title';
  const swatch = document.createElement('span');
  swatch.className = 'sw';
  swatch.style.background = `var(--k-${style.ink})`;
  const tag = document.createElement('span');
  tag.className = 'tagk';
  tag.textContent = style.tag;
  const name = document.createElement('b');
  name.textContent = region.label;
  title.append(swatch, tag, name);
  const facts = [formatSize(region.end - region.start), region.perms, style.title + (region.part === '' ? '' : `, ${region.part}`)].filter((text) => text !== '').join('  ·  ');
  const lines = [title, line('mono', formatRange(region)), line('', facts)];
  const where = region.module?.path ?? region.path;
  if (where !== '' && where !== region.label) lines.push(line('f3', where));
  if (note !== '') lines.push(line('f3', note));
  return lines;
}

function line(className: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}
