import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { Address } from '../../../shared/address/address.ts';

/** Asked for in runs of this many pages: one question covers a screen of dense names, and the keys repeat while scrolling. */
export const CHUNK_PAGES = 16;
const MAX_CHUNKS = 256;

interface Chunk<T> {
  value: T;
  version: number;
  asked: number;
}

export interface ChunkOptions<T> {
  readonly nothing: T;
  /** `start` and `lengthBytes` of one chunk. */
  readonly ask: (sessionId: string, start: Address, lengthBytes: number) => Promise<T>;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** Something the host knows of stretches of memory. Answers at once with what it has, asks for the rest, and tells when more has come. */
export class ChunkCache<T> {
  readonly #options: ChunkOptions<T>;
  readonly #chunks = new Map<number, Chunk<T>>();
  #sessionId: string | undefined;
  #version = 0;
  /** Rises with each answer, so that layouts made before it are known to be old. */
  revision = 0;

  constructor(options: ChunkOptions<T>) {
    this.#options = options;
  }

  /** Another session: nothing of the old one may be shown. */
  setSession(sessionId: string | undefined): void {
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    this.#chunks.clear();
    this.revision++;
  }

  /** The map changed: what is known stays on screen until the new answer is there. */
  refresh(): void {
    this.#version++;
  }

  at(page: PageNumber): T {
    const sessionId = this.#sessionId;
    if (sessionId === undefined) return this.#options.nothing;
    const key = Math.floor(page / CHUNK_PAGES);
    const chunk = this.#chunks.get(key) ?? { value: this.#options.nothing, version: -1, asked: -1 };
    this.#chunks.delete(key);
    this.#chunks.set(key, chunk);
    if (chunk.version !== this.#version && chunk.asked !== this.#version) {
      chunk.asked = this.#version;
      this.#ask(sessionId, key, chunk);
    }
    const oldest = this.#chunks.keys().next().value;
    if (this.#chunks.size > MAX_CHUNKS && oldest !== undefined) this.#chunks.delete(oldest);
    return chunk.value;
  }

  #ask(sessionId: string, key: number, chunk: Chunk<T>): void {
    const version = this.#version;
    const start = pageStart((key * CHUNK_PAGES) as PageNumber);
    this.#options.ask(sessionId, start, CHUNK_PAGES * PAGE_SIZE_BYTES)
      .then((value) => {
        if (sessionId !== this.#sessionId || version < chunk.version) return;
        chunk.value = value;
        chunk.version = version;
        this.revision++;
        this.#options.onChange();
      })
      .catch(this.#options.onError);
  }
}
