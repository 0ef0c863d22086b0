import { toAddress } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';
import type { BreakpointInfo } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { BreakpointRequest } from '../target/debugger.ts';
import type { MiConnection } from './connection/mi-connection.ts';
import { breakInsert, breakList } from './mi-commands/breakpoint-commands.ts';
import { dataEvaluateExpression } from './mi-commands/expression-commands.ts';
import type { MiScope } from './mi-commands/mi-command.ts';
import { readBreakpoint } from './mi-commands/read-debug.ts';
import { MalformedReply, textOf, tupleOf } from './mi-commands/read-reply.ts';
import type { MiAsyncRecord } from './mi-parser/mi-record.ts';
import { numberOf } from './questions/evaluate-address.ts';

/** All breakpoints there are, whoever made them. gdb announces those of the console; its answers tell of ours. */
export class Breakpoints {
  readonly #connection: MiConnection;
  readonly #changed: (all: readonly BreakpointInfo[]) => void;
  readonly #known = new Map<string, BreakpointInfo>();
  /** Bytes of watched expressions by breakpoint number, known when they were made: later their scope may be another. */
  readonly #watched = new Map<string, AddressRange>();
  /** The breakpoint whose hits rose last: gdb does not name the catchpoint of a signal in its stop. */
  lastHit: BreakpointInfo | undefined;

  readonly #beforeInsert: () => Promise<void>;

  constructor(connection: MiConnection, changed: (all: readonly BreakpointInfo[]) => void, beforeInsert: () => Promise<void>) {
    this.#connection = connection;
    this.#beforeInsert = beforeInsert;
    this.#changed = changed;
  }

  all(): readonly BreakpointInfo[] {
    return [...this.#known.values()];
  }

  /** Asks gdb, and takes its answer for the truth. */
  async list(): Promise<readonly BreakpointInfo[]> {
    const all = (await this.#connection.run(breakList())).map((breakpoint) => this.#withWatched(breakpoint));
    this.#known.clear();
    for (const breakpoint of all) this.#known.set(breakpoint.number, breakpoint);
    this.#changed(all);
    return all;
  }

  /** One breakpoint as gdb has it now. Rejects with `invalid-argument` when there is none. */
  async get(number: string): Promise<BreakpointInfo> {
    const found = (await this.list()).find((breakpoint) => breakpoint.number === number);
    if (found === undefined) throw new VmatlasError({ code: 'invalid-argument', message: `There is no breakpoint ${number}.` });
    return found;
  }

  async insert(request: BreakpointRequest): Promise<BreakpointInfo> {
    await this.#beforeInsert();
    const made = await this.#connection.run(breakInsert(request));
    this.#known.set(made.number, made);
    this.#changed(this.all());
    return made;
  }

  rememberWatched(number: string, range: AddressRange): void {
    this.#watched.set(number, range);
  }

  /** `=breakpoint-created`, `-modified`, `-deleted`. */
  changed(record: MiAsyncRecord): void {
    try {
      if (record.class === 'breakpoint-deleted') {
        const number = textOf(record.results, 'id');
        this.#known.delete(number);
        this.#watched.delete(number);
      } else {
        const breakpoint = this.#withWatched(readBreakpoint(tupleOf(record.results, 'bkpt')));
        if (breakpoint.hits > (this.#known.get(breakpoint.number)?.hits ?? 0)) this.lastHit = breakpoint;
        this.#known.set(breakpoint.number, breakpoint);
        if (record.class === 'breakpoint-created' && breakpoint.kind.startsWith('watch-') && breakpoint.watched === undefined) void this.#findWatched(breakpoint);
      }
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      // The next list() tells; nobody waits for this one.
      return;
    }
    this.#changed(this.all());
  }

  #withWatched(breakpoint: BreakpointInfo): BreakpointInfo {
    const range = this.#watched.get(breakpoint.number);
    return range === undefined || breakpoint.watched !== undefined ? breakpoint : { ...breakpoint, watched: range };
  }

  /** Made in the console this moment: the console's frame is still the one that the expression was meant in. */
  async #findWatched(breakpoint: BreakpointInfo): Promise<void> {
    const range = await placeOfValue(this.#connection, breakpoint.original, {});
    const known = this.#known.get(breakpoint.number);
    if (range === undefined || known === undefined) return;
    this.#watched.set(breakpoint.number, range);
    this.#known.set(breakpoint.number, this.#withWatched(known));
  }
}

/** The bytes of an expression's value; undefined for one without an address (a register, a sum). */
export async function placeOfValue(connection: MiConnection, expression: string, scope: MiScope): Promise<AddressRange | undefined> {
  try {
    const [at, size] = await Promise.all([connection.run(dataEvaluateExpression(`&(${expression})`, scope)), connection.run(dataEvaluateExpression(`sizeof(${expression})`, scope))]);
    const start = numberOf(at);
    const length = numberOf(size);
    return start === undefined || length === undefined || length === 0n || start + length > 1n << 64n ? undefined : { start, end: toAddress(start + length) };
  } catch (error) {
    if (error instanceof VmatlasError && error.code !== 'gdb-ended') return undefined;
    throw error;
  }
}
