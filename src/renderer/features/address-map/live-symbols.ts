import { SPACE_END, toAddress, type Address } from '../../../shared/address/address.ts';
import type { SymbolColumns } from '../../../shared/drawing/map/insides.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';
import type { Clients } from '../../../shared/rpc/services.ts';

/** In a longer stretch symbols can't be told apart. */
const MOST_BYTES = 4n << 20n;
const LEAST_BYTES = 1n << 16n;
const SYMBOL_LIMIT = 4000;
const KEPT = 64;

interface Answer {
  readonly start: bigint;
  readonly end: bigint;
  /** Undefined while it is on its way, and when there were too many. */
  columns: SymbolColumns | undefined;
}

/** Symbols by stretches of the space: twice as long as what is shown, on a grid, so that panning and zooming seldom ask anew. */
export class LiveSymbols {
  readonly #clients: Clients;
  readonly #arrived: () => void;
  /** Newest last. */
  #answers: Answer[] = [];
  #sessionId: string | undefined;

  constructor(clients: Clients, arrived: () => void) {
    this.#clients = clients;
    this.#arrived = arrived;
  }

  setSession(sessionId: string | undefined): void {
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    this.#answers = [];
  }

  /** A library came or went: what was known of these addresses is not true any more. */
  forget(): void {
    this.#answers = [];
  }

  of(start: bigint, end: bigint): SymbolColumns | undefined {
    const size = end - start;
    if (this.#sessionId === undefined || size > MOST_BYTES) return undefined;
    const step = powerOfTwoFrom(size < LEAST_BYTES ? LEAST_BYTES : size);
    const from = (start / (step / 2n)) * (step / 2n);
    const to = from + 2n * step;
    const exact = this.#answers.find((answer) => answer.start === from && answer.end === to);
    if (!exact) this.#ask(this.#sessionId, from, to);
    if (exact?.columns) return exact.columns;
    // Until the new stretch is there, an older one that covers it will do.
    return this.#answers.findLast((answer) => answer.columns !== undefined && answer.start <= start && end <= answer.end)?.columns;
  }

  #ask(sessionId: string, start: bigint, end: bigint): void {
    const answer: Answer = { start, end, columns: undefined };
    this.#answers = [...this.#answers, answer].slice(-KEPT);
    const range = { start: toAddress(start), end: end < SPACE_END ? toAddress(end) : SPACE_END };
    this.#clients.map.symbols({ sessionId, ...range, limit: SYMBOL_LIMIT }).then(
      ({ symbols, more }) => {
        if (sessionId !== this.#sessionId || more) return;
        answer.columns = symbolColumns(symbols, range.start);
        this.#arrived();
      },
      () => {
        // Names are a finer look only: the bytes stay, and what is wrong with the file is told where it is asked for by name.
      },
    );
  }
}

/** The symbols that take memory: one of a name's aliases, thread-local ones left out, since their addresses are offsets. */
export function symbolColumns(symbols: readonly SymbolRef[], base: Address): SymbolColumns {
  const kept: SymbolRef[] = [];
  for (const symbol of symbols) {
    if (symbol.type === 'tls') continue;
    const last = kept.at(-1);
    if (last?.address !== symbol.address) kept.push(symbol);
    // Of several names for one place, the one that says how much there is.
    else if (last.sizeBytes === 0n && symbol.sizeBytes > 0n) kept[kept.length - 1] = symbol;
  }
  return {
    base, length: kept.length, names: kept.map((symbol) => symbol.demangled ?? symbol.name),
    from: Float64Array.from(kept, (symbol) => Number(symbol.address - base)),
    to: Float64Array.from(kept, (symbol) => Number(symbol.address + symbol.sizeBytes - base)),
  };
}

function powerOfTwoFrom(size: bigint): bigint {
  let power = 1n;
  while (power < size) power <<= 1n;
  return power;
}
