import { hasFiveLevelPaging } from '../../procfs/small-files.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';

/** Facts of this machine that classification needs. */
export interface Machine {
  /** vm.mmap_min_addr, bytes. */
  readonly mmapMinAddr: bigint;
  readonly fiveLevelPaging: boolean;
}

let paging: boolean | undefined;

/** mmap_min_addr can be changed at any time and is read anew; paging is fixed at boot. */
export function readMachine(): Machine {
  paging ??= hasFiveLevelPaging(tryReadProcText('/proc/cpuinfo') ?? '');
  const text = tryReadProcText('/proc/sys/vm/mmap_min_addr')?.trim() ?? '';
  return { mmapMinAddr: /^\d+$/.test(text) ? BigInt(text) : 0n, fiveLevelPaging: paging };
}
