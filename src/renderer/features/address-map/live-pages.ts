import { pageStart, PAGE_COUNT_OF_SPACE, type PageNumber } from '../../../shared/address/page.ts';
import { NO_PAGE, type PageStates } from '../../../shared/drawing/map/insides.ts';
import type { Clients } from '../../../shared/rpc/services.ts';

/** One question covers this many pages: 16 MiB, a few screens of cells. */
const CHUNK_PAGES = 4096;
const KEPT = 64;
/** While the target runs, its pages come and go: what is on screen is asked for again after this long. */
const FRESH_MS = 1500;

interface Chunk {
  states: PageStates | undefined;
  generation: number;
  askedFor: number;
  atMs: number;
}

/** Page states by chunks, from the page table alone: nothing here reads a byte of the target. */
export class LivePages {
  readonly #clients: Clients;
  readonly #arrived: () => void;
  readonly #nowMs: () => number;
  readonly #chunks = new Map<number, Chunk>();
  #sessionId: string | undefined;
  #generation = 0;
  #runs = false;

  constructor(clients: Clients, arrived: () => void, nowMs: () => number = () => performance.now()) {
    this.#clients = clients;
    this.#arrived = arrived;
    this.#nowMs = nowMs;
  }

  follow(sessionId: string | undefined, generation: number, runs: boolean): void {
    if (sessionId !== this.#sessionId) this.#chunks.clear();
    this.#sessionId = sessionId;
    this.#generation = generation;
    this.#runs = runs;
  }

  of(page: number): PageStates | undefined {
    const id = this.#sessionId;
    if (id === undefined) return undefined;
    const key = Math.floor(page / CHUNK_PAGES);
    let chunk = this.#chunks.get(key);
    if (!chunk) {
      chunk = { states: undefined, generation: -1, askedFor: -1, atMs: -Infinity };
      const oldest = this.#chunks.keys().next().value;
      if (this.#chunks.size >= KEPT && oldest !== undefined) this.#chunks.delete(oldest);
      this.#chunks.set(key, chunk);
    }
    const old = chunk.generation < this.#generation || (this.#runs && this.#nowMs() - chunk.atMs > FRESH_MS);
    if (old && (chunk.askedFor !== this.#generation || this.#nowMs() - chunk.atMs > FRESH_MS)) this.#ask(id, key, chunk);
    return chunk.states;
  }

  #ask(sessionId: string, key: number, chunk: Chunk): void {
    chunk.askedFor = this.#generation;
    chunk.atMs = this.#nowMs();
    const first = key * CHUNK_PAGES;
    const count = Math.min(CHUNK_PAGES, PAGE_COUNT_OF_SPACE - first);
    this.#clients.pages.cells({ sessionId, start: pageStart(first as PageNumber), count, pagesPerCell: 1, detail: 'pagemap' }).then(
      (cells) => {
        if (sessionId !== this.#sessionId || cells.generation < chunk.generation) return;
        const state = Uint8Array.from(cells.state, (value, i) => (cells.mapped[i] === 0 ? NO_PAGE : value));
        chunk.states = { first, state, flags: cells.flags };
        chunk.generation = cells.generation;
        this.#arrived();
      },
      () => {
        // Without a page table to ask (a process that is gone, a refusal) the map has no page cells; the pages view says why.
      },
    );
  }
}
