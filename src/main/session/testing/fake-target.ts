import { SPACE_END, toAddress, type Address } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MemoryRange } from '../../../shared/model/memory-range.ts';
import type { TargetIdentity, ThreadSummary } from '../../../shared/model/process.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Region, RegionKind } from '../../../shared/model/region.ts';
import type { Section, SymbolRef } from '../../../shared/model/symbol.ts';
import type { Liveness, ModuleIndex, Picture, ReadOptions, Target } from '../../target/target.ts';

/**
 * A map drawn as text, one region a line: `1000-3000 r-xp text tour .text` (hex start and end, permissions, kind, label). Gaps are filled with `gap`.
 */
export function drawMap(text: string): RegionTable {
  const builder = new RegionTableBuilder();
  let at = 0n;
  const gap = (end: bigint): void => {
    if (end > at) builder.add({ ...EMPTY, start: toAddress(at), end: toAddress(end), kind: 'gap', label: 'gap' });
  };
  for (const line of text.trim().split('\n')) {
    const [range = '', perms = '', kind = '', ...label] = line.trim().split(' ');
    const [start = '0', end = '0'] = range.split('-');
    gap(BigInt(`0x${start}`));
    builder.add({
      ...EMPTY, start: toAddress(BigInt(`0x${start}`)), end: toAddress(BigInt(`0x${end}`)), perms, kind: kind as RegionKind, label: label.join(' '),
      path: label.join(' '), module: kind === 'text' || kind === 'data' ? { path: label[0] ?? '', role: 'program' } : undefined,
    });
    at = BigInt(`0x${end}`);
  }
  gap(SPACE_END);
  return builder.build();
}

const EMPTY: Region = {
  start: toAddress(0n), end: toAddress(0n), kind: 'gap', perms: '', offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', label: '', tid: undefined,
};

export const SMALL_MAP = `
  1000-3000 r-xp text tour text
  3000-5000 rw-p data tour data
  8000-a000 rw-p heap [heap]
  7fff0000-7fff8000 rw-p stack [stack]`;

export interface FakeSymbol {
  readonly name: string;
  readonly address: bigint;
  readonly sizeBytes?: number;
  readonly binding?: SymbolRef['binding'];
  readonly type?: SymbolRef['type'];
}

/** A process whose every answer the test sets. */
export class FakeTarget implements Target {
  readonly identity: TargetIdentity;
  readonly capabilities = new Set(['read-memory', 'write-memory', 'page-states', 'symbols'] as const);
  map = SMALL_MAP;
  life: Liveness = 'alive';
  bytes = new Map<bigint, number>();
  /** Pages that answer EIO. */
  unreadable = new Set<bigint>();
  symbols: readonly FakeSymbol[] = [];
  sections: readonly Section[] = [];
  threadList: readonly ThreadSummary[] = [];
  pagemapWords: ReadonlyMap<number, bigint> | undefined = new Map();
  reads = 0;
  disposed = false;
  failure: VmatlasError | undefined;
  /** Holds every picture back until it resolves. */
  barrier: Promise<void> = Promise.resolve();

  constructor(pid = 100, name = 'tour') {
    this.identity = { pid, startTime: BigInt(pid), name, exe: `/bin/${name}`, command: name, uid: 1, user: 'me' };
  }

  async readPicture(): Promise<Picture> {
    this.reads++;
    const { map } = this;
    await this.barrier;
    if (this.failure) throw this.failure;
    this.#throwIfOver();
    const regions = drawMap(map);
    return {
      regions, mappingCount: map.trim().split('\n').length, virtualBytes: 0n, residentBytes: undefined, programBreak: toAddress(0xa000n),
      stackLimit: toAddress(0x7f000000n), fingerprint: map, evidenceOf: (row) => [{ source: 'maps', text: `row ${row}` }], modules: this.#modules(regions),
    };
  }

