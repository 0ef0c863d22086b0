import { toAddress } from '../../../shared/address/address.ts';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import type { RunControl } from '../../../shared/model/run-control.ts';
import type { DebuggerEvent } from '../../target/debugger.ts';
import type { DebuggerCode, DebuggerControl } from '../../target/debugger-control.ts';

const made: BreakpointInfo = {
  number: '2', kind: 'watch-write', enabled: true, temporary: false, original: 'x', condition: undefined, ignoreCount: 0, hits: 0, threadId: undefined, catching: undefined,
  watched: undefined, pending: false, locations: [],
};
const plain: RunControl = { choices: { followFork: 'parent', detachOnFork: true, followExec: 'same', schedulerLocking: 'off' }, recording: undefined, canReverse: false, heldPids: [200] };

/** Notes what it is told and does the least that gdb would. */
export function fakeControl(called: (call: string) => void, tell: (event: DebuggerEvent) => void): DebuggerControl {
  return {
    insertWatchpoint: async ({ access }) => (called(`watch ${access}`), made),
    insertCatchpoint: async ({ kind, what }) => (called(['catch', kind, ...what].join(' ')), { ...made, kind: 'catch', catching: kind, original: kind }),
    editBreakpoint: async (number, change) => (called(`edit ${number}`), { ...made, number, condition: change.condition, ignoreCount: change.ignoreCount ?? 0 }),
    runTo: async (location) => {
      called(`run to ${location}`);
      tell({ type: 'running' });
    },
    restart: async () => {
      called('restart');
      tell({ type: 'target-changed', pid: undefined });
      tell({ type: 'target-changed', pid: 201 });
      tell({ type: 'running' });
      return { pid: 201, stop: undefined };
    },
    signals: async () => [{ name: 'SIGUSR1', meaning: 'User defined signal 1', stop: true, print: true, pass: true }],
    handleSignal: async (name, change) => (called(`handle ${name}`), { name, meaning: '', stop: change.stop ?? true, print: change.print ?? true, pass: change.pass ?? true }),
    runControl: async () => plain,
    choose: async () => (called('choose'), plain),
    record: async (on) => (called(`record ${on}`), { ...plain, canReverse: on, recording: on ? { method: 'full' } : undefined }),
    noteMemoryWritten: async () => called('memory written'),
    setRegister: async ({ name, value }) => called(`set ${name} ${typeof value === 'bigint' ? value : value.length}`),
  };
}

export const fakeCode: DebuggerCode = {
  frameCode: async () => ({ pc: toAddress(0x1000n), function: 'main', source: undefined }),
  lineOf: async (pc) => ({ pc, function: undefined, source: undefined }),
  lineTable: async () => [],
  disassemble: async () => [],
  pathRules: async () => [],
  addPathRule: async () => undefined,
  removePathRule: async () => undefined,
};
