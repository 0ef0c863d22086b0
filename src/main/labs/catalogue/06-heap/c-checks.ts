import { basename } from 'node:path';
import { formatPlainAddress } from '../../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../../shared/address/size.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { SymbolRef } from '../../../../shared/model/symbol.ts';
import { expectKind } from '../../check/expect-kind.ts';
import { expectUnmapped } from '../../check/expect-unmapped.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import { countSystemCalls } from '../../probe/count-system-calls.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { wholePages } from '../../probe/page-run.ts';
import { chunkBytes, chunkOf, expectEndsAtBreak, expectInHeap, expectMmapped, heapEnd, IS_MMAPPED, PREV_INUSE } from './heap-facts.ts';

const BLOCK_BYTES = 504;
const LARGE_BYTES = 1 << 20;
/** malloc asks for 132 KiB at a time: four times for these blocks, or five. Far below one for each. */
const FEW_CALLS = 20;
const NEVER_STOP = 1_000_000_000;

const C = ['c'] as const;

/** Few calls of the kernel for many blocks. */
export const callChecks: readonly LabCheckDefinition[] = [
  {
    id: 'calls', languages: C,
    title: 'A thousand malloc calls take a handful of brk calls: both are counted from outside.',
    why: 'malloc cuts its blocks from what it has. Only when that is used up does it move the program break, by what it needs and 128 KiB more (M_TOP_PAD), so that it need not ask again soon.',
    stage: 'begin',
    run: async (probe, check) => {
      const counted = { before: await programCounter(probe), mallocs: 0, evidence: [] as LabEvidence[] };
      const calls = await countSystemCalls(probe, ['brk', 'mmap'], async () => {
        const { hits, evidence } = await countCalls(probe, await mallocOf(probe), () => probe.toStage('small'));
        counted.mallocs = hits;
        counted.evidence.push(evidence);
      });
      const own = (await programCounter(probe)) - counted.before;
      check.expect(own >= 1000 && counted.mallocs >= own, `The program called malloc ${formatCount(own)} times, by its own count; a breakpoint there was hit ${formatCount(counted.mallocs)} times.`, ...counted.evidence, await probe.evaluate('malloc_calls'));
      const brk = calls.of.get('brk') ?? 0;
      check.expect(brk >= 1 && brk <= FEW_CALLS, `Meanwhile it called brk ${brk} times.`, ...calls.evidence);
      check.expect(calls.of.get('mmap') === 0, 'And mmap not at all: blocks of this size come from the heap.', ...calls.evidence);
      const grown = await breakGrowth(probe, 'break_begin', 'break_small');
      check.expect(grown.bytes >= BigInt(own) * chunkBytes(BLOCK_BYTES) / 2n, `Those few calls brought ${formatSize(grown.bytes)}.`, ...grown.evidence);
    },
  },
  {
    id: 'break', languages: C,
    title: 'The end of [heap] is the program break, and moves with it.',
    why: 'The region [heap] is all that lies between where the break was when the program started and where it is now.',
    stage: 'begin',
    run: async (probe, check) => {
      const before = expectEndsAtBreak(check, probe, await probe.printedAddress('break_begin'));
      await probe.toStage('small');
      const after = expectEndsAtBreak(check, probe, await probe.printedAddress('break_small'));
      if (!before || !after) return;
      check.expect(after.end > before.end && after.start === before.start, `It has grown upward by ${formatSize(after.end - before.end)}; its beginning is where it was.`, before, after);
      for (const name of ['first', 'last']) {
        const block = await probe.printedAddress(name);
        expectInHeap(check, probe, `The ${name} of the 1,000 blocks`, block);
        await expectKind(check, probe, 'It', block.address, 'heap');
      }
    },
  },
  {
    id: 'header', languages: C,
    title: 'Before each block lies its size; the next block is as far away as that size says.',
    why: 'That is how free, which is given nothing but an address, knows how much comes back. The low bits of the size are flags, since sizes are multiples of 16.',
    stage: 'small',
    run: async (probe, check) => {
      const first = await probe.printedAddress('first');
      const chunk = await chunkOf(probe, first.address);
      const size = chunkBytes(BLOCK_BYTES);
      check.expect(chunk.sizeBytes === size, `A block of ${BLOCK_BYTES} bytes has a chunk of ${size}: 8 for the header, rounded up to 16.`, chunk);
      check.expect((chunk.flags & PREV_INUSE) !== 0 && (chunk.flags & IS_MMAPPED) === 0, 'The chunk before it is in use, and it does not come from mmap.', chunk);
      const next = await probe.address('blocks[501]');
      const one = await probe.address('blocks[500]');
      check.expect(next.address - one.address === size, `Two blocks that were taken one after the other lie ${size} bytes apart.`, one, next);
    },
  },
];

