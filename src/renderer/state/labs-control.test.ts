import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { Lab, LabCheckResult, LabProgress, LabReport, LabRun } from '../../shared/model/lab.ts';
import type { SessionState } from '../../shared/model/session.ts';
import { createCursorStore } from './cursor-store.ts';
import { createLabsControl } from './labs-control.ts';
import { createSessionStore } from './session-store.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';

const lab: Lab = {
  name: 'data', number: 3, title: 'Data', summary: '', languages: ['c', 'rust'], checkCount: 2, intro: [], sources: [], programs: [], predictions: [], steps: [],
  checks: [{ id: 'a', title: 'A', why: '' }, { id: 'b', title: 'B', why: '' }],
};
const run: LabRun = { sessionId: 's2', lab: 'data', language: 'c', program: '/x/data', checks: lab.checks, notes: [] };
const holds = (id: string): LabCheckResult => ({ id, title: id, state: 'holds', findings: [] });
const report: LabReport = { lab: 'data', language: 'c', program: '/x/data', pid: 7, results: [holds('a'), holds('b')], holds: true, notes: [] };
const progress = (predictions: Record<string, number>): LabProgress => ({ lab: 'data', predictions, held: {}, lastVerifiedMs: undefined });
const state = (sessionId: string): SessionState => ({
  sessionId, phase: 'stopped', target: undefined, launched: true, gdbVersion: '13.1', stop: undefined, stopCount: 1, generation: 1, ending: undefined, problem: undefined, capabilities: [],
});

function setup(runs: readonly LabRun[] = []) {
  const verified = deferred<LabReport>();
  let startError: VmatlasError | undefined;
  const replaced: string[] = [];
  const host = new FakeHost({
    labs: {
      list: () => [lab], get: () => lab, runs: () => runs, progress: () => [progress({})],
      toolchain: () => ({ c: { compiler: undefined, problem: undefined }, rust: { compiler: undefined, problem: undefined }, gdbProblem: undefined }),
      start: () => {
        if (startError !== undefined) throw startError;
        return run;
      },
      verify: () => verified.promise,
      predict: ({ prediction, option }) => progress({ [prediction]: option }),
      resolve: () => ({ address: toAddress(0x1000n), words: 'answer' }),
    },
  });
  const session = createSessionStore();
  const cursor = createCursorStore();
  const controller = {
    replaceWith: (sessionId: string) => {
      replaced.push(sessionId);
      session.setState({ session: state(sessionId) });
      return Promise.resolve();
    },
  };
  const labs = createLabsControl({ clients: host.clients, session, cursor, controller });
  return { host, session, cursor, labs, verified, replaced, failStart: (error: VmatlasError) => (startError = error) };
}

describe('the labs of the window', () => {
  it('starts a lab as the session of the window, and shows results as they come', async () => {
    const { host, labs, verified, replaced, cursor } = setup();
    labs.show(true);
    labs.choose('data');
    await host.settle();
    expect(labs.getState()).toMatchObject({ list: [lab], lab, language: 'c' });
    await labs.start();
    expect(replaced).toEqual(['s2']);
    expect(labs.currentRun()).toEqual(run);
    await labs.goTo({ expression: 'answer' });
    expect(cursor.getState().address).toBe(0x1000n);
    const verifying = labs.verify();
    await host.settle();
    host.emit('labs', 'checked', { sessionId: 's2', result: holds('a') });
    await host.settle();
    expect([...(labs.getState().results.get('s2')?.keys() ?? [])]).toEqual(['a']);
    expect(labs.getState().verifying).toBeDefined();
    verified.resolve(report);
    await verifying;
    expect(labs.getState()).toMatchObject({ verifying: undefined });
    expect([...(labs.getState().results.get('s2')?.keys() ?? [])]).toEqual(['a', 'b']);
  });

  it('leaves the open session alone when the program cannot be compiled, and tells the compiler’s words', async () => {
    const { host, labs, replaced, failStart } = setup();
    failStart(new VmatlasError({ code: 'compile-failed', message: 'gcc failed.', evidence: 'data.c:1: error' }));
    labs.choose('data');
    await host.settle();
    await labs.start();
    expect(replaced).toEqual([]);
    expect(labs.getState()).toMatchObject({ starting: undefined, startProblem: { code: 'compile-failed', evidence: 'data.c:1: error' } });
  });

  it('remembers an answer', async () => {
    const { host, labs } = setup();
    labs.choose('data');
    labs.predict('q', 1);
    await host.settle();
    expect(labs.getState().progress.get('data')?.predictions).toEqual({ q: 1 });
  });

  it('shows the lab that runs already when the window is opened', async () => {
    const { host, session, labs } = setup([run]);
    session.setState({ session: state('s2') });
    await host.settle();
    expect(labs.getState()).toMatchObject({ shown: true, name: 'data', lab });
    expect(labs.currentRun()).toEqual(run);
  });
});
