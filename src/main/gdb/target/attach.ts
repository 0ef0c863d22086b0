import type { StopInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { readProcessSummary } from '../../procfs/process-list.ts';
import { targetAttach, targetDetach } from '../mi-commands/run-commands.ts';
import { fileExecAndSymbols, readLibrarySymbols } from '../mi-commands/setup-commands.ts';
import { stackListFrames } from '../mi-commands/stack-commands.ts';
import { nextOutcome } from '../run-state/next-outcome.ts';
import type { Outcome } from '../run-state/next-outcome.ts';
import { attachRefused, planAttach } from './attach-check.ts';
import type { Hold } from './hold.ts';
import type { LateLibraries } from './late-libraries.ts';
import { warmSymbols } from './warm-symbols.ts';
import type { WarmSymbols } from './warm-symbols.ts';

/** A process with thousands of threads takes gdb seconds. */
const STOP_TIMEOUT_MS = 120_000;

/** Attaches and waits for the stop. `beforeFreeze` runs when the symbols are read and the process still runs. Rejects with the codes of opening a target. */
export async function attach(hold: Hold, late: LateLibraries, pid: number, beforeFreeze: () => void): Promise<StopInfo> {
  const { connection, tracker } = hold;
  const plan = planAttach(pid);
  const warm = await warmSymbols(connection, plan.tid);
  try {
    beforeFreeze();
    const stop = await readNeeded(hold, await freeze(hold, pid, plan.tid), warm);
    if (readProcessSummary(pid)?.startTime !== plan.startTime) {
      await connection.run(targetDetach());
      throw new VmatlasError({ code: 'no-such-process', message: `Process ${pid} ended, and another has its number now.`, evidence: 'the start time in /proc/PID/stat differs' });
    }
    late.begin(warm.late);
    return stop;
  } catch (error) {
    tracker.attaching = false;
    if (connection.ended === undefined) await connection.run(fileExecAndSymbols(''));
    throw error;
  } finally {
    if (connection.ended === undefined) await warm.cool();
  }
}

/** Makes gdb read the libraries that the innermost frames are in, and names the frame anew: it was told before gdb had read them. */
async function readNeeded(hold: Hold, stop: StopInfo, { now }: WarmSymbols): Promise<StopInfo> {
  if (now.length === 0) return stop;
  const { connection, tracker } = hold;
  const read = connection.run(readLibrarySymbols(now.map(({ path }) => path)));
  const frames = connection.run(stackListFrames(stop.threadId, 0, 0));
  const [innermost] = (await Promise.all([frames, read.catch(ignoreGdbError)]))[0];
  if (innermost === undefined || tracker.lastStop !== stop) return stop;
  tracker.lastStop = { ...stop, frame: innermost };
  return tracker.lastStop;
}

function ignoreGdbError(error: unknown): void {
  if (!(error instanceof VmatlasError) || error.code !== 'gdb-error') throw error;
}

async function freeze(hold: Hold, pid: number, tid: number): Promise<StopInfo> {
  hold.tracker.attaching = true;
  const outcome: Promise<Outcome> = nextOutcome(hold.subscribe, STOP_TIMEOUT_MS);
  try {
    await hold.connection.run(targetAttach(tid));
  } catch (error) {
    throw attachRefused(pid, error);
  }
  const end = await outcome;
  if (end.kind === 'stopped') return end.stop;
  throw new VmatlasError({ code: 'process-exited', message: `Process ${pid} ended while gdb attached.`, evidence: end.words });
}
