import { VmatlasError } from '../../../shared/model/errors.ts';
import type { LabCheckResult, LabReport } from '../../../shared/model/lab.ts';
import type { LabCheckDefinition } from '../lab-definition.ts';
import { LabProbe } from '../probe/lab-probe.ts';
import type { LiveRun } from '../run/live-run.ts';
import { throwIfCancelled } from '../within.ts';
import { CheckRecorder } from './check-recorder.ts';

/** What is to be checked, and on what. */
export interface Checklist {
  readonly run: LiveRun;
  readonly checks: readonly LabCheckDefinition[];
  /** For the report. */
  readonly notes: readonly string[];
}

export interface CheckingOptions {
  /** Ids; all without. */
  readonly only: readonly string[] | undefined;
  /** Bring the program back to where it stood. */
  readonly putBack: boolean;
  readonly signal: AbortSignal;
  readonly told: (result: LabCheckResult, done: number, total: number) => void;
}

/**
 * Runs the checks of a lab on its live process, in the lab's order, each at its stage. Afterwards the program stands at the stage where it stood, or at the first one, unless `putBack` is false. Rejects only with
 * `cancelled`: whatever goes wrong in a check is its result.
 */
export async function runChecks({ run, checks: all, notes: known }: Checklist, { only, putBack, signal, told }: CheckingOptions): Promise<LabReport> {
  const checks = all.filter(({ id }) => only?.includes(id) ?? true);
  const origin = run.stage;
  const before = run.restarts;
  const results: LabCheckResult[] = [];
  let pid = 0;
  try {
    for (const check of checks) {
      throwIfCancelled(signal);
      const result = await runCheck(run, check, signal);
      results.push(result);
      pid = run.session.state.target?.pid ?? pid;
      told(result, results.length, checks.length);
    }
  } finally {
    if (putBack) await returnTo(run, origin ?? checks[0]?.stage);
  }
  const restarts = run.restarts - before;
  const notes = restarts === 0 ? known : [...known, `The program was started anew ${restarts === 1 ? 'once' : `${restarts} times`} for these checks.`];
  return {
    lab: run.lab, language: run.language, program: run.program, pid, results, notes,
    holds: results.length > 0 && results.every(({ state }) => state === 'holds'),
  };
}

async function runCheck(run: LiveRun, check: LabCheckDefinition, signal: AbortSignal): Promise<LabCheckResult> {
  const recorder = new CheckRecorder();
  const probe = new LabProbe(run, signal);
  try {
    await run.toStage(check.stage, signal);
    await check.run(probe, recorder);
    return recorder.result(check);
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'cancelled') throw error;
    return recorder.result(check, error);
  } finally {
    await probe.dispose();
  }
}

/** Not worth failing for: the results are there. Where the program stands is on the screen. */
async function returnTo(run: LiveRun, stage: string | undefined): Promise<void> {
  if (stage === undefined || run.session.state.phase === 'detached') return;
  try {
    await run.toStage(stage, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof VmatlasError)) throw error;
  }
}
