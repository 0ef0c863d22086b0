import { formatPlainAddress } from '../../../../shared/address/address.ts';
import { expectKind } from '../../check/expect-kind.ts';
import { expectUnmapped } from '../../check/expect-unmapped.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import { chunkBytes, chunkOf, expectEndsAtBreak, expectInHeap, expectMmapped, IS_MMAPPED } from './heap-facts.ts';

const BOXED = 0x0123_4567_89ab_cdefn;
const LIST = [1, 2, 3, 4, 5];
const TEXT = 'I live on the heap';
const LARGE_BYTES = 1 << 20;

const RUST = ['rust'] as const;

/** Box, Vec and String are malloc’s customers like any other. */
export const rustChecks: readonly LabCheckDefinition[] = [
  {
    id: 'rust-heap', languages: RUST,
    title: 'What a Box, a Vec and a String own lies in [heap], the same one that C uses.',
    why: 'Their memory comes from the global allocator, and that is the system’s malloc unless the program names another.',
    stage: 'allocated',
    run: async (probe, check) => {
      const boxed = await probe.printedAddress('boxed');
      expectInHeap(check, probe, 'The boxed number', boxed);
      await expectKind(check, probe, 'It', boxed.address, 'heap');
      const number = await probe.memory(boxed.address, 8);
      check.expect(new DataView(number.bytes.buffer).getBigUint64(0, true) === BOXED, 'It is 0x0123456789abcdef, lowest byte first.', number);
      const list = await probe.printedAddress('list');
      expectInHeap(check, probe, 'The block with the Vec’s elements', list);
      const elements = await probe.memory(list.address, LIST.length * 4);
      check.expect(Buffer.compare(elements.bytes, new Uint8Array(Uint32Array.from(LIST).buffer)) === 0, 'They are 1, 2, 3, 4, 5, of four bytes each.', elements);
      const text = await probe.printedAddress('text');
      expectInHeap(check, probe, 'The String’s text', text);
      const letters = await probe.memory(text.address, TEXT.length);
      check.expect(new TextDecoder().decode(letters.bytes) === TEXT, `It reads “${TEXT}”.`, letters);
      expectEndsAtBreak(check, probe, await probe.printedAddress('break_allocated'));
    },
  },
  {
    id: 'rust-header', languages: RUST,
    title: 'Before each of these blocks lies malloc’s header.',
    why: 'Rust’s types carry no header of their own. What lies there was put there by glibc, which handed the block out.',
    stage: 'allocated',
    run: async (probe, check) => {
      const blocks = [['boxed', 8], ['list', LIST.length * 4], ['text', TEXT.length]] as const;
      for (const [name, bytes] of blocks) {
        const chunk = await chunkOf(probe, (await probe.printedAddress(name)).address);
        // No chunk is smaller than 32 bytes: there must be room for two links once it is free.
        const wanted = chunkBytes(bytes) < 32n ? 32n : chunkBytes(bytes);
        check.expect(chunk.sizeBytes === wanted && (chunk.flags & IS_MMAPPED) === 0, `The block of ${name}, ${bytes} bytes, has a chunk of ${wanted}.`, chunk);
      }
    },
  },
  {
    id: 'rust-stack', languages: RUST,
    title: 'The Vec itself is three words on the stack; one of them points to the elements.',
    why: 'A Vec is capacity, address and length. It is a local like any other; what it owns lies elsewhere.',
    stage: 'allocated',
    run: async (probe, check) => {
      for (const name of ['local', 'list_itself']) {
        const place = await probe.printedAddress(name);
        const mapping = probe.mappingAt(place.address);
        check.expect(mapping?.path === '[stack]', `${name === 'local' ? 'A plain number' : 'The Vec'} lies in [stack].`, place, ...(mapping ? [mapping] : []));
      }
      const list = await probe.printedAddress('list');
      const { bytes, evidence } = await probe.memory((await probe.printedAddress('list_itself')).address, 24);
      const words = [0, 8, 16].map((at) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true));
      check.expect(words.includes(list.address), `One of its words is ${formatPlainAddress(list.address)}, the address of its elements.`, evidence, list);
      check.expect(words.filter((word) => word === BigInt(LIST.length)).length === 2, 'The other two are 5: how many there are, and how many there is room for.', evidence);
    },
  },
  {
    id: 'rust-large', languages: RUST,
    title: 'A Vec of 1 MiB has a mapping of its own.',
    why: 'The threshold is malloc’s, whoever calls it.',
    stage: 'allocated',
    run: async (probe, check) => expectMmapped(check, probe, 'The large Vec’s block', await probe.printedAddress('large'), LARGE_BYTES),
  },
  {
    id: 'rust-drop', languages: RUST,
    title: 'Dropping the large Vec unmaps its memory; the heap stays as it is.',
    why: 'drop runs the destructor, and that calls free. The compiler has put the call there; at run time nothing knows of owners.',
    stage: 'allocated',
    run: async (probe, check) => {
      const large = await probe.printedAddress('large');
      await probe.toStage('dropped');
      expectUnmapped(check, probe, 'Where the large block lay, nothing is mapped any more.', large.address, large);
      const before = await probe.printedAddress('break_allocated');
      const after = await probe.printedAddress('break_dropped');
      check.expect(before.address === after.address, 'The program break has not moved.', before, after);
      expectInHeap(check, probe, 'The boxed number, which still has its owner,', await probe.printedAddress('boxed'));
    },
  },
];
