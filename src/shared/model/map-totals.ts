export interface MapTotals {
  readonly mappings: number;
  readonly virtualBytes: bigint;
  /** From status or smaps_rollup; undefined when the kernel refuses. */
  readonly residentBytes: bigint | undefined;
}