/** What comes back, and what stays. */
export const freeChecks: readonly LabCheckDefinition[] = [
  {
    id: 'freed', languages: C,
    title: '999 of 1,000 blocks are freed, and the process keeps all of their memory.',
    why: 'The heap can only end where its last block in use ends, and that one lies highest. What is free below it waits for the next malloc.',
    stage: 'small',
    run: async (probe, check) => {
      const before = { pages: await heapPages(probe), break: await probe.printedAddress('break_small') };
      await probe.toStage('freed');
      const after = { pages: await heapPages(probe), break: await probe.printedAddress('break_freed') };
      check.expect(after.break.address === before.break.address, 'The program break is where it was.', before.break, after.break);
      expectEndsAtBreak(check, probe, after.break);
      check.expect(after.pages.present.length >= before.pages.present.length && before.pages.present.length > 100, `All ${formatCount(before.pages.present.length)} pages are still in memory.`, before.pages, after.pages);
      const last = await probe.printedAddress('last');
      const { bytes, evidence } = await probe.memory(last.address, 4);
      check.expect(bytes.every((byte) => byte === 'm'.charCodeAt(0)), 'The one block that is left, the highest, is still as it was filled.', last, evidence);
    },
  },
  {
    id: 'trimmed', languages: C,
    title: 'The last block is freed, and the heap shrinks.',
    why: 'Now everything up to the break is free. When that is more than M_TRIM_THRESHOLD (128 KiB), free moves the break down again.',
    stage: 'freed',
    run: async (probe, check) => {
      const before = await probe.printedAddress('break_freed');
      await probe.toStage('trimmed');
      const after = await probe.printedAddress('break_trimmed');
      check.expect(after.address < before.address, `The break has moved down by ${formatSize(before.address - after.address)}.`, before, after);
      expectEndsAtBreak(check, probe, after);
      const last = await probe.printedAddress('last');
      expectUnmapped(check, probe, 'Where the last block lay, nothing is mapped any more.', last.address, last);
    },
  },
  {
    id: 'large', languages: C,
    title: 'A block of 1 MiB does not come from the heap but from mmap.',
    why: 'From M_MMAP_THRESHOLD on (128 KiB at first) malloc makes a mapping for the one block, so that free can give it back whatever lies around it.',
    stage: 'trimmed',
    run: async (probe, check) => {
      const calls = await countSystemCalls(probe, ['mmap', 'brk'], () => probe.toStage('large'));
      check.expect(calls.of.get('mmap') === 1 && calls.of.get('brk') === 0, 'It took one call of mmap and none of brk.', ...calls.evidence);
      await expectMmapped(check, probe, 'The large block', await probe.printedAddress('large'), LARGE_BYTES);
      const before = await probe.printedAddress('break_trimmed');
      const after = await probe.printedAddress('break_large');
      check.expect(after.address === before.address, 'The program break has not moved.', before, after);
    },
  },
  {
    id: 'gone', languages: C,
    title: 'Freed, the large block is unmapped at once; the next one of that size comes from the heap.',
    why: 'The mapping had no other use. That the block was freed makes glibc raise its threshold to that size (mallopt(3)): mapping and unmapping again and again would cost more.',
    stage: 'large',
    run: async (probe, check) => {
      const large = await probe.printedAddress('large');
      await probe.toStage('gone');
      expectUnmapped(check, probe, 'Where the large block lay, nothing is mapped any more.', large.address, large);
      const again = await probe.printedAddress('large_again');
      expectInHeap(check, probe, 'The second block of the same size', again);
      const chunk = await chunkOf(probe, again.address);
      check.expect((chunk.flags & IS_MMAPPED) === 0 && chunk.sizeBytes === chunkBytes(LARGE_BYTES), 'Its header says: 1 MiB, not from mmap.', chunk);
      expectEndsAtBreak(check, probe, await probe.printedAddress('break_gone'));
    },
  },
];

async function programCounter(probe: LabProbe): Promise<number> {
  return Number((await probe.evaluate('malloc_calls')).text);
}

/**
 * malloc of libc. Not by name for gdb: with debug information it finds dozens of places where the loader has taken its own small malloc in, and tells of all of them at every hit.
 */
async function mallocOf(probe: LabProbe): Promise<SymbolRef> {
  const found = (await probe.symbols('malloc')).filter(({ type }) => type === 'function' || type === 'ifunc');
  const symbol = found.find(({ modulePath }) => basename(modulePath).startsWith('libc')) ?? found[0];
  if (!symbol) throw new VmatlasError({ code: 'unknown-location', message: 'The program has no malloc.' });
  return symbol;
}

/** How often a function is called while `work` lets the program go on: by a breakpoint that never stops it. */
async function countCalls(probe: LabProbe, { name, address, modulePath }: SymbolRef, work: () => Promise<void>): Promise<{ readonly hits: number; readonly evidence: LabEvidence }> {
  const location = `*${formatPlainAddress(address)}`;
  const { number } = await probe.gdb().insertBreakpoint({ location, condition: undefined, temporary: false, hardware: false, ignoreCount: NEVER_STOP });
  try {
    await work();
    const hits = (await probe.gdb().breakpoints()).find((breakpoint) => breakpoint.number === number)?.hits ?? 0;
    return { hits, evidence: { from: `gdb: break ${location} (${name} of ${basename(modulePath)}), info breakpoints`, text: `breakpoint already hit ${hits} times` } };
  } finally {
    // Gone with the program, or with gdb, when it has ended meanwhile.
    const debug = probe.session.attachedDebugger();
    if (debug && debug.runState === 'stopped') await debug.removeBreakpoint(number);
  }
}

async function breakGrowth(probe: LabProbe, from: string, to: string): Promise<{ readonly bytes: bigint; readonly evidence: readonly LabEvidence[] }> {
  const before = await probe.printedAddress(from);
  const after = await probe.printedAddress(to);
  return { bytes: after.address - before.address, evidence: [before.evidence, after.evidence] };
}

async function heapPages(probe: LabProbe): ReturnType<typeof wholePages> {
  const heap = heapEnd(probe);
  if (!heap) throw new VmatlasError({ code: 'unknown-location', message: 'The process has no [heap].' });
  return wholePages(probe, heap.start, heap.end);
}
