import { addBytes } from '../../../shared/address/address.ts';
import type { PageNumber } from '../../../shared/address/page.ts';
import type { Section, SymbolRef } from '../../../shared/model/symbol.ts';
import type { TypedVariable, TypeNode } from '../../../shared/model/typed-data.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { ChunkCache } from './chunk-cache.ts';

/** A 64 KiB chunk of libc's text holds some 500 symbols. */
const SYMBOL_LIMIT = 4000;
const VARIABLE_LIMIT = 2000;

/** Sections, symbols and typed variables of a stretch. */
export interface Names {
  readonly sections: readonly Section[];
  readonly symbols: readonly SymbolRef[];
  readonly types: readonly TypeNode[];
  readonly variables: readonly TypedVariable[];
  /** Why variables have no type, in words. */
  readonly problems: readonly string[];
}

export const NO_NAMES: Names = { sections: [], symbols: [], types: [], variables: [], problems: [] };

/** Names beside the bytes. */
export class NamesCache {
  readonly #chunks: ChunkCache<Names>;

  constructor(clients: Clients, onChange: () => void, onError: (error: unknown) => void) {
    this.#chunks = new ChunkCache<Names>({
      nothing: NO_NAMES,
      onChange,
      onError,
      async ask(sessionId, start, lengthBytes) {
        const end = addBytes(start, lengthBytes);
        const [sections, symbols, variables] = await Promise.all([
          clients.map.sections({ sessionId, start, end }),
          clients.map.symbols({ sessionId, start, end, limit: SYMBOL_LIMIT }),
          clients.memory.variables({ sessionId, start, lengthBytes, limit: VARIABLE_LIMIT }),
        ]);
        return { sections, symbols: symbols.symbols, types: variables.types, variables: variables.variables, problems: variables.problems };
      },
    });
  }

  get revision(): number {
    return this.#chunks.revision;
  }

  setSession(sessionId: string | undefined): void {
    this.#chunks.setSession(sessionId);
  }

  refresh(): void {
    this.#chunks.refresh();
  }

  namesOf(page: PageNumber): Names {
    return this.#chunks.at(page);
  }
}
