import { VmatlasError } from '../../../shared/model/errors.ts';
import type { TypeNode } from '../../../shared/model/typed-data.ts';
import type { ElfSectionHeader } from '../../../shared/model/elf-facts.ts';
import type { ByteSource } from '../byte-source.ts';
import { guarded } from './cursor.ts';
import { openDebugFile, sharedElsewhere } from './debug-file.ts';
import { hasDebugInfo, readDebugSections } from './debug-sections.ts';
import { EntrySource } from './entry-source.ts';
import { readSplitUnits } from './split-units.ts';
import { TypeTable } from './type-table.ts';
import { readUnits } from './unit.ts';
import { findVariables, type StaticVariable } from './variable-index.ts';

/** A variable with its type's row. */
export interface FoundVariable extends StaticVariable {
  readonly type: number;
}

interface Loaded {
  readonly entries: EntrySource;
  readonly variables: readonly StaticVariable[];
  /** Longest variable: how far below an address one may begin that reaches it. */
  readonly longestBytes: number;
}

/** Units are read for this long before others get their turn. */
const SLICE_MS = 8;

/**
 * Static-storage variables of one ELF file and their types, from DWARF 2 to 5. Nothing is read before the first question; then all units are gone through once, in slices, so that the host
 * stays awake.
 */
export class DwarfReader {
  readonly #source: ByteSource;
  readonly #sections: readonly ElfSectionHeader[];
  readonly #buildId: string | undefined;
  readonly #problems: string[] = [];
  #loading: Promise<Loaded> | undefined;

  /** `buildId` leads to the separate debug file of a stripped one. */
  constructor(source: ByteSource, sections: readonly ElfSectionHeader[], buildId?: string) {
    this.#source = source;
    this.#sections = sections;
    this.#buildId = buildId;
  }

  /** What could not be read, in words. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Variables that begin in or reach into [start, end) of the file's own addresses, ascending, at most `limit`; their types are added to `nodes`. Rejects with `malformed-input`, `unsupported` or `io-error`. */
  async variablesIn(start: bigint, end: bigint, limit: number, nodes: TypeNode[]): Promise<{ readonly variables: readonly FoundVariable[]; readonly more: boolean }> {
    const { entries, variables, longestBytes } = await this.#load();
    const table = new TypeTable(entries, nodes);
    const found: FoundVariable[] = [];
    for (let at = firstNotBelow(variables, start - BigInt(longestBytes)); at < variables.length; at++) {
      const variable = variables[at];
      if (variable === undefined || variable.address >= end) break;
      if (variable.address < start && variable.address + BigInt(variable.sizeBytes) <= start) continue;
      if (found.length === limit) return { variables: found, more: true };
      const type = guarded(this.#source.name, 'description of types', () => table.typeOf(variable.typed));
      found.push({ ...variable, type });
    }
    return { variables: found, more: false };
  }

  #load(): Promise<Loaded> {
    // A failure is kept: the file does not change, and is not read again for every screen.
    this.#loading ??= this.#read();
    return this.#loading;
  }

  /** Units of the file itself or of what was split off it, with the halves in .dwo files; undefined when nothing describes its variables. */
  #entries(): EntrySource | undefined {
    const { name } = this.#source;
    const debugFile = hasDebugInfo(this.#sections) ? undefined : openDebugFile(this.#source, this.#sections, this.#buildId);
    if (debugFile === undefined && !hasDebugInfo(this.#sections)) return undefined;
    const { source, sections } = debugFile ?? { source: this.#source, sections: this.#sections };
    try {
      const shared = sharedElsewhere(source, sections);
      if (shared !== undefined) this.#problems.push(shared);
      const own = readDebugSections(source, sections);
      const { units, problem } = guarded(name, 'debug information', () => readUnits(own));
      if (problem !== undefined) {
        this.#problems.push(`${name}: ${problem}`);
        if (units.length === 0) throw new VmatlasError({ code: 'malformed-input', message: `${name} is damaged: its debug information cannot be followed.`, evidence: problem });
      }
      const split = readSplitUnits(this.#source, units, own);
      this.#problems.push(...split.problems);
      return guarded(name, 'debug information', () => new EntrySource([...units, ...split.units]));
    } finally {
      debugFile?.source.close();
    }
  }

  async #read(): Promise<Loaded> {
    const entries = this.#entries();
    if (entries === undefined) return { entries: new EntrySource([]), variables: [], longestBytes: 0 };
    const steps = findVariables(entries, (words) => {
      if (this.#problems.length < 8) this.#problems.push(`${this.#source.name}: ${words}`);
    });
    let until = performance.now() + SLICE_MS;
    for (;;) {
      const step = steps.next();
      if (step.done) return { entries, variables: step.value, longestBytes: step.value.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0) };
      if (performance.now() < until) continue;
      // oxlint-disable-next-line no-await-in-loop -- giving way is the point
      await new Promise((resolve) => setImmediate(resolve));
      until = performance.now() + SLICE_MS;
    }
  }
}

function firstNotBelow(variables: readonly StaticVariable[], address: bigint): number {
  let low = 0;
  let high = variables.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((variables[middle]?.address ?? 0n) < address) low = middle + 1;
    else high = middle;
  }
  return low;
}
