import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import { errnoOf, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import { clearDebugRegisters } from './clear-debug-registers.ts';
import { TextGuard } from './text-guard.ts';

const PF_EXITING = 4;

/** The guard of whatever gdb holds now. Made anew when the target changes or becomes another program. */
export class TargetGuard {
  readonly #gdbPath: string;
  #guard: TextGuard | undefined;
  #halted = false;
  #repaired = 0;

  constructor(gdbPath: string) {
    this.#gdbPath = gdbPath;
  }

  /** gdb is about to hold this process, or does. Nothing happens when it is guarded already. */
  begin(pid: number, breakpoints: readonly BreakpointInfo[]): void {
    if (this.#guard?.pid === pid && this.#guard.isCurrent()) return;
    this.end();
    try {
      this.#guard = new TextGuard(pid);
    } catch (error) {
      // It ended at this very moment; gdb will say so.
      if (['ENOENT', 'ESRCH'].includes(errnoOf(error))) return;
      throw error;
    }
    this.#guard.watch(breakpoints);
  }

  end(): void {
    this.#guard?.close();
    this.#guard = undefined;
  }

  watch(breakpoints: readonly BreakpointInfo[]): void {
    this.#guard?.watch(breakpoints);
  }

  patchedBytes(): readonly PatchedByte[] {
    return this.#guard?.patchedBytes() ?? [];
  }

  /**
   * gdb is dying or dead: puts the program's bytes back, and halts a program whose debug registers may be set until `clearHardware`. May be called more than once; the sooner, the
   * better. Returns how many bytes were put back in all.
   */
  repair(): number {
    const guard = this.#guard;
    if (guard === undefined) return 0;
    if (guard.hardwareSeen && !this.#halted) this.#halted = sendSignal(guard.pid, 'SIGSTOP');
    this.#repaired += guard.repair();
    return this.#repaired;
  }

  /** After repair: clears what gdb left in the debug registers, if it ever set any, and lets the program go on. */
  async clearHardware(): Promise<void> {
    const guard = this.#guard;
    if (guard === undefined || !this.#halted) return;
    await clearDebugRegisters(this.#gdbPath, guard.pid);
    sendSignal(guard.pid, 'SIGCONT');
    this.#halted = false;
  }
}

function sendSignal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    // It ended: nothing is left to save.
    return false;
  }
}

/** The process is on its way out (PF_EXITING in stat's flags), a zombie, or gone. */
export function isExiting(pid: number): boolean {
  const text = tryReadProcText(`/proc/${pid}/stat`);
  if (text === undefined) return true;
  const stat = parseStat(text);
  return (stat.flags & PF_EXITING) !== 0 || stat.state === 'Z' || stat.state === 'X';
}
