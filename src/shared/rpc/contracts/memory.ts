import type { Address } from '../../address/address.ts';
import type { MemoryRange, PatchedByte } from '../../model/memory-range.ts';

export interface MemoryAnswer {
  readonly generation: number;
  /** Gapless, ascending, exactly the asked range. */
  readonly ranges: readonly MemoryRange[];
  /** Bytes in these ranges that a breakpoint replaced; `valid` ranges already hold the program's own byte. */
  readonly patched: readonly PatchedByte[];
}

export const MAX_READ_BYTES = 16 * 1024 * 1024;

export interface MemoryContract {
  readonly calls: {
    /** At most MAX_READ_BYTES. Pages that are not present are left alone unless `touchNotPresent`. */
    read(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: number; readonly touchNotPresent: boolean }): MemoryAnswer;
    /** Writes [start, start+lengthBytes) to a new file on the host, with progress; unreadable runs become `fill` bytes, or refuse the dump when undefined. */
    dump(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: bigint; readonly path: string; readonly fill: number | undefined }):
      { readonly writtenBytes: bigint; readonly filledBytes: bigint };
  };
  readonly events: {
    /** Something wrote the target's memory through gdb; caches of this range are stale. */
    readonly written: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: bigint };
  };
}
