/** Where a claim comes from. Shown on request beside the claim, exactly as the source printed it. */
export interface Evidence {
  readonly source:
    | 'maps' | 'smaps' | 'pagemap' | 'auxv' | 'stat' | 'status' | 'limits' | 'syscall' | 'elf-header' | 'program-header' | 'section-header' | 'symbol'
    | 'gdb' | 'memory' | 'rule';
  /** The raw line or value, as the source has it; for `rule`, the rule of the kernel or the ABI in words. */
  readonly text: string;
}
