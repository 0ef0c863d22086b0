import type { Address } from '../address/address.ts';
import type { Evidence } from '../model/evidence.ts';
import type { AuxiliaryVector } from '../model/process-facts.ts';

/** The stack of a thread that was found in memory, guard included. */
export interface ThreadStackFacts {
  readonly tid: number;
  /** Lowest byte of the block, which is the guard's. */
  readonly guardStart: Address;
  /** First usable byte. Equal to `guardStart` when there is no guard. */
  readonly stackStart: Address;
  readonly stackEnd: Address;
  /** The guard is a guard region (MADV_GUARD_INSTALL, glibc 2.42 on): it lies inside the stack's own rw-p mapping and only pagemap shows it. */
  readonly guardInMapping: boolean;
  readonly evidence: readonly Evidence[];
}

/** A heap of one of glibc's further arenas, verified by its heap_info. */
export interface ArenaHeapFacts {
  /** Address of the heap_info, 64 MiB aligned. */
  readonly start: Address;
  /** End of what malloc has made writable so far (heap_info.mprotect_size). */
  readonly usedEnd: Address;
  /** End of the reservation. */
  readonly reservedEnd: Address;
  /** Address of the malloc_state (heap_info.ar_ptr). */
  readonly arena: Address;
  readonly evidence: readonly Evidence[];
}

/** Stack pointer of a blocked thread. */
export interface ThreadPosition {
  readonly tid: number;
  readonly sp: Address | undefined;
  /** Line of /proc/PID/task/TID/syscall. */
  readonly line: string;
}

/** What classification knows beside the mappings and modules. Everything may be missing: a recorded process has no threads to ask. */
export interface SpaceFacts {
  readonly pid: number | undefined;
  readonly auxv: AuxiliaryVector | undefined;
  /** stat field 47, undefined when the kernel hides it (it then prints 0). */
  readonly startBrk: Address | undefined;
  /** Soft RLIMIT_STACK in bytes; `unlimited` is its own word, undefined is not known. */
  readonly stackLimitBytes: bigint | 'unlimited' | undefined;
  /** Line of /proc/PID/limits, for evidence. */
  readonly stackLimitLine: string;
  /** vm.mmap_min_addr in bytes. */
  readonly mmapMinAddr: bigint;
  readonly fiveLevelPaging: boolean;
  /** Names in maps that end in ` (deleted)` and are real names of existing files. */
  readonly genuineNames: ReadonlySet<string>;
  readonly threads: readonly ThreadPosition[];
  readonly threadStacks: readonly ThreadStackFacts[];
  readonly arenaHeaps: readonly ArenaHeapFacts[];
}
