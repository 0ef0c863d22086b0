import { toAddress, type Address } from '../../../shared/address/address.ts';
import { rangeFrom } from '../../../shared/address/range.ts';
import { printableText } from '../../../shared/analysis/typed/printable.ts';
import type { MemoryRange } from '../../../shared/model/memory-range.ts';
import type { Pointee, PointerChain, PointerHop } from '../../../shared/model/pointee.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { Picture, Target } from '../../target/target.ts';

/** Longest text looked at. */
const TEXT_BYTES = 64;
/** Below this no mapping can lie (mmap_min_addr is 64 KiB, and 0 is null). */
const LOWEST = 0x1000n;

export interface PointeeSources {
  readonly picture: Picture;
  readonly target: Target;
}

/** What a value points into; null when it lies in no mapping. */
export async function pointeeOf(sources: PointeeSources, value: Address): Promise<Pointee | null> {
  const place = placeOf(sources.picture, value);
  return place === undefined ? null : { ...place, text: printableText(leading(await peek(sources.target, value, TEXT_BYTES))) };
}

/** Follows pointers from the one stored at `address`. Reads only pages that are present. */
export async function followChain(sources: PointeeSources, address: Address, hops: number): Promise<Omit<PointerChain, 'generation'>> {
  const out: PointerHop[] = [];
  let at = address;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each place is named by the one before
    const ranges = await peek(sources.target, at, TEXT_BYTES);
    const bytes = leading(ranges);
    const place = placeOf(sources.picture, at);
    const text = printableText(bytes);
    const value = bytes.length < 8 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
    out.push({ ...(place ?? { address: at, kind: sources.picture.regions.regionAt(at)?.kind ?? 'gap', label: '', module: '', symbol: undefined }), text, value });
    // Eight letters are a number too; what reads as text ends the chain, unless it is also an address.
    const next = value === undefined ? undefined : placeOf(sources.picture, toAddress(value));
    if (next === undefined && text !== undefined) return { hops: out, end: { why: 'text' } };
    if (value === undefined) return { hops: out, end: { why: 'not-read', words: whyNotRead(ranges) } };
    if (value === 0n) return { hops: out, end: { why: 'null' } };
    if (next === undefined) return { hops: out, end: { why: 'not-a-pointer' } };
    const back = out.findIndex((hop) => hop.address === value);
    if (back >= 0) return { hops: out, end: { why: 'loop', to: back } };
    if (out.length > hops) return { hops: out.slice(0, hops + 1), end: { why: 'long' } };
    at = toAddress(value);
  }
}

function placeOf({ regions, modules }: Picture, value: Address): Omit<Pointee, 'text'> | undefined {
  if (value < LOWEST || value >= 1n << 64n) return undefined;
  const region = regions.regionAt(value);
  if (region === undefined || isUnmappedKind(region.kind)) return undefined;
  const at = modules.symbolAt(value);
  return {
    address: value,
    kind: region.kind,
    label: region.label === '' ? region.kind : region.label,
    module: region.module?.path.split('/').at(-1) ?? '',
    symbol: at && { name: at.symbol.demangled ?? at.symbol.name, offset: at.offset },
  };
}

/** Bytes at an address up to the end of what is mapped; pages that are not present are left alone. */
function peek(target: Target, at: Address, count: number): Promise<MemoryRange[]> {
  return target.readMemory(rangeFrom(at, count), { touchNotPresent: false });
}

function leading(ranges: readonly MemoryRange[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const range of ranges) {
    if (range.kind !== 'valid') break;
    parts.push(range.bytes);
  }
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function whyNotRead(ranges: readonly MemoryRange[]): string {
  const first = ranges.find((range) => range.kind !== 'valid');
  switch (first?.kind) {
    case 'unmapped': return 'no mapping covers it';
    case 'unreadable': return `the kernel refuses to read it (${first.reason})`;
    case 'not-present': return first.why === 'untouched' ? 'the page was never touched' : first.why === 'swapped' ? 'the page is swapped out' : first.why === 'guard' ? 'a guard page' : 'the file page is not in this process';
    default: return 'it ends before eight bytes';
  }
}
