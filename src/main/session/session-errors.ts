import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import { isFinal } from './session-machine.ts';

/** Why `wish` ("interrupt it", "attach gdb") can't be done in this state, in words. */
export function wrongState(wish: string, state: SessionState): VmatlasError {
  const name = state.target ? `${state.target.name} (PID ${state.target.pid})` : 'the process';
  const evidence = `the session is ${state.phase}`;
  if (isFinal(state.phase)) {
    return new VmatlasError({ code: 'wrong-state', message: `Can't ${wish}: ${name} ${state.ending ?? 'is over'}.`, evidence, remedy: 'Open another process, or launch it again.' });
  }
  switch (state.phase) {
    case 'observing':
      return new VmatlasError({ code: 'not-attached', message: `Can't ${wish}: gdb is not attached to ${name}.`, evidence, remedy: 'Attach first; the process stops when you do.' });
    case 'running':
      return new VmatlasError({ code: 'target-running', message: `Can't ${wish}: ${name} is running.`, evidence, remedy: 'Interrupt it first.' });
    case 'stopped':
      return new VmatlasError({ code: 'wrong-state', message: `Can't ${wish}: ${name} is stopped.`, evidence });
    default:
      return new VmatlasError({ code: 'wrong-state', message: `Can't ${wish}: nothing is open yet.`, evidence });
  }
}