  async readMemory(range: AddressRange, _options: ReadOptions): Promise<MemoryRange[]> {
    this.#throwIfOver();
    const regions = drawMap(this.map);
    const found: MemoryRange[] = [];
    let run: { start: Address; bytes: number[] } | undefined;
    for (let at = range.start; at < range.end; at = toAddress(at + 1n)) {
      const mapped = (regions.regionAt(at)?.perms ?? '') !== '';
      const readable = mapped && !this.unreadable.has(at >> 12n);
      if (readable) {
        if (!run) {
          run = { start: at, bytes: [] };
        }
        run.bytes.push(this.bytes.get(at) ?? 0);
        continue;
      }
      if (run) found.push({ kind: 'valid', start: run.start, bytes: Uint8Array.from(run.bytes) });
      run = undefined;
      const kind = mapped ? 'unreadable' : 'unmapped';
      const last = found.at(-1);
      if (last && last.kind === kind) found[found.length - 1] = { ...last, lengthBytes: last.lengthBytes + 1n };
      else if (kind === 'unreadable') found.push({ kind, start: at, lengthBytes: 1n, reason: 'EIO', detail: 'EIO' });
      else found.push({ kind, start: at, lengthBytes: 1n });
    }
    if (run) found.push({ kind: 'valid', start: run.start, bytes: Uint8Array.from(run.bytes) });
    return found;
  }

  readInto(start: Address, buffer: Uint8Array): number {
    const regions = drawMap(this.map);
    for (let i = 0; i < buffer.length; i++) {
      const at = toAddress(start + BigInt(i));
      if ((regions.regionAt(at)?.perms ?? '') === '' || this.unreadable.has(at >> 12n)) return i;
      buffer[i] = this.bytes.get(at) ?? 0;
    }
    return buffer.length;
  }

  async writeMemory(start: Address, bytes: Uint8Array): Promise<void> {
    for (const [i, byte] of bytes.entries()) this.bytes.set(start + BigInt(i), byte);
  }

  readPagemap(first: number, count: number): BigUint64Array | undefined {
    const words = this.pagemapWords;
    return words && BigUint64Array.from({ length: count }, (_, i) => words.get(first + i) ?? 0n);
  }

  async threads(): Promise<readonly ThreadSummary[]> {
    return this.threadList;
  }

  liveness(): Liveness {
    return this.life;
  }

  dispose(): void {
    this.disposed = true;
  }

  #throwIfOver(): void {
    if (this.life !== 'alive') throw new VmatlasError({ code: 'process-exited', message: 'The process has ended.' });
  }

  #modules(regions: RegionTable): ModuleIndex {
    const refs = this.symbols.map((symbol): SymbolRef => ({
      name: symbol.name, demangled: undefined, address: toAddress(symbol.address), sizeBytes: BigInt(symbol.sizeBytes ?? 4), type: symbol.type ?? 'object',
      binding: symbol.binding ?? 'global', modulePath: '/bin/tour',
    }));
    const at = (address: Address): SymbolRef | undefined => refs.find((ref) => ref.address <= address && address < ref.address + ref.sizeBytes);
    const section = (address: Address): Section | undefined => this.sections.find((one) => one.address <= address && address < one.address + one.memorySizeBytes);
    return {
      listing: { modules: () => [], sections: () => undefined, symbols: () => undefined },
      sectionAt: (address) => {
        const found = section(address);
        return found && { section: found, evidence: { source: 'section-header', text: found.name } };
      },
      sectionsIn: (range) => this.sections.filter((one) => one.address < range.end && range.start < one.address + one.memorySizeBytes),
      symbolAt: (address) => {
        const symbol = at(address);
        return symbol && { symbol, offset: address - symbol.address };
      },
      symbolsIn: (range, limit) => {
        const inside = refs.filter((ref) => ref.address < range.end && range.start < ref.address + ref.sizeBytes);
        return { symbols: inside.slice(0, limit), more: inside.length > limit };
      },
      findSymbol: (name) => refs.filter((ref) => ref.name === name),
      completeSymbol: (text, limit) => refs.filter((ref) => ref.name.includes(text)).slice(0, limit),
      variablesIn: async () => ({ types: [], variables: [], more: false, problems: [] }),
      onDisk: ({ start, end }) => ({ ranges: [{ kind: 'none', start, lengthBytes: end - start }], relocations: [] }),
      loadBiasAt: (address) => (regions.regionAt(address)?.module ? 0x1000n : undefined),
      findModule: (name) => ('tour'.startsWith(name) ? [{ path: '/bin/tour', base: toAddress(0x1000n) }] : []),
    };
  }
}
