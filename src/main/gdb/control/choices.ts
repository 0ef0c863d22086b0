import type { RunChoices, RunControl } from '../../../shared/model/run-control.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { listTargetFeatures, recordFull, recordInfo, recordStop, threadGroups } from '../mi-commands/control-commands.ts';
import { gdbSet, gdbShow } from '../mi-commands/setup-commands.ts';

/** gdb's settings, whoever set them. */
export async function readRunControl(connection: MiConnection): Promise<RunControl> {
  const [followFork, detachOnFork, followExec, schedulerLocking, features, method, groups] = await Promise.all([
    connection.run(gdbShow('follow-fork-mode')), connection.run(gdbShow('detach-on-fork')), connection.run(gdbShow('follow-exec-mode')), connection.run(gdbShow('scheduler-locking')),
    connection.run(listTargetFeatures()), connection.run(recordInfo()), connection.run(threadGroups()),
  ]);
  return {
    choices: {
      followFork: followFork === 'child' ? 'child' : 'parent',
      detachOnFork: detachOnFork !== 'off',
      followExec: followExec === 'new' ? 'new' : 'same',
      schedulerLocking: schedulerLocking === 'on' || schedulerLocking === 'off' || schedulerLocking === 'step' ? schedulerLocking : 'replay',
    },
    recording: method && { method },
    canReverse: features.includes('reverse'),
    heldPids: groups.map(({ pid }) => pid),
  };
}

export async function choose(connection: MiConnection, choices: { readonly [K in keyof RunChoices]?: RunChoices[K] | undefined }): Promise<void> {
  const settings: [string, string | undefined][] = [
    ['follow-fork-mode', choices.followFork],
    ['detach-on-fork', choices.detachOnFork === undefined ? undefined : choices.detachOnFork ? 'on' : 'off'],
    ['follow-exec-mode', choices.followExec],
    ['scheduler-locking', choices.schedulerLocking],
  ];
  await Promise.all(settings.flatMap(([setting, value]) => (value === undefined ? [] : [connection.run(gdbSet(setting, value))])));
}

export async function record(connection: MiConnection, on: boolean): Promise<void> {
  const method = await connection.run(recordInfo());
  if (on === (method !== undefined)) return;
  try {
    await connection.run(on ? recordFull() : recordStop());
  } catch (error) {
    if (!(error instanceof VmatlasError) || error.code !== 'gdb-error') throw error;
    throw new VmatlasError({ code: 'cannot-reverse', message: 'gdb cannot record this program.', evidence: error.evidence ?? error.message }, { cause: error });
  }
}
