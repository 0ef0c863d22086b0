import type { Address } from '../../address/address.ts';

/** What the rules need to know of one mapping. */
export interface AccessMapping {
  readonly start: Address;
  readonly end: Address;
  /** PERM_* bits of region-table.ts. */
  readonly perms: number;
  /** Name column of maps. */
  readonly name: string;
  /** File offset of `start` in bytes. */
  readonly offset: bigint;
  readonly inode: bigint;
  /** VmFlags of smaps; undefined when smaps was not read. */
  readonly vmFlags: readonly string[] | undefined;
  /** ProtectionKey of smaps; undefined when it was not read or the machine has none. */
  readonly protectionKey: number | undefined;
  /** Size of the mapped file now; undefined when it has none (a device) or could not be asked. */
  readonly fileSizeBytes: bigint | undefined;
}

/** Facts of the machine and of the process that do not depend on the address. */
export interface AccessSpace {
  readonly fiveLevelPaging: boolean;
  readonly mmapMinAddr: bigint;
  /** RLIMIT_STACK, soft. */
  readonly stackLimitBytes: bigint | 'unlimited' | undefined;
  /** Kernel parameter stack_guard_gap: 256 pages unless the machine was started with another. */
  readonly stackGuardGapBytes: bigint;
  /** available_clocksource of sysfs; undefined when it can't be read. */
  readonly clockSources: readonly string[] | undefined;
  /** The process is in the machine's first time namespace. */
  readonly inFirstTimeNamespace: boolean | undefined;
  /** Free and not yet promised huge pages of the default size; undefined when unknown. */
  readonly freeHugePages: number | undefined;
  /** Processor and kernel have protection keys in use (`ospke`). */
  readonly hasProtectionKeys: boolean;
}

export interface AccessFacts {
  readonly address: Address;
  /** The mapping that holds the address. */
  readonly mapping: AccessMapping | undefined;
  /** For an unmapped address: the nearest mappings. */
  readonly below: AccessMapping | undefined;
  readonly above: AccessMapping | undefined;
  /** pagemap word of the page; undefined when the kernel does not tell. */
  readonly word: bigint | undefined;
  /** Frame of the zero page, where frame numbers may be read; undefined otherwise. */
  readonly zeroFrame: bigint | undefined;
  /** PKRU register of the thread that would access; undefined when no stopped thread tells it. */
  readonly pkru: number | undefined;
  readonly space: AccessSpace;
}

/** pagemap word, taken apart (kernel Documentation/admin-guide/mm/pagemap.rst). */
export interface PageWord {
  readonly known: boolean;
  readonly present: boolean;
  readonly swapped: boolean;
  readonly file: boolean;
  readonly guard: boolean;
  readonly uffdWriteProtected: boolean;
  readonly exclusive: boolean;
  readonly softDirty: boolean;
  /** undefined for 0: absent, or hidden. */
  readonly frame: bigint | undefined;
}

export function pageWord(word: bigint | undefined): PageWord {
  const w = word ?? 0n;
  const bit = (n: bigint): boolean => ((w >> n) & 1n) === 1n;
  const present = bit(63n);
  const guard = bit(58n);
  const frame = w & ((1n << 55n) - 1n);
  return {
    known: word !== undefined,
    present,
    // A guard region sets the swap bit too, and nothing is swapped there.
    swapped: bit(62n) && !guard,
    file: bit(61n),
    guard,
    uffdWriteProtected: bit(57n),
    exclusive: bit(56n),
    softDirty: bit(55n),
    frame: present && frame !== 0n ? frame : undefined,
  };
}
