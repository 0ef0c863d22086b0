import { addBytes, type Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { Section, SymbolRef } from '../../../shared/model/symbol.ts';
import type { Clients } from '../../../shared/rpc/services.ts';

/** Names are asked for in runs of this many pages: one question covers a screen of dense symbols, and the keys repeat while scrolling. */
const CHUNK_PAGES = 16;
const MAX_CHUNKS = 256;
/** A 64 KiB chunk of libc's text holds some 500 symbols. */
const SYMBOL_LIMIT = 4000;

export interface Names {
  readonly sections: readonly Section[];
  readonly symbols: readonly SymbolRef[];
}

interface Chunk {
  names: Names;
  version: number;
  asked: number;
}

const NONE: Names = { sections: [], symbols: [] };

/** Sections and symbols beside the bytes. Answers at once with what it has, asks for the rest, and tells when more has come. */
export class NamesCache {
  readonly #clients: Clients;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #chunks = new Map<number, Chunk>();
  #sessionId: string | undefined;
  #version = 0;
  /** Rises with each answer, so that layouts made before it are known to be old. */
  revision = 0;

  constructor(clients: Clients, onChange: () => void, onError: (error: unknown) => void) {
    this.#clients = clients;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  /** Another session: nothing of the old one may be shown. */
  setSession(sessionId: string | undefined): void {
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    this.#chunks.clear();
    this.revision++;
  }

  /** The map changed: names stay on screen until the new answer is there. */
  refresh(): void {
    this.#version++;
  }

  namesOf(page: PageNumber): Names {
    const sessionId = this.#sessionId;
    if (sessionId === undefined) return NONE;
    const key = Math.floor(page / CHUNK_PAGES);
    const chunk = this.#chunks.get(key) ?? { names: NONE, version: -1, asked: -1 };
    this.#chunks.delete(key);
    this.#chunks.set(key, chunk);
    if (chunk.version !== this.#version && chunk.asked !== this.#version) {
      chunk.asked = this.#version;
      this.#ask(sessionId, key, chunk);
    }
    const oldest = this.#chunks.keys().next().value;
    if (this.#chunks.size > MAX_CHUNKS && oldest !== undefined) this.#chunks.delete(oldest);
    return chunk.names;
  }

  #ask(sessionId: string, key: number, chunk: Chunk): void {
    const version = this.#version;
    const start = pageStart((key * CHUNK_PAGES) as PageNumber);
    const end = (start + BigInt(CHUNK_PAGES * PAGE_SIZE_BYTES)) as Address;
    Promise.all([this.#clients.map.sections({ sessionId, start, end }), this.#clients.map.symbols({ sessionId, start, end, limit: SYMBOL_LIMIT })])
      .then(([sections, symbols]) => {
        if (sessionId !== this.#sessionId || version < chunk.version) return;
        chunk.names = { sections, symbols: symbols.symbols };
        chunk.version = version;
        this.revision++;
        this.#onChange();
      })
      .catch(this.#onError);
  }
}

/** Symbols with bytes in [start, start + lengthBytes), of an ascending list. */
export function symbolsWithin(symbols: readonly SymbolRef[], start: Address, lengthBytes: number): SymbolRef[] {
  const end = addBytes(start, lengthBytes);
  return symbols.filter((symbol) => symbol.address < end && symbol.address + (symbol.sizeBytes > 0n ? symbol.sizeBytes : 1n) > start);
}
