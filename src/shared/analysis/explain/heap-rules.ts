import { formatAddress, toAddress } from '../../address/address.ts';
import { functionName } from './function-name.ts';
import { findFreedBlock } from './freed-blocks.ts';
import { evidence, type Rule, type Scene, type Verdict } from './verdict.ts';

/** The C library's allocator, exported and inner names (glibc malloc/malloc.c; musl's and others' exported ones are the same). */
const ALLOCATOR = /^(?:_*(?:GI|libc|int)_|_)*(?:malloc|free|cfree|realloc|calloc|memalign|aligned_alloc|malloc_consolidate|unlink_chunk|sysmalloc|systrim|tcache_\w+|malloc_printerr)(?:\.\w+)*$/;

/** A value of the faulting operand that malloc left in a freed block. */
export function freedValue({ facts, ground }: Scene, values: readonly bigint[]): Verdict | undefined {
  for (const value of new Set(values)) {
    const found = findFreedBlock(value, ground);
    if (!found) continue;
    const block = formatAddress(found.block);
    const left = found.what === 'link' ? 'the link to the next free block, as malloc keeps it (its place, shifted, XOR the next)' : 'the key by which malloc knows its freed blocks';
    return {
      id: 'heap-use-after-free', certainty: 'likely', title: 'Use of a freed heap block',
      text: `The pointer ${formatAddress(toAddress(value))} is what free left in the block at ${block}: it was read from a block that had been freed.`,
      rule: 'After free a block belongs to malloc, which keeps its lists in it.',
      evidence: [
        evidence('memory', `the word at ${formatAddress(toAddress(found.block + BigInt(found.offset)))} is ${formatAddress(toAddress(value))}: ${left}`, { kind: 'address', address: found.block }),
        found.proof === 'listed'
          ? evidence('memory', `the block at ${block} is in malloc’s list of free blocks (tcache of the main heap)`, { kind: 'address', address: found.block })
          : evidence('rule', 'glibc hides links in free blocks: next ^ (place >> 12) (PROTECT_PTR, malloc.c)'),
        evidence('registers', `${functionName(facts.frames[facts.frameLevel]?.function) ?? 'the instruction'} used that value as a pointer`),
      ],
    };
  }
  return undefined;
}

/** Base registers of the operand that faulted: the pointer the program had in its hands. */
export const freedPointer: Rule = (scene) => {
  const { attempt } = scene;
  if (attempt.access === 'execute' || attempt.access === 'none') return undefined;
  const operand = attempt.operands.find(({ faulted }) => faulted);
  return freedValue(scene, operand?.registers.flatMap(({ name, value }) => (name === 'rsp' || name === 'rbp' ? [] : [value])) ?? []);
};

/** The allocator itself faulted: its own records, or the pointer it was given, are broken. */
export const insideAllocator: Rule = ({ facts, attempt, place }) => {
  if (attempt.access === 'execute' || attempt.access === 'none') return undefined;
  const inner = facts.frames.slice(facts.frameLevel, facts.frameLevel + 4);
  const frame = inner.find(({ function: name, modulePath }) => name !== undefined && ALLOCATOR.test(name) && (modulePath === undefined || /\/(?:libc|ld-|libjemalloc|libtcmalloc|libmimalloc)[^/]*$/.test(modulePath)));
  if (!frame || facts.pc < 4096n) return undefined;
  const caller = functionName(facts.frames[frame.level + 1]?.function);
  return {
    id: 'heap-corruption', certainty: 'likely', title: 'Fault inside the allocator',
    text: `${functionName(frame.function) ?? 'malloc'} itself faulted${caller === undefined ? '' : ` (called by ${caller})`}: it was given a pointer that malloc never gave out, or something has written over the heap’s records.`,
    rule: place.region ? `The mapping does not allow it (${place.region.perms}).` : place.gap?.kind === 'non-canonical' ? 'An address must be canonical.' : 'What is not mapped cannot be touched.',
    evidence: [evidence('gdb', `frame ${frame.level} is ${functionName(frame.function) ?? ''}`, { kind: 'frame', threadId: facts.thread.id, frameLevel: frame.level })],
  };
};

/** malloc maps blocks of 128 KiB and more on their own (M_MMAP_THRESHOLD), 16 bytes behind a page's beginning, and free gives them back to the kernel at once (malloc/malloc.c, munmap_chunk). */
const MAPPED_BLOCK_OFFSET = 0x10n;
const BIGGEST_BLOCK = 1n << 30n;

export const freedLargeBlock: Rule = (scene) => {
  const { attempt, place, findings, facts } = scene;
  const { address } = attempt;
  if (attempt.access !== 'read' && attempt.access !== 'write') return undefined;
  const { gap } = place;
  if (address === undefined || gap?.kind !== 'gap' || gap.below === undefined) return undefined;
  const lowest = gap.below.region.end;
  const inReach = (value: bigint): boolean => value >= lowest && value <= address && address - value < BIGGEST_BLOCK;
  const operand = attempt.operands.find(({ faulted }) => faulted);
  const known = [
    ...(operand?.registers.map(({ name, value }) => ({ what: name, value })) ?? []),
    ...findings.pointers.map(({ name, value }) => ({ what: name, value: value as bigint })),
    ...[...facts.registers].map(([name, value]) => ({ what: name, value })),
  ].filter(({ value }) => inReach(value));
  // A pointer to the beginning of a page is what mmap gives, not malloc.
  if (known.some(({ value }) => value % 4096n === 0n)) return undefined;
  const pointer = known.find(({ value }) => value % 4096n === MAPPED_BLOCK_OFFSET);
  if (!pointer) return undefined;
  return {
    id: 'heap-use-after-free', certainty: 'likely', title: 'Use of a freed heap block',
    text: `${pointer.what} is ${formatAddress(toAddress(pointer.value))}, the form of a large block of malloc (16 bytes into a page), and nothing is mapped there any more: such a block goes back to the kernel when it is freed.`,
    rule: 'Only what is mapped can be touched; free unmaps large blocks.',
    evidence: [
      evidence('registers', `${pointer.what} is ${formatAddress(toAddress(pointer.value))}: page + 0x10`),
      evidence('rule', 'malloc maps blocks of 128 KiB and more on their own, and free unmaps them (mallopt(3), M_MMAP_THRESHOLD)'),
    ],
  };
};
