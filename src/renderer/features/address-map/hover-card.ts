import type { HoverFacts } from './hover-words.ts';

/** Distance from the pointer: the card never lies under it. */
const OFFSET_PX = 16;
const EDGE_PX = 6;

/** The card at the pointer, written into the document directly: a React render for each move of the mouse would cost more than the map. */
export class HoverCard {
  readonly #element: HTMLElement;
  #shown = '';
  #height = 0;
  #width = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  show(facts: HoverFacts, x: number, y: number, panelWidth: number, panelHeight: number): void {
    const text = `${facts.tag} ${facts.title}\n${facts.lines.map((one) => one.text).join('\n')}`;
    if (this.#shown !== text || this.#element.hidden) this.#write(text, ...cardLines(facts));
    this.#place(x, y, panelWidth, panelHeight);
  }

  /** A plain text, such as the size of a selection being made. */
  showText(text: string, x: number, y: number, panelWidth: number, panelHeight: number): void {
    this.#write(text, line('', text));
    this.#place(x, y, panelWidth, panelHeight);
  }

  hide(): void {
    this.#element.hidden = true;
    this.#shown = '';
  }

  #write(text: string, ...lines: readonly HTMLElement[]): void {
    this.#shown = text;
    this.#element.replaceChildren(...lines);
    this.#element.hidden = false;
    this.#width = this.#element.offsetWidth;
    this.#height = this.#element.offsetHeight;
  }

  #place(x: number, y: number, panelWidth: number, panelHeight: number): void {
    const { left, top } = cardPlace({ x, y }, { width: this.#width, height: this.#height }, { width: panelWidth, height: panelHeight });
    this.#element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Below the pointer, else above it; a card that fits neither hangs over the edge: it must not cover the pointer. */
export function cardPlace({ x, y }: { readonly x: number; readonly y: number }, card: Size, panel: Size): { readonly left: number; readonly top: number } {
  const left = Math.max(EDGE_PX, Math.min(x + OFFSET_PX, panel.width - card.width - EDGE_PX));
  const below = y + OFFSET_PX;
  const above = y - OFFSET_PX - card.height;
  return { left, top: below + card.height <= panel.height - EDGE_PX ? below : above >= EDGE_PX ? above : panel.height - y > y ? below : above };
}

function cardLines({ ink, tag, title, lines }: HoverFacts): readonly HTMLElement[] {
  const head = document.createElement('div');
  head.className = 'map-card-title';
  const swatch = document.createElement('span');
  swatch.className = 'sw';
  swatch.style.background = `var(--k-${ink})`;
  const tagElement = document.createElement('span');
  tagElement.className = 'tagk';
  tagElement.textContent = tag;
  const name = document.createElement('b');
  name.textContent = title;
  head.append(swatch, tagElement, name);
  return [head, ...lines.map(({ text, look }) => line(look, text))];
}

function line(className: string, text: string): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}
