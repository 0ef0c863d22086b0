/** What smaps sums up, in bytes. `undefined` where this kernel does not print the field. */
export interface UsageBytes {
  readonly virtual: bigint;
  readonly resident: bigint;
  /** Each shared page counts in part: its size divided by the number of its users. */
  readonly proportional: bigint;
  readonly anonymous: bigint;
  /** Resident pages of files and of shared memory: resident minus anonymous. */
  readonly file: bigint;
  readonly shared: bigint;
  readonly swap: bigint;
  readonly dirty: bigint;
  readonly locked: bigint;
  /** AnonHugePages + ShmemPmdMapped + FilePmdMapped + hugetlb. */
  readonly huge: bigint;
}

export interface UsageRow {
  /** A region kind, or a module's path; `(no module)` for memory of no module. */
  readonly key: string;
  readonly mappings: number;
  readonly bytes: UsageBytes;
}

export interface UsageTable {
  readonly by: 'kind' | 'module';
  /** Largest resident first. */
  readonly rows: readonly UsageRow[];
  readonly total: UsageBytes;
}

/** What a look cost, so that the user can choose how often to look. */
export interface ReadCost {
  readonly elapsedMs: number;
  readonly bytesRead: number;
  /** `smaps`, `pagemap`, … */
  readonly source: string;
}
