import type { StopInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { parseAuxv } from '../../procfs/auxv.ts';
import { readProcBytes } from '../../procfs/read-proc.ts';
import type { BreakpointRequest, DebuggerLaunch } from '../../target/debugger.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { breakDelete, breakInsert } from '../mi-commands/breakpoint-commands.ts';
import { execRun, resume, startAtFirstInstruction } from '../mi-commands/run-commands.ts';
import { nextOutcome } from '../run-state/next-outcome.ts';
import type { Outcome } from '../run-state/next-outcome.ts';
import type { Hold } from './hold.ts';
import { findExecutable, prepareLaunch } from './prepare-launch.ts';

export interface Launched {
  readonly pid: number;
  readonly stop: StopInfo | undefined;
}

/** Starts a program; resolves at its first stop at `stopAt`, or once it runs (with the stop that it has come to by then). `stop` is undefined too when it ended before it came there. */
export async function launch(hold: Hold, spec: DebuggerLaunch): Promise<Launched> {
  const executable = findExecutable(spec);
  await prepareLaunch(hold.connection, spec, executable, hold.gdb.program.ptyName);
  if (spec.stopAt === '') return run(hold, executable, false);
  let breakpoint: string;
  try {
    breakpoint = (await hold.connection.run(breakInsert(temporary(spec.stopAt)))).number;
  } catch (error) {
    // A stripped program has no symbol main, but it begins somewhere.
    if (spec.stopAt === 'main' && error instanceof VmatlasError && error.code === 'unknown-location') return runToEntry(hold, executable);
    throw error;
  }
  try {
    return await run(hold, executable, true);
  } catch (error) {
    await deleteBreakpoint(hold.connection, breakpoint);
    throw error;
  }
}

async function run(hold: Hold, executable: string, wait: boolean): Promise<Launched> {
  const pid = firstPid(hold);
  const outcome = nextOutcome(hold.subscribe);
  try {
    await hold.connection.run(execRun());
  } catch (error) {
    throw launchFailed(executable, error);
  }
  // A program that faults at once has stopped in the same breath as gdb answers that it runs: that stop is told here, for it was told while the launch was under way.
  if (!wait) return { pid: pid(), stop: hold.tracker.state === 'stopped' ? hold.tracker.lastStop : undefined };
  const end = await outcome;
  return { pid: pid(), stop: end.kind === 'stopped' ? end.stop : undefined };
}

/** Stops at the entry point, where the loader hands over: AT_ENTRY of the auxiliary vector (getauxval(3)). */
async function runToEntry(hold: Hold, executable: string): Promise<Launched> {
  const pid = firstPid(hold);
  const first = nextOutcome(hold.subscribe);
  try {
    await hold.connection.run(startAtFirstInstruction());
  } catch (error) {
    throw launchFailed(executable, error);
  }
  let end: Outcome = await first;
  const entry = end.kind === 'stopped' ? parseAuxv(readProcBytes(`/proc/${pid()}/auxv`)).entry : undefined;
  if (end.kind === 'stopped' && entry !== undefined && end.stop.frame?.pc !== entry) {
    await hold.connection.run(breakInsert(temporary(`*0x${entry.toString(16)}`)));
    const atEntry = nextOutcome(hold.subscribe);
    await hold.connection.run(resume('continue', undefined));
    end = await atEntry;
  }
  return { pid: pid(), stop: end.kind === 'stopped' ? { ...end.stop, words: 'Stopped at the entry point: the program has no symbol main' } : undefined };
}

/** Watches for the new process's id: a short program may be gone when the answer comes. */
function firstPid(hold: Hold): () => number {
  let found: number | undefined;
  const stop = hold.subscribe((event) => {
    if (event.type !== 'target-changed' || event.pid === undefined) return;
    found = event.pid;
    stop();
  });
  return () => {
    stop();
    if (found === undefined) throw new VmatlasError({ code: 'launch-failed', message: 'gdb did not say which process it started.' });
    return found;
  };
}

function temporary(location: string): BreakpointRequest {
  return { location, condition: undefined, temporary: true, hardware: false };
}

async function deleteBreakpoint(connection: MiConnection, number: string): Promise<void> {
  if (connection.ended !== undefined) return;
  try {
    await connection.run(breakDelete(number));
  } catch (error) {
    // Hit or deleted meanwhile; the launch's own error is the one to tell.
    if (!(error instanceof VmatlasError)) throw error;
  }
}

function launchFailed(executable: string, error: unknown): unknown {
  if (!(error instanceof VmatlasError) || error.code === 'gdb-ended') return error;
  return new VmatlasError({ code: 'launch-failed', message: `${executable} could not be started.`, evidence: error.evidence ?? error.message }, { cause: error });
}
