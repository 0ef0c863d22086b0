import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import { errnoOf, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import { clearDebugRegisters } from './clear-debug-registers.ts';
import { TextGuard } from './text-guard.ts';

const PF_EXITING = 4;

/** The guards of all processes that gdb holds now: one, or after a fork that keeps both, more. Each is made anew when its process becomes another program. */
export class TargetGuard {
  readonly #gdbPath: string;
  readonly #guards = new Map<number, TextGuard>();
  readonly #halted = new Set<number>();
  #repaired = 0;

  constructor(gdbPath: string) {
    this.#gdbPath = gdbPath;
  }

  /** gdb is about to hold this process, or does. Nothing happens when it is guarded already. */
  begin(pid: number, breakpoints: readonly BreakpointInfo[]): void {
    const former = this.#guards.get(pid);
    if (former?.isCurrent() === true) return;
    former?.close();
    this.#guards.delete(pid);
    try {
      const guard = new TextGuard(pid, former === undefined ? this.#guards.get(parentOf(pid) ?? 0) : undefined);
      this.#guards.set(pid, guard);
      guard.watch(breakpoints);
    } catch (error) {
      // It ended at this very moment; gdb will say so.
      if (!['ENOENT', 'ESRCH'].includes(errnoOf(error))) throw error;
    }
  }

  /** gdb holds these processes and no others. */
  hold(pids: readonly number[], breakpoints: readonly BreakpointInfo[]): void {
    for (const pid of pids) this.begin(pid, breakpoints);
    for (const [pid, guard] of this.#guards) {
      if (pids.includes(pid)) continue;
      guard.close();
      this.#guards.delete(pid);
    }
  }

  end(): void {
    this.hold([], []);
  }

  watch(breakpoints: readonly BreakpointInfo[]): void {
    for (const guard of this.#guards.values()) guard.watch(breakpoints);
  }

  patchedBytes(pid: number | undefined): readonly PatchedByte[] {
    return (pid === undefined ? undefined : this.#guards.get(pid))?.patchedBytes() ?? [];
  }

  /**
   * gdb is dying or dead: puts the programs' bytes back, and halts a program whose debug registers may be set until `clearHardware`. May be called more than once; the sooner, the
   * better. Returns how many bytes were put back in all.
   */
  repair(): number {
    for (const guard of this.#guards.values()) {
      if (guard.hardwareSeen && !this.#halted.has(guard.pid) && sendSignal(guard.pid, 'SIGSTOP')) this.#halted.add(guard.pid);
      this.#repaired += guard.repair();
    }
    return this.#repaired;
  }

  /** After repair: clears what gdb left in the debug registers, if it ever set any, and lets the programs go on. */
  async clearHardware(): Promise<void> {
    await Promise.all([...this.#halted].map(async (pid) => {
      await clearDebugRegisters(this.#gdbPath, pid);
      sendSignal(pid, 'SIGCONT');
      this.#halted.delete(pid);
    }));
  }
}

function parentOf(pid: number): number | undefined {
  const text = tryReadProcText(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseStat(text).ppid;
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
