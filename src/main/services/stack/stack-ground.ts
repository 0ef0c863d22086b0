import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { SlotContext } from '../../../shared/analysis/stack/slot-values.ts';
import type { ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import type { Picture, Target } from '../../target/target.ts';
import { ModuleBytes } from '../../target/unwind/module-bytes.ts';
import { UnwindTables } from '../../target/unwind/unwind-tables.ts';

/** Stack that is read at once, for walks that take a word here and there. */
const CHUNK_BYTES = 64 * 1024;

/** What stands still while the map does: names, places, unwind tables, code. Made for one picture of one target. */
export class StackGround implements SlotContext {
  readonly target: Target;
  readonly picture: Picture;
  readonly modules: ModuleBytes;
  readonly tables: UnwindTables;
  /** Where argc is, the end of the main stack's frames; undefined when the kernel keeps it to itself. */
  readonly initialStart: Address | undefined;
  readonly #words = new Map<bigint, string>();

  constructor(target: Target, picture: Picture) {
    this.target = target;
    this.picture = picture;
    this.modules = new ModuleBytes(target, picture.regions);
    this.tables = new UnwindTables(picture.regions, this.modules.read, ({ start, end }) => picture.modules.sectionsIn({ start: toAddress(start), end: toAddress(end) }));
    const stat = tryReadProcText(`/proc/${target.identity.pid}/stat`);
    const start = stat === undefined ? 0n : parseStat(stat).startStack;
    this.initialStart = start === 0n ? undefined : toAddress(start);
  }

  close(): void {
    this.modules.close();
  }

  isExecutable(address: bigint): boolean {
    return this.#region(address)?.perms.includes('x') ?? false;
  }

  isMapped(address: bigint): boolean {
    const region = this.#region(address);
    return region !== undefined && !isUnmappedKind(region.kind);
  }

  topOf(address: bigint): bigint | undefined {
    const region = this.#region(address);
    if (!region?.perms.startsWith('rw')) return undefined;
    const start = this.initialStart;
    return region.kind === 'stack' && start !== undefined && address < start && start <= region.end ? start : region.end;
  }

  describe(address: bigint): string {
    const known = this.#words.get(address);
    if (known !== undefined) return known;
    const words = this.#describe(address);
    // A long walk asks for the same few places; anything else is bounded here.
    if (this.#words.size > 20_000) this.#words.clear();
    this.#words.set(address, words);
    return words;
  }

  #describe(address: bigint): string {
    const region = this.#region(address);
    if (!region || isUnmappedKind(region.kind)) return '';
    const symbol = this.picture.modules.symbolAt(toAddress(address));
    const name = symbol && (symbol.symbol.demangled ?? symbol.symbol.name);
    const isNear = symbol !== undefined && (symbol.symbol.sizeBytes === 0n ? region.perms.includes('x') : symbol.offset < symbol.symbol.sizeBytes);
    if (isNear && name !== undefined) return `${name}${symbol.offset === 0n ? '' : `+0x${symbol.offset.toString(16)}`}`;
    return region.label || region.kind;
  }

  /** Name of the function around a pc, by symbols. */
  functionName(pc: bigint): string | undefined {
    if (!this.isExecutable(pc)) return undefined;
    const symbol = this.picture.modules.symbolAt(toAddress(pc));
    return symbol && (symbol.symbol.demangled ?? symbol.symbol.name);
  }

  modulePath(pc: bigint): string | undefined {
    const path = this.#region(pc)?.path;
    return path === '' ? undefined : path;
  }

  #region(address: bigint) {
    return address < 0n || address >= 1n << 64n ? undefined : this.picture.regions.regionAt(toAddress(address));
  }
}

/** Stack bytes of a stopped (or blocked) thread. Small reads come from a chunk that is read once; make a new one at every stop. */
export function stackReader(target: Target): ReadBytes {
  let chunkStart = 0n;
  let chunk = new Uint8Array(0);
  return (address, lengthBytes) => {
    if (lengthBytes <= 0 || address < 0n || address + BigInt(lengthBytes) > 1n << 63n) return undefined;
    if (lengthBytes <= CHUNK_BYTES / 4) {
      const at = Number(address - chunkStart);
      if (at >= 0 && at + lengthBytes <= chunk.length) return chunk.subarray(at, at + lengthBytes);
      const buffer = new Uint8Array(CHUNK_BYTES);
      const count = target.readInto(toAddress(address), buffer);
      if (count < lengthBytes) return undefined;
      chunkStart = address;
      chunk = buffer.subarray(0, count);
      return chunk.subarray(0, lengthBytes);
    }
    const buffer = new Uint8Array(lengthBytes);
    return target.readInto(toAddress(address), buffer) === lengthBytes ? buffer : undefined;
  };
}
