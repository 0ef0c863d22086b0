import type { LabEvidence } from '../../../shared/model/lab.ts';
import type { LabProbe } from './lab-probe.ts';

/** More stops than any lab's program makes. */
const NEVER_STOP = 1_000_000_000;

export interface SystemCalls {
  /** Calls of each kind that was asked for. */
  readonly of: ReadonlyMap<string, number>;
  /** Calls of any kind. */
  readonly all: number;
  readonly evidence: readonly LabEvidence[];
}

/**
 * Counts the system calls a program makes while `work` lets it go on, with gdb's catchpoints. They do not stop the program, they only count: each call is met twice, when it is entered and when
 * it returns (gdb manual, Set Catchpoints; its `ignore` count lets the program run on). A call that is under way at either end counts as half; `work` is to begin and end between calls.
 */
export async function countSystemCalls(probe: LabProbe, names: readonly string[], work: () => Promise<void>): Promise<SystemCalls> {
  const { control } = probe.gdb();
  const numbers: string[] = [];
  try {
    for (const what of [[], ...names.map((name) => [name])]) {
      const { number } = await control.insertCatchpoint({ kind: 'syscall', what, temporary: false });
      numbers.push(number);
      await control.editBreakpoint(number, { ignoreCount: NEVER_STOP });
    }
    await work();
    const breakpoints = await probe.gdb().breakpoints();
    const calls = numbers.map((number) => (breakpoints.find((breakpoint) => breakpoint.number === number)?.hits ?? 0) / 2);
    const [all = 0, ...each] = calls;
    const lines = ['any system call', ...names].map((name, at) => `${name}: entered and left ${calls[at]} times`);
    return { of: new Map(names.map((name, at) => [name, each[at] ?? 0])), all, evidence: lines.map((text) => ({ from: 'gdb: catch syscall, info breakpoints', text })) };
  } finally {
    // Gone with the program, or with gdb, when it has ended meanwhile.
    const debug = probe.session.attachedDebugger();
    if (debug && debug.runState === 'stopped') for (const number of numbers) await debug.removeBreakpoint(number);
  }
}
