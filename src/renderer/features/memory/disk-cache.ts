import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { DiskBytes, Relocation } from '../../../shared/model/disk-bytes.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { ChunkCache } from './chunk-cache.ts';

export const DISK_NONE = 0;
export const DISK_FILE = 1;
export const DISK_NOBITS = 2;

/** What the ELF file has for one page, byte by byte. */
export interface DiskPage {
  readonly values: Uint8Array;
  /** DISK_NONE, DISK_FILE or DISK_NOBITS. */
  readonly states: Uint8Array;
  /** File offset of a byte of the page. */
  offsetOf(inPage: number): bigint | undefined;
  /** Those that write into the page. */
  readonly relocations: readonly Relocation[];
}

const NOTHING: DiskBytes = { ranges: [], relocations: [] };
const MAX_PAGES = 512;

/** The file's bytes beside the live ones; asked for only while they are shown. */
export class DiskCache {
  readonly #chunks: ChunkCache<DiskBytes>;
  readonly #pages = new Map<number, { readonly from: DiskBytes; readonly page: DiskPage | undefined }>();

  constructor(clients: Clients, onChange: () => void, onError: (error: unknown) => void) {
    this.#chunks = new ChunkCache<DiskBytes>({ nothing: NOTHING, onChange, onError, ask: (sessionId, start, lengthBytes) => clients.memory.onDisk({ sessionId, start, lengthBytes }) });
  }

  get revision(): number {
    return this.#chunks.revision;
  }

  setSession(sessionId: string | undefined): void {
    this.#chunks.setSession(sessionId);
    this.#pages.clear();
  }

  refresh(): void {
    this.#chunks.refresh();
  }

  /** Undefined: no ELF file stands behind the page, or the answer is not there yet. */
  diskOf(page: PageNumber): DiskPage | undefined {
    const from = this.#chunks.at(page);
    const known = this.#pages.get(page);
    if (known?.from === from) return known.page;
    const cut = cutPage(page, from);
    this.#pages.delete(page);
    this.#pages.set(page, { from, page: cut });
    const oldest = this.#pages.keys().next().value;
    if (this.#pages.size > MAX_PAGES && oldest !== undefined) this.#pages.delete(oldest);
    return cut;
  }
}

function cutPage(page: PageNumber, disk: DiskBytes): DiskPage | undefined {
  const start = pageStart(page);
  const end = start + BigInt(PAGE_SIZE_BYTES);
  const values = new Uint8Array(PAGE_SIZE_BYTES);
  const states = new Uint8Array(PAGE_SIZE_BYTES);
  const pieces: { readonly from: number; readonly to: number; readonly offset: bigint }[] = [];
  for (const range of disk.ranges) {
    const rangeEnd = range.start + (range.kind === 'file' ? BigInt(range.bytes.length) : range.lengthBytes);
    if (range.start >= end || rangeEnd <= start || range.kind === 'none' || range.kind === 'unreadable') continue;
    const from = Number((range.start > start ? range.start : start) - start);
    const to = Number((rangeEnd < end ? rangeEnd : end) - start);
    states.fill(range.kind === 'file' ? DISK_FILE : DISK_NOBITS, from, to);
    if (range.kind !== 'file') continue;
    const skip = Number(start + BigInt(from) - range.start);
    values.set(range.bytes.subarray(skip, skip + to - from), from);
    pieces.push({ from, to, offset: range.fileOffset + BigInt(skip) });
  }
  if (!states.some((state) => state !== DISK_NONE)) return undefined;
  return {
    values,
    states,
    offsetOf(inPage) {
      const piece = pieces.find(({ from, to }) => inPage >= from && inPage < to);
      return piece && piece.offset + BigInt(inPage - piece.from);
    },
    relocations: disk.relocations.filter(({ address, sizeBytes }) => address < end && address + BigInt(sizeBytes) > start),
  };
}
