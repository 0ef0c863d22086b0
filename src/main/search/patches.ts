/** A byte of ours in the target's memory and what the program has there. */
export interface Patch {
  readonly position: number;
  readonly original: number;
}

/** int3, what a software breakpoint puts over the first byte of an instruction. */
const INT3 = 0xcc;

/** Puts the program's own bytes back into bytes read from `position`, where a breakpoint replaced them. */
export function restorePatches(patches: readonly Patch[], bytes: Uint8Array, offset: number, length: number, position: number): void {
  for (const patch of patches) {
    const at = offset + patch.position - position;
    if (at >= offset && at < offset + length && bytes[at] === INT3) bytes[at] = patch.original;
  }
}
