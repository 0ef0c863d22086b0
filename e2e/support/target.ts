import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileC } from '../../src/main/testing/compile.ts';
import { runProgram, type RunningProgram } from '../../src/main/testing/run-program.ts';

/** Compiles a program of e2e/programs. */
export function compileSubject(name: string, flags: readonly string[] = ['-g', '-O0']): string {
  return compileC(readFileSync(join(import.meta.dirname, '..', 'programs', `${name}.c`), 'utf8'), { name, flags });
}

/** Compiles and starts a program of e2e/programs; it printed its addresses already. */
export function startSubject(name = 'subject', args: readonly string[] = []): Promise<RunningProgram> {
  return runProgram(compileSubject(name), args);
}

/** A field of /proc/PID/status; undefined when the process is gone. */
export function statusField(pid: number, field: string): string | undefined {
  try {
    return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Groups of four as the window writes addresses. */
export function windowAddress(address: bigint): string {
  return `0x${address.toString(16).padStart(12, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_')}`;
}
