import type { MemoryRange, PatchedByte } from '../../shared/model/memory-range.ts';

/** `int3`: what gdb writes over the first byte of an instruction for a software breakpoint on x86-64. */
const INT3 = 0xcc;

/**
 * Puts the program's own bytes back into what was read, where a software breakpoint replaced them, and lists those. A place that does not hold the breakpoint's
 * byte at this moment (gdb takes its breakpoints out while the process is stopped) is left as it is and not listed.
 */
export function restorePatched(ranges: readonly MemoryRange[], patches: readonly PatchedByte[]): { readonly ranges: readonly MemoryRange[]; readonly patched: readonly PatchedByte[] } {
  if (patches.length === 0) return { ranges, patched: [] };
  const patched: PatchedByte[] = [];
  const restored = ranges.map((range): MemoryRange => {
    if (range.kind !== 'valid') return range;
    let copy: Uint8Array | undefined;
    for (const patch of patches) {
      const at = Number(patch.address - range.start);
      if (at < 0 || at >= range.bytes.length || range.bytes[at] !== INT3) continue;
      copy ??= range.bytes.slice();
      copy[at] = patch.original;
      patched.push(patch);
    }
    return copy ? { ...range, bytes: copy } : range;
  });
  return { ranges: restored, patched };
}
