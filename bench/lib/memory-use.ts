import { readFileSync, writeFileSync } from 'node:fs';

/** Sets the peak of a process's resident memory back to what it is now (proc_pid_clear_refs(5), value 5). */
export function resetPeak(pid: number | 'self'): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Resident memory now and its peak, in MiB. */
export function residentMib(pid: number | 'self'): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { now: kib('VmRSS') / 1024, peak: kib('VmHWM') / 1024 };
}
