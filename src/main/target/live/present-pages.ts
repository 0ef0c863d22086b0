import { PAGE_SIZE_BYTES } from '../../../shared/address/page.ts';
import { PAGEMAP_PRESENT, pagemapFlags } from '../../procfs/pagemap.ts';
import type { ProcessFiles } from './process-files.ts';

/** High halves of pagemap words; all 0 where the kernel refuses, so that nothing is touched on a guess. */
export function pageFlags(files: ProcessFiles, firstPage: number, count: number): Uint32Array {
  const words = files.pagemap(firstPage, count);
  const flags = new Uint32Array(count);
  if (words) flags.set(pagemapFlags(words));
  return flags;
}

/** Bytes at a user address if every page they lie in is present; undefined otherwise. Reading them changes nothing in the process. */
export function readIfPresent(files: ProcessFiles, address: bigint, length: number): DataView | undefined {
  const first = Number(address >> 12n);
  const last = Number((address + BigInt(length) - 1n) >> 12n);
  if (!pageFlags(files, first, last - first + 1).every((flags) => flags & PAGEMAP_PRESENT)) return undefined;
  const bytes = new Uint8Array(length);
  return files.read(Number(address), bytes, 0, length) === length ? new DataView(bytes.buffer) : undefined;
}

/** A whole page that is known to be present. */
export function readPage(files: ProcessFiles, page: number): DataView | undefined {
  const bytes = new Uint8Array(PAGE_SIZE_BYTES);
  return files.read(page * PAGE_SIZE_BYTES, bytes, 0, PAGE_SIZE_BYTES) === PAGE_SIZE_BYTES ? new DataView(bytes.buffer) : undefined;
}
