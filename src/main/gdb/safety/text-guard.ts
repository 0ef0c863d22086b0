import type { Address } from '../../../shared/address/address.ts';
import type { BreakpointInfo, BreakpointKind } from '../../../shared/model/debug.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import { TargetMemory } from './target-memory.ts';
import { BREAKPOINT_BYTE, fileByteAt, findForeignBreakpoints } from './text-pages.ts';

const hardwareKinds: ReadonlySet<BreakpointKind> = new Set(['hardware', 'watch-write', 'watch-read', 'watch-access']);

/**
 * Knows the program's own byte under each software breakpoint, so that the program survives gdb's sudden death: gdb killed by SIGKILL leaves its INT3s in the text of a running
 * program, and the next thread to come by dies of SIGTRAP.
 */
export class TextGuard {
  readonly #memory: TargetMemory;
  /** INT3s that were there before gdb came: not ours to touch. */
  readonly #before: ReadonlySet<Address>;
  readonly #originals = new Map<Address, number>();
  #breakpoints: readonly BreakpointInfo[] = [];
  #hardwareSeen = false;

  /** Opened before gdb puts anything into the program. Throws the plain system error when the process's memory cannot be opened for writing. */
  constructor(pid: number, parent?: TextGuard) {
    this.#memory = new TargetMemory(pid);
    // A fork copies the INT3s that gdb put into its parent: those are gdb's, and the parent's guard knows what they replace.
    this.#before = parent === undefined ? new Set(findForeignBreakpoints(this.#memory).map(({ address }) => address)) : parent.#before;
    if (parent === undefined) return;
    for (const [address, original] of parent.#originals) this.#originals.set(address, original);
    this.#hardwareSeen = parent.hardwareSeen;
  }

  /** The address space is still the one that was opened: not ended, not replaced by exec. */
  isCurrent(): boolean {
    return this.#memory.isCurrent();
  }

  get pid(): number {
    return this.#memory.pid;
  }

  /** Some thread's debug registers may be set. */
  get hardwareSeen(): boolean {
    return this.#hardwareSeen;
  }

  /** All breakpoints there are now. Learns the bytes under new ones. */
  watch(breakpoints: readonly BreakpointInfo[]): void {
    this.#breakpoints = breakpoints;
    this.#hardwareSeen ||= breakpoints.some(({ kind }) => hardwareKinds.has(kind));
    for (const { address } of this.#locations()) {
      if (this.#originals.has(address)) continue;
      const now = this.#memory.readByte(address);
      // In a running program gdb may have put its INT3 in already; then the file knows.
      const original = now === BREAKPOINT_BYTE ? fileByteAt(this.pid, address) : now;
      if (original !== undefined) this.#originals.set(address, original);
    }
  }

  /** Bytes that are INT3 in memory now and something else in the program. */
  patchedBytes(): PatchedByte[] {
    return this.#locations().flatMap(({ address, breakpoint }) => {
      const original = this.#originals.get(address);
      if (original === undefined || original === BREAKPOINT_BYTE || this.#memory.readByte(address) !== BREAKPOINT_BYTE) return [];
      return [{ address, original, breakpoint }];
    });
  }

  /**
   * Puts the program's own bytes back wherever gdb's INT3 still is, known breakpoints first because every microsecond counts. Returns how many. Only for a gdb that is dead.
   */
  repair(): number {
    let repaired = 0;
    const restore = (address: Address, original: number): void => {
      if (original !== BREAKPOINT_BYTE && this.#memory.readByte(address) === BREAKPOINT_BYTE && this.#memory.writeByte(address, original)) repaired++;
    };
    for (const [address, original] of this.#originals) restore(address, original);
    try {
      for (const { address, original } of findForeignBreakpoints(this.#memory)) if (!this.#before.has(address)) restore(address, original);
    } catch {
      // The process ended meanwhile: nothing is left to repair.
    }
    return repaired;
  }

  close(): void {
    this.#memory.close();
  }

  #locations(): { readonly address: Address; readonly breakpoint: string }[] {
    return this.#breakpoints
      .filter(({ kind }) => !hardwareKinds.has(kind))
      .flatMap(({ number, locations }) => locations.map(({ address }) => ({ address, breakpoint: number })));
  }
}
