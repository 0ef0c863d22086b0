import type { SignalHandling } from '../../../shared/model/run-control.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { handleSignal, signalTable } from '../mi-commands/control-commands.ts';

export function readSignalTable(connection: MiConnection): Promise<readonly SignalHandling[]> {
  return connection.run(signalTable());
}

/** Changes how gdb treats a signal. Rejects with `invalid-argument` for a name that gdb's table does not have. */
export async function changeSignal(connection: MiConnection, name: string, change: { readonly stop?: boolean | undefined; readonly print?: boolean | undefined; readonly pass?: boolean | undefined }): Promise<SignalHandling> {
  const known = (await connection.run(signalTable())).find((signal) => signal.name === name);
  if (known === undefined) throw new VmatlasError({ code: 'invalid-argument', message: `gdb knows no signal ${name}.` });
  if (name === 'SIGSTOP' && (change.stop === false || change.pass === true)) {
    throw new VmatlasError({ code: 'invalid-argument', message: 'Pause works by SIGSTOP, which must stop and not reach the program.', remedy: 'Choose another signal.' });
  }
  const actions = (['stop', 'print', 'pass'] as const).flatMap((action) => (change[action] === undefined ? [] : [change[action] ? action : `no${action}`]));
  if (actions.length === 0) return known;
  const [now] = await connection.run(handleSignal(name, actions));
  return now ?? known;
}
