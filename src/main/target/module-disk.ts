import { toAddress, type Address } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';
import type { DiskBytes, DiskRange, Relocation } from '../../shared/model/disk-bytes.ts';
import { PT_LOAD } from '../../shared/model/elf-facts.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { Placed } from './placed-module.ts';

/**
 * What the files of these modules hold for a range. By segments, as the kernel and the loader go by them: bytes up to p_filesz come from the file, the rest up to p_memsz is zero-filled
 * (elf(5), PT_LOAD). Sections only have names for the same.
 */
export function diskBytes(placed: readonly Placed[], range: AddressRange): DiskBytes {
  const ranges: DiskRange[] = [];
  const relocations: Relocation[] = [];
  for (const { module, image } of placed) {
    const { bias } = module;
    const { path } = module.ref;
    for (const header of image.facts.programHeaders) {
      if (header.type !== PT_LOAD) continue;
      const start = bias + header.vaddr;
      const inFile = clip(start, start + header.fileSize, range);
      if (inFile !== undefined) ranges.push(fileRange(image, path, inFile, header.offset + (inFile.start - start)));
      const zeros = clip(start + header.fileSize, start + header.memSize, range);
      if (zeros !== undefined) ranges.push({ kind: 'nobits', start: zeros.start, lengthBytes: zeros.end - zeros.start, path });
    }
    for (const one of relocationsOf(image, range.start - bias, range.end - bias)) relocations.push({ ...one, address: toAddress(BigInt.asUintN(64, one.address + bias)) });
  }
  return { ranges: withoutGaps(ranges, range), relocations: relocations.toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)) };
}

function fileRange(image: Placed['image'], path: string, { start, end }: AddressRange, fileOffset: bigint): DiskRange {
  try {
    return { kind: 'file', start, bytes: image.readFile(fileOffset, Number(end - start)), path, fileOffset };
  } catch (error) {
    if (!(error instanceof VmatlasError)) throw error;
    return { kind: 'unreadable', start, lengthBytes: end - start, path, why: error.message };
  }
}

/** A damaged table costs the explanations, not the bytes. */
function relocationsOf(image: Placed['image'], start: bigint, end: bigint): ReturnType<Placed['image']['relocations']['within']> {
  try {
    return image.relocations.within(start, end);
  } catch (error) {
    if (error instanceof VmatlasError) return [];
    throw error;
  }
}

function clip(start: bigint, end: bigint, range: AddressRange): AddressRange | undefined {
  const from = start > range.start ? start : range.start;
  const to = end < range.end ? end : range.end;
  return from < to ? { start: toAddress(from), end: toAddress(to) } : undefined;
}

function withoutGaps(found: readonly DiskRange[], range: AddressRange): DiskRange[] {
  const out: DiskRange[] = [];
  let at: Address = range.start;
  for (const one of found.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))) {
    // Segments of a damaged file may lie over each other; the first is taken.
    if (one.start < at) continue;
    if (one.start > at) out.push({ kind: 'none', start: at, lengthBytes: one.start - at });
    out.push(one);
    at = toAddress(one.start + (one.kind === 'file' ? BigInt(one.bytes.length) : one.lengthBytes));
  }
  if (at < range.end) out.push({ kind: 'none', start: at, lengthBytes: range.end - at });
  return out;
}
