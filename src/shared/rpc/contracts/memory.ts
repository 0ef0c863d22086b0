import type { Address } from '../../address/address.ts';
import type { DiskBytes } from '../../model/disk-bytes.ts';
import type { EditList, EditPlan } from '../../model/memory-edit.ts';
import type { MemoryRange, PatchedByte } from '../../model/memory-range.ts';
import type { Pointee, PointerChain } from '../../model/pointee.ts';
import type { TypedVariables } from '../../model/typed-data.ts';

export interface MemoryAnswer {
  readonly generation: number;
  /** Gapless, ascending, exactly the asked range. */
  readonly ranges: readonly MemoryRange[];
  /** Bytes in these ranges that a breakpoint replaced; `valid` ranges already hold the program's own byte. */
  readonly patched: readonly PatchedByte[];
}

export const MAX_READ_BYTES = 16 * 1024 * 1024;
/** One write, and with it the old bytes that are kept for undoing it. */
export const MAX_WRITE_BYTES = 16 * 1024 * 1024;
/** Bytes of one question about files or variables. */
export const MAX_NAMED_BYTES = 1024 * 1024;
export const MAX_POINTEES = 512;
export const MAX_HOPS = 8;

export interface MemoryContract {
  readonly calls: {
    /** At most MAX_READ_BYTES. Pages that are not present are left alone unless `touchNotPresent`. */
    read(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: number; readonly touchNotPresent: boolean }): MemoryAnswer;
    /** Writes [start, start+lengthBytes) to a new file on the host, with progress; unreadable runs become `fill` bytes, or refuse the dump when undefined. */
    dump(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: bigint; readonly path: string; readonly fill: number | undefined }):
      { readonly writtenBytes: bigint; readonly filledBytes: bigint };

    /** Variables in static storage with bytes in [start, start + lengthBytes) and their types, from debug information. At most MAX_NAMED_BYTES and `limit` variables. */
    variables(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: number; readonly limit: number }): TypedVariables;
    /** What the ELF files hold for these bytes, and what the loader's relocations write. At most MAX_NAMED_BYTES. */
    onDisk(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: number }): DiskBytes;
    /** What each of these values points into, in the order asked; null for one that lies in no mapping. At most MAX_POINTEES. No page is made present. */
    pointees(params: { readonly sessionId: string; readonly values: readonly Address[] }): { readonly generation: number; readonly pointees: readonly (Pointee | null)[] };
    /** Follows the pointer stored at `address`, and the one it leads to, at most MAX_HOPS times. No page is made present. */
    chain(params: { readonly sessionId: string; readonly address: Address; readonly hops: number }): PointerChain;

    /** What writing [start, start + lengthBytes) would do, without doing it. */
    planWrite(params: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: number }): EditPlan;
    /**
     * Writes bytes, stopped or running, and remembers the old ones. Text and read-only private pages only with `privateCopy`. Rejects with `needs-confirmation`, `breakpoint-in-range`,
     * `unmapped`, `unreadable` (the old bytes cannot be kept, or the kernel refuses) or `permission-denied`; then nothing was written, or what was is put back.
     */
    write(params: { readonly sessionId: string; readonly start: Address; readonly bytes: Uint8Array; readonly privateCopy: boolean; readonly label: string }): EditList;
    /** Puts the bytes back that the newest edit replaced. Rejects with `wrong-state` when there is none. */
    undo(params: { readonly sessionId: string }): EditList;
    redo(params: { readonly sessionId: string }): EditList;
    /** Puts back all bytes, newest edit first. */
    undoAll(params: { readonly sessionId: string }): EditList;
    edits(params: { readonly sessionId: string }): EditList;
  };
  readonly events: {
    /** Somebody edited, undid or redid. */
    readonly edited: { readonly sessionId: string; readonly edits: EditList };
    /** Something wrote the target's memory through gdb; caches of this range are stale. */
    readonly written: { readonly sessionId: string; readonly start: Address; readonly lengthBytes: bigint };
  };
}
