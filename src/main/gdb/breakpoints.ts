import type { BreakpointInfo } from '../../shared/model/debug.ts';
import type { BreakpointRequest } from '../target/debugger.ts';
import type { MiConnection } from './connection/mi-connection.ts';
import { breakInsert, breakList } from './mi-commands/breakpoint-commands.ts';
import { readBreakpoint } from './mi-commands/read-debug.ts';
import { MalformedReply, textOf, tupleOf } from './mi-commands/read-reply.ts';
import type { MiAsyncRecord } from './mi-parser/mi-record.ts';

/** All breakpoints there are, whoever made them. gdb announces those of the console; its answers tell of ours. */
export class Breakpoints {
  readonly #connection: MiConnection;
  readonly #changed: (all: readonly BreakpointInfo[]) => void;
  readonly #known = new Map<string, BreakpointInfo>();

  constructor(connection: MiConnection, changed: (all: readonly BreakpointInfo[]) => void) {
    this.#connection = connection;
    this.#changed = changed;
  }

  all(): readonly BreakpointInfo[] {
    return [...this.#known.values()];
  }

  /** Asks gdb, and takes its answer for the truth. */
  async list(): Promise<readonly BreakpointInfo[]> {
    const all = await this.#connection.run(breakList());
    this.#known.clear();
    for (const breakpoint of all) this.#known.set(breakpoint.number, breakpoint);
    this.#changed(all);
    return all;
  }

  async insert(request: BreakpointRequest): Promise<BreakpointInfo> {
    const made = await this.#connection.run(breakInsert(request));
    this.#known.set(made.number, made);
    this.#changed(this.all());
    return made;
  }

  /** `=breakpoint-created`, `-modified`, `-deleted`. */
  changed(record: MiAsyncRecord): void {
    try {
      if (record.class === 'breakpoint-deleted') {
        this.#known.delete(textOf(record.results, 'id'));
      } else {
        const breakpoint = readBreakpoint(tupleOf(record.results, 'bkpt'));
        this.#known.set(breakpoint.number, breakpoint);
      }
    } catch (error) {
      if (!(error instanceof MalformedReply)) throw error;
      // The next list() tells; nobody waits for this one.
      return;
    }
    this.#changed(this.all());
  }
}
