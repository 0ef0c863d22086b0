/** One row of /proc/PID/limits. `undefined` is unlimited. */
export interface ResourceLimit {
  readonly soft: bigint | undefined;
  readonly hard: bigint | undefined;
  readonly units: string;
  /** The line as printed. */
  readonly line: string;
}

/** Parses /proc/PID/limits (proc_pid_limits(5)) by name, such as `Max stack size`. Names hold single spaces; columns are at least two apart. */
export function parseLimits(text: string): ReadonlyMap<string, ResourceLimit> {
  const limits = new Map<string, ResourceLimit>();
  for (const line of text.split('\n')) {
    const match = /^(Max .*?)\s{2,}(\d+|unlimited)\s+(\d+|unlimited)(?:\s+(\S+))?\s*$/.exec(line);
    if (!match) continue;
    const [, name = '', soft = '', hard = '', units = ''] = match;
    limits.set(name, { soft: bound(soft), hard: bound(hard), units, line });
  }
  return limits;
}

function bound(text: string): bigint | undefined {
  return text === 'unlimited' ? undefined : BigInt(text);
}
