import { addBytes, formatPlainAddress, type Address } from '../../../../shared/address/address.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { AddressFact, MappingFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** Bits of glibc's chunk size (glibc wiki, MallocInternals). */
export const PREV_INUSE = 1;
export const IS_MMAPPED = 2;
const NON_MAIN_ARENA = 4;

/** The header that glibc keeps in the 8 bytes before a block. */
export interface ChunkFact {
  /** Of the whole chunk: header, block, and what rounds it up to 16. */
  readonly sizeBytes: bigint;
  readonly flags: number;
  readonly evidence: LabEvidence;
}

export async function chunkOf(probe: LabProbe, block: Address): Promise<ChunkFact> {
  const { bytes, evidence } = await probe.memory(addBytes(block, -8), 8);
  const word = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const sizeBytes = word & ~7n;
  const flags = Number(word & 7n);
  const names = [[PREV_INUSE, 'PREV_INUSE'], [IS_MMAPPED, 'IS_MMAPPED'], [NON_MAIN_ARENA, 'NON_MAIN_ARENA']] as const;
  const set = names.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return { sizeBytes, flags, evidence: { from: evidence.from, text: `${evidence.text}: size 0x${sizeBytes.toString(16)}, ${set.length === 0 ? 'no flags' : set.join(' and ')}` } };
}

/** Bytes of the chunk for a request: 8 for the header, in steps of 16 (malloc/malloc.c, request2size). */
export function chunkBytes(requestBytes: number): bigint {
  return (BigInt(requestBytes) + 8n + 15n) & ~15n;
}

/** Claims that a block lies in [heap]. */
export function expectInHeap(check: CheckRecorder, probe: LabProbe, what: string, block: AddressFact): void {
  const mapping = probe.mappingAt(block.address);
  check.expect(mapping?.path === '[heap]' && mapping.perms === 'rw-p', `${what} lies in [heap], rw-p.`, block, ...(mapping ? [mapping] : []));
}

/** Claims that [heap] ends where sbrk(0) said. */
export function expectEndsAtBreak(check: CheckRecorder, probe: LabProbe, programBreak: AddressFact): MappingFact | undefined {
  const heap = heapEnd(probe);
  const text = `[heap] ends at the program break, ${formatPlainAddress(programBreak.address)}: what sbrk(0) tells.`;
  check.expect(heap?.end === programBreak.address, text, programBreak, ...(heap ? [heap] : []));
  return heap;
}

/** The last mapping of that name: after a fork there can be several. */
export function heapEnd(probe: LabProbe): MappingFact | undefined {
  return probe.mappings().findLast(({ path }) => path === '[heap]');
}

/** Claims that a block is a chunk of its own mapping. */
export async function expectMmapped(check: CheckRecorder, probe: LabProbe, what: string, block: AddressFact, requestBytes: number): Promise<void> {
  const mapping = probe.mappingAt(block.address);
  check.expect(mapping !== undefined && mapping.path === '' && mapping.perms === 'rw-p', `${what} does not lie in [heap] but in anonymous memory, rw-p.`, block, ...(mapping ? [mapping] : []));
  const chunk = await chunkOf(probe, block.address);
  check.expect((chunk.flags & IS_MMAPPED) !== 0, 'Its header says that it was made by mmap.', chunk);
  check.expect(chunk.sizeBytes % 4096n === 0n && chunk.sizeBytes >= requestBytes, 'Its size is a number of whole pages.', chunk);
  check.expect(block.address % 4096n === 16n, 'The block begins 16 bytes into a page: the header comes first.', block);
}
