import { malformedProc } from './numbers.ts';

/**
 * One mapping of /proc/PID/smaps, or the sum over all from smaps_rollup (proc_pid_smaps(5)). Fields differ between kernels, so each may be missing; sizes are in bytes.
 */
export interface SmapsEntry {
  /** The line as maps prints it; smaps_rollup prints one with the name `[rollup]`. */
  readonly line: string;
  readonly bytes: ReadonlyMap<string, bigint>;
  /** VmFlags as two-letter words. */
  readonly flags: readonly string[];
  /** Fields without a kB unit, such as THPeligible and ProtectionKey. */
  readonly other: ReadonlyMap<string, string>;
}

/** A head line is told from a field by its address range: file names can hold anything, but a field name is letters and underscores before a colon. */
const HEAD = /^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][sp] /;
const FIELD = /^([A-Za-z][A-Za-z0-9_]*):\s*(.*?)\s*$/;

/** Parses smaps or smaps_rollup. Throws `malformed-input` when a field comes before any mapping. */
export function parseSmaps(text: string): SmapsEntry[] {
  const entries: SmapsEntry[] = [];
  let bytes = new Map<string, bigint>();
  let other = new Map<string, string>();
  let flags: string[] = [];
  for (const line of text.split('\n')) {
    if (HEAD.test(line)) {
      bytes = new Map();
      other = new Map();
      flags = [];
      entries.push({ line, bytes, other, flags });
      continue;
    }
    const field = FIELD.exec(line);
    if (!field) continue;
    if (entries.length === 0) throw malformedProc('The smaps file', line);
    const [, key = '', value = ''] = field;
    const kib = /^(\d+) kB$/.exec(value)?.[1];
    if (kib !== undefined) bytes.set(key, BigInt(kib) * 1024n);
    else if (key === 'VmFlags') flags.push(...value.split(' ').filter(Boolean));
    else other.set(key, value);
  }
  return entries;
}
