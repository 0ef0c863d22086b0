import { addBytes, formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { fieldsIn } from '../../../shared/analysis/typed/flatten.ts';
import { formatField } from '../../../shared/analysis/typed/format-value.ts';
import type { DiskBytes } from '../../../shared/model/disk-bytes.ts';
import type { MemoryRange } from '../../../shared/model/memory-range.ts';
import type { SymbolRef } from '../../../shared/model/symbol.ts';
import type { TypedVariables } from '../../../shared/model/typed-data.ts';
import type { OpenSession } from './with-session.ts';

export interface BesideOptions {
  readonly annotate: boolean;
  readonly diffDisk: boolean;
}

/** Bytes that one question about names or files covers. */
export const BESIDE_CHUNK_BYTES = 1n << 20n;
const MOST_SYMBOLS = 20_000;
const MOST_VARIABLES = 4096;
const MOST_NOTES = 4;

/** A run of bytes that memory and file hold differently. */
export interface Difference {
  readonly address: Address;
  readonly memory: Uint8Array;
  readonly file: Uint8Array;
  readonly fileOffset: bigint;
  /** `R_X86_64_RELATIVE`, `written since it was loaded`. */
  readonly why: string;
}

/** Names and file bytes of one chunk of a dump. */
export class Beside {
  readonly symbols: readonly SymbolRef[];
  readonly #typed: TypedVariables;
  readonly #disk: DiskBytes | undefined;

  private constructor(symbols: readonly SymbolRef[], typed: TypedVariables, disk: DiskBytes | undefined) {
    this.symbols = symbols;
    this.#typed = typed;
    this.#disk = disk;
  }

  static async load({ clients, sessionId }: OpenSession, start: Address, lengthBytes: number, { annotate, diffDisk }: BesideOptions): Promise<Beside> {
    const end = addBytes(start, lengthBytes);
    const [symbols, typed, disk] = await Promise.all([
      annotate ? clients.map.symbols({ sessionId, start, end, limit: MOST_SYMBOLS }) : undefined,
      annotate ? clients.memory.variables({ sessionId, start, lengthBytes, limit: MOST_VARIABLES }) : undefined,
      diffDisk ? clients.memory.onDisk({ sessionId, start, lengthBytes }) : undefined,
    ]);
    return new Beside(symbols?.symbols ?? [], typed ?? { types: [], variables: [], more: false, problems: [] }, disk);
  }

  /** Why types of some module are unknown. */
  get problems(): readonly string[] {
    return this.#typed.problems;
  }

  /** What begins in a row, with values where debug information gives types: `config.port = 8080`. */
  namesIn(start: Address, row: readonly (number | undefined)[]): string[] {
    const end = start + BigInt(row.length);
    const names: string[] = [];
    const typed = new Set<bigint>();
    const { types } = this.#typed;
    for (const variable of this.#typed.variables) {
      typed.add(variable.address);
      const from = Number(start - variable.address);
      if (variable.address >= end || from >= variable.sizeBytes) continue;
      for (const field of fieldsIn(types, variable.type, Math.max(0, from), from + row.length, 64, () => undefined)) {
        const at = Number(variable.address - start) + field.offsetBytes;
        if (at < 0 || field.role === 'padding') continue;
        const cells = row.slice(at, at + field.sizeBytes);
        const known = cells.length === field.sizeBytes && cells.every((cell) => cell !== undefined);
        const text = known ? formatField(types, field, Uint8Array.from(cells), () => undefined).text : '';
        names.push(`${variable.name}${field.path}${text === '' ? '' : text.startsWith('→') ? ` ${text}` : ` = ${text}`}`);
      }
    }
    for (const symbol of this.symbols) {
      if (symbol.address >= start && symbol.address < end && !typed.has(symbol.address) && symbol.type !== 'tls') names.push(symbol.demangled ?? symbol.name);
    }
    return names.length > MOST_NOTES ? [...names.slice(0, MOST_NOTES), `and ${names.length - MOST_NOTES} more`] : names;
  }

  /** Runs of bytes of these ranges that differ from the file, each with one reason. */
  differences(ranges: readonly MemoryRange[]): Difference[] {
    const found: Difference[] = [];
    for (const range of ranges) {
      if (range.kind !== 'valid') continue;
      for (const disk of this.#disk?.ranges ?? []) {
        if (disk.kind !== 'file') continue;
        const from = disk.start > range.start ? disk.start : range.start;
        const diskEnd = disk.start + BigInt(disk.bytes.length);
        const rangeEnd = range.start + BigInt(range.bytes.length);
        const to = diskEnd < rangeEnd ? diskEnd : rangeEnd;
        if (from < to) this.#compare(from, Number(to - from), range, disk, found);
      }
    }
    return found;
  }

  #compare(from: bigint, count: number, range: Extract<MemoryRange, { kind: 'valid' }>, disk: Extract<DiskBytes['ranges'][number], { kind: 'file' }>, found: Difference[]): void {
    const memory = range.bytes.subarray(Number(from - range.start), Number(from - range.start) + count);
    const file = disk.bytes.subarray(Number(from - disk.start), Number(from - disk.start) + count);
    for (let at = 0; at < count;) {
      if (memory[at] === file[at]) {
        at++;
        continue;
      }
      const address = (from + BigInt(at)) as Address;
      const relocation = this.#disk?.relocations.find((one) => one.address <= address && address < one.address + BigInt(one.sizeBytes));
      const limit = relocation === undefined ? count : Math.min(count, Number(relocation.address + BigInt(relocation.sizeBytes) - from));
      let end = at;
      if (relocation !== undefined) end = limit;
      else while (end < limit && memory[end] !== file[end]) end++;
      found.push({
        address, memory: memory.subarray(at, end), file: file.subarray(at, end), fileOffset: disk.fileOffset + (address - disk.start),
        why: relocation === undefined ? 'written since it was loaded' : `${relocation.type}${relocation.symbol === '' ? '' : ` ${relocation.symbol}`}, written by the loader`,
      });
      at = end;
    }
  }

  /** Parts of the ranges that are not in the file at all, in words; '' when there are none. */
  get noBits(): string {
    const bytes = (this.#disk?.ranges ?? []).reduce((sum, range) => sum + (range.kind === 'nobits' ? range.lengthBytes : 0n), 0n);
    return bytes === 0n ? '' : `${bytes} bytes are NOBITS: zero bytes in the file, zero-filled at start`;
  }
}

const SHOWN = 16;

export function differenceLine({ address, memory, file, fileOffset, why }: Difference): string {
  const hex = (bytes: Uint8Array): string => `${Buffer.from(bytes.subarray(0, SHOWN)).toString('hex').replaceAll(/..(?=.)/g, '$& ')}${bytes.length > SHOWN ? ' …' : ''}`;
  return `${formatPlainAddress(address)}: memory ${hex(memory)}, file +0x${fileOffset.toString(16)} ${hex(file)}: ${why}`;
}

export function differenceJson({ address, memory, file, fileOffset, why }: Difference): object {
  return { address: formatPlainAddress(address), length: memory.length, memory: Buffer.from(memory).toString('hex'), file: Buffer.from(file).toString('hex'), fileOffset: `0x${fileOffset.toString(16)}`, why };
}
