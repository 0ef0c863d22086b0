import { execFile } from 'node:child_process';
import { closedCommand } from '../../config/closed-command.ts';

const LIMIT_MS = 20_000;

/**
 * Clears the debug registers that a dead gdb has left in a process's threads: a hit would kill it by SIGTRAP. A new gdb writes its own, empty, debug registers to each thread before it
 * lets it go (gdb/nat/x86-linux.c, x86_linux_prepare_to_resume), so attaching and detaching is all it takes.
 *
 * The process is stopped while gdb gets ready, because a watched variable may be written at any moment.
 */
export async function clearDebugRegisters(gdbPath: string, pid: number): Promise<boolean> {
  if (!signal(pid, 'SIGSTOP')) return false;
  try {
    const early = ['set debuginfod enabled off', 'set auto-solib-add off', 'set sysroot /nonexistent'].flatMap((command) => ['-iex', command]);
    const command = closedCommand(gdbPath, ['-nx', '-q', '-batch', ...early, '-ex', `attach ${pid}`, '-ex', 'detach']);
    return await new Promise<boolean>((resolve) => {
      execFile(command.file, command.args, { timeout: LIMIT_MS, killSignal: 'SIGTERM', env: { ...process.env, LC_ALL: 'C.UTF-8', DEBUGINFOD_URLS: '' } }, (error) => resolve(error === null));
    });
  } finally {
    signal(pid, 'SIGCONT');
  }
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}
