import { execFile } from 'node:child_process';
import { closedCommand } from '../../config/closed-command.ts';

const LIMIT_MS = 20_000;

/** Attach alone writes no debug registers: gdb writes them only when its own set of hardware breakpoints changed. So one is set, at once, and deleted. */
const CLEAR = ['set breakpoint always-inserted on', 'hbreak *$pc', 'delete', 'detach'];

/**
 * Clears the debug registers that a dead gdb has left in a process's threads: a hit would kill it by SIGTRAP. When a gdb lets a thread go it first switches all of the thread's
 * hardware breakpoints off (DR7 = 0; gdb/nat/x86-linux.c, x86_linux_prepare_to_resume), whoever set them. Resolves with false when that failed.
 */
export function clearDebugRegisters(gdbPath: string, pid: number): Promise<boolean> {
  const early = ['set debuginfod enabled off', 'set auto-solib-add off', 'set sysroot /nonexistent'].flatMap((command) => ['-iex', command]);
  const command = closedCommand(gdbPath, ['-nx', '-q', '-batch', ...early, '-ex', `attach ${pid}`, ...CLEAR.flatMap((step) => ['-ex', step])]);
  const options = { timeout: LIMIT_MS, killSignal: 'SIGTERM', env: { ...process.env, LC_ALL: 'C.UTF-8', DEBUGINFOD_URLS: '' } } as const;
  return new Promise((resolve) => {
    execFile(command.file, command.args, options, (error) => resolve(error === null));
  });
}
