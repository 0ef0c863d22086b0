import { addBytes, formatPlainAddress, type Address } from '../../../../shared/address/address.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** Two words before the block's first byte: size of the chunk before, size of this one with three flags (glibc malloc/malloc.c, struct malloc_chunk). */
const HEADER_BYTES = 16n;
const FLAGS = 7n;

export async function oneHeap(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [inBox, inMalloc] = [await probe.printedAddress('rust_box'), await probe.printedAddress('c_malloc')];
  const heap = probe.mappings().find(({ path }) => path === '[heap]');
  if (heap === undefined) check.cannot('This process has no [heap]: its allocator takes memory from elsewhere.');
  for (const [name, { address, evidence }] of [['Rust’s Box', inBox], ['C’s block', inMalloc]] as const) {
    check.expect(address >= heap.start && address < heap.end, `${name} is in [heap].`, { evidence }, heap);
  }
  const { bytes } = await probe.memory(heap.start, Number(heap.end - heap.start));
  const chunks = walkChunks(bytes, heap.start);
  const sizes = new Map(chunks.map(({ start, sizeBytes }) => [addBytes(start, HEADER_BYTES), sizeBytes]));
  const words = `walked ${chunks.length} chunks from ${formatPlainAddress(heap.start)}`;
  for (const [name, { address }] of [['Rust’s Box', inBox], ['C’s block', inMalloc]] as const) {
    const size = sizes.get(address);
    const found = size === undefined ? `${words}: none begins 16 bytes before ${formatPlainAddress(address)}` : `${words}: one of ${size} bytes begins 16 bytes before ${formatPlainAddress(address)}`;
    check.expect(size !== undefined, `A chunk of glibc’s malloc holds ${name}.`, { from: `/proc/${probe.pid}/mem`, text: found });
  }
  const apart = inMalloc.address > inBox.address ? inMalloc.address - inBox.address : inBox.address - inMalloc.address;
  check.note(`They lie ${apart} bytes apart.`, inBox, inMalloc);
}

/** From the heap's first chunk, each to the next by its size, until a size leads nowhere or to the end. */
export function walkChunks(heap: Uint8Array, start: Address): readonly { readonly start: Address; readonly sizeBytes: bigint }[] {
  const view = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
  const chunks: { readonly start: Address; readonly sizeBytes: bigint }[] = [];
  for (let at = 0n; at + HEADER_BYTES <= BigInt(heap.length); ) {
    const sizeBytes = view.getBigUint64(Number(at) + 8, true) & ~FLAGS;
    if (sizeBytes < 2n * HEADER_BYTES || at + sizeBytes > BigInt(heap.length)) break;
    chunks.push({ start: addBytes(start, at), sizeBytes });
    at += sizeBytes;
  }
  return chunks;
}
