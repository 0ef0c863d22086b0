import { decimal } from './numbers.ts';

/** /proc/PID/status (proc_pid_status(5)). Every field is optional: kernels add and drop them, and a kernel thread has no memory fields. */
export interface ProcStatus {
  readonly name: string;
  /** `S (sleeping)` as printed. */
  readonly state: string;
  readonly tgid: number | undefined;
  readonly ppid: number | undefined;
  readonly tracerPid: number;
  /** Real, effective, saved, filesystem. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** The process's pid in each nested PID namespace, outermost first; one entry when it is in ours. */
  readonly nsPids: readonly number[];
  readonly kernelThread: boolean;
  readonly threads: number | undefined;
  readonly virtualBytes: bigint | undefined;
  readonly residentBytes: bigint | undefined;
  readonly residentAnonBytes: bigint | undefined;
  readonly residentFileBytes: bigint | undefined;
  readonly residentShmemBytes: bigint | undefined;
  readonly swapBytes: bigint | undefined;
  /** CapEff as a bit set. */
  readonly effectiveCapabilities: bigint | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

/** Parses a status file. Unknown lines are kept in `fields`. */
export function parseStatus(text: string): ProcStatus {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const numbers = (key: string): number[] => (fields.get(key) ?? '').split(/\s+/).filter(Boolean).map((value) => decimal(value, `${key} in status`));
  const number = (key: string): number | undefined => numbers(key)[0];
  const kib = (key: string): bigint | undefined => {
    const match = /^(\d+) kB$/.exec(fields.get(key) ?? '');
    return match?.[1] === undefined ? undefined : BigInt(match[1]) * 1024n;
  };
  const capabilities = fields.get('CapEff');
  return {
    name: fields.get('Name') ?? '',
    state: fields.get('State') ?? '',
    tgid: number('Tgid'),
    ppid: number('PPid'),
    tracerPid: number('TracerPid') ?? 0,
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    nsPids: numbers('NSpid'),
    kernelThread: fields.get('Kthread') === '1',
    threads: number('Threads'),
    virtualBytes: kib('VmSize'),
    residentBytes: kib('VmRSS'),
    residentAnonBytes: kib('RssAnon'),
    residentFileBytes: kib('RssFile'),
    residentShmemBytes: kib('RssShmem'),
    swapBytes: kib('VmSwap'),
    effectiveCapabilities: capabilities !== undefined && /^[0-9a-f]+$/.test(capabilities) ? BigInt(`0x${capabilities}`) : undefined,
    fields,
  };
}
