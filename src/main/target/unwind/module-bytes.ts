import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { toAddress } from '../../../shared/address/address.ts';
import type { ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Target } from '../target.ts';

const PAGE_BYTES = 4096;
/** Pages of code and unwind tables that are kept: 32 MiB. */
const MOST_PAGES = 8192;

/**
 * Bytes of loaded modules that no program writes: code, unwind tables, headers. They come from the mapped files, so that looking makes no page of the program present and
 * gdb's breakpoints are not among them; from memory where there is no file (vdso, JIT) or another one has its name now.
 */
export class ModuleBytes {
  readonly #target: Target;
  readonly #regions: RegionTable;
  readonly #files = new Map<string, number | undefined>();
  readonly #pages = new Map<bigint, Uint8Array | undefined>();
  /** Region of the last page: most are of the same one. */
  #region: Region | undefined;

  constructor(target: Target, regions: RegionTable) {
    this.#target = target;
    this.#regions = regions;
  }

  readonly read: ReadBytes = (address, lengthBytes) => {
    if (lengthBytes <= 0 || address < 0n || address + BigInt(lengthBytes) > 1n << 63n) return undefined;
    const bytes = new Uint8Array(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const at = address + BigInt(done);
      const offset = Number(at & 0xfffn);
      const page = this.#page(at - BigInt(offset));
      if (!page) return undefined;
      const count = Math.min(PAGE_BYTES - offset, lengthBytes - done);
      bytes.set(page.subarray(offset, offset + count), done);
      done += count;
    }
    return bytes;
  };

  close(): void {
    for (const fd of this.#files.values()) if (fd !== undefined) closeSync(fd);
    this.#files.clear();
  }

  #page(start: bigint): Uint8Array | undefined {
    if (this.#pages.has(start)) return this.#pages.get(start);
    const page = this.#readPage(start);
    if (this.#pages.size >= MOST_PAGES) this.#pages.clear();
    this.#pages.set(start, page);
    return page;
  }

  #readPage(start: bigint): Uint8Array | undefined {
    if (!this.#region || start < this.#region.start || start >= this.#region.end) this.#region = this.#regions.regionAt(toAddress(start));
    const region = this.#region;
    if (!region || !region.perms.startsWith('r')) return undefined;
    const page = new Uint8Array(PAGE_BYTES);
    const fd = region.inode !== 0n && region.perms[1] === '-' ? this.#file(region) : undefined;
    if (fd !== undefined) {
      const count = readSync(fd, page, 0, PAGE_BYTES, Number(region.offset + (start - region.start)));
      if (count > 0) return page;
    }
    return this.#target.readInto(toAddress(start), page) === PAGE_BYTES ? page : undefined;
  }

  #file(region: Region): number | undefined {
    const key = `${region.dev} ${region.inode} ${region.path}`;
    if (!this.#files.has(key)) this.#files.set(key, openSame(`/proc/${this.#target.identity.pid}/root${region.path}`, region.inode));
    return this.#files.get(key);
  }
}

/** Opens the file if it is still the one that is mapped. */
function openSame(path: string, inode: bigint): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const stat = fstatSync(fd, { bigint: true });
    if (stat.isFile() && stat.ino === inode) return fd;
  } catch {
    // Deleted, replaced or not ours to open: the bytes in memory are as good, only dearer.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}
