import { describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import type { StopInfo } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ExplainAnswer, Explanation } from '../../shared/model/explanation.ts';
import type { SessionPhase, SessionState } from '../../shared/model/session.ts';
import type { MapSnapshot } from '../../shared/rpc/contracts/map.ts';
import { createFaultControl } from './fault-control.ts';
import { createSessionStore } from './session-store.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';

const stop = (reason: StopInfo['reason'], signal?: string): StopInfo =>
  ({ reason, threadId: 1, breakpoint: undefined, signal: signal === undefined ? undefined : { name: signal, meaning: 'a signal' }, frame: undefined, words: 'Stopped' });
const state = (stopCount: number, of?: StopInfo, phase: SessionPhase = 'stopped'): SessionState => ({
  sessionId: 's1', phase, target: undefined, launched: true, gdbVersion: '13.1', stop: of, stopCount, generation: stopCount, ending: undefined, problem: undefined, capabilities: [],
});
const explanation: Explanation = {
  kind: 'fault', signal: { name: 'SIGSEGV', number: 11, meaning: 'Segmentation fault' }, code: undefined, thread: { id: 1, tid: 7, name: 'x' }, address: toAddress(0x10n), addressFrom: 'siginfo',
  access: 'write', sizeBytes: 4, instruction: undefined, pc: toAddress(0x1000n), sp: toAddress(0x2000n), function: 'main', source: undefined, sourceText: undefined, region: undefined, gap: undefined,
  rule: 'Nothing is mapped there.', title: 'Write through a null pointer', cause: { id: 'null-dereference', certainty: 'certain', text: 'p is null.' }, evidence: [], frames: [], frameLevel: 0,
  field: undefined, recursion: undefined, object: undefined, sender: undefined, message: undefined, thrown: undefined,
};
const map = (address?: bigint): MapSnapshot => ({
  generation: 1, marks: address === undefined ? [] : [{ kind: 'fault', address: toAddress(address), label: 'SIGSEGV', words: 'failed', tid: undefined }],
  // Nothing here looks at regions and totals.
} as object as MapSnapshot);

function setup() {
  const answers: ReturnType<typeof deferred<{ generation: number; stopCount: number; answer: ExplainAnswer }>>[] = [];
  const host = new FakeHost({
    explain: {
      explain: () => {
        const answer = deferred<{ generation: number; stopCount: number; answer: ExplainAnswer }>();
        answers.push(answer);
        return answer.promise;
      },
    },
  });
  const session = createSessionStore();
  const fault = createFaultControl({ clients: host.clients, session });
  return { answers, host, session, fault };
}

describe('why the program stopped', () => {
  it('is asked at a fault, shown by itself, and marked for all views', async () => {
    const { answers, host, session, fault } = setup();
    session.setState({ session: state(1, stop('signal', 'SIGSEGV')) });
    await host.settle();
    expect(fault.getState()).toMatchObject({ shown: true, asking: true, site: undefined });
    session.setState({ map: map(0x10n) });
    expect(fault.getState().site).toMatchObject({ address: 0x10n, sizeBytes: 1 });
    answers[0]?.resolve({ generation: 1, stopCount: 1, answer: explanation });
    await host.settle();
    expect(fault.getState()).toMatchObject({ shown: true, asking: false, site: { address: 0x10n, sizeBytes: 4, label: 'SIGSEGV' } });
    // The same stop in a newer picture is not asked about again, and does not open what was closed.
    fault.close();
    session.setState({ session: { ...state(1, stop('signal', 'SIGSEGV')), generation: 2 } });
    expect(fault.getState().shown).toBe(false);
    expect(answers.length).toBe(1);
    // When it runs on nothing is marked; at the end the last answer is still there.
    session.setState({ session: state(1, undefined, 'exited') });
    expect(fault.getState()).toMatchObject({ site: undefined, answer: { kind: 'fault' } });
  });

  it('is not asked at a step, until the user wants to know', async () => {
    const { answers, host, session, fault } = setup();
    session.setState({ session: state(1, stop('step')), map: map() });
    await host.settle();
    expect(answers.length).toBe(0);
    const opened = fault.open();
    await host.settle();
    answers[0]?.resolve({ generation: 1, stopCount: 1, answer: { kind: 'none', reason: 'A step.' } });
    await opened;
    expect(fault.getState()).toMatchObject({ shown: true, answer: { kind: 'none', reason: 'A step.' } });
  });

  it('does not open for a process that was attached to and has no fault', async () => {
    const { answers, host, session, fault } = setup();
    session.setState({ session: state(1, stop('attached')) });
    await host.settle();
    // What the views show of the stop goes first.
    expect(answers.length).toBe(0);
    session.setState({ registers: [{ name: 'rax', group: 'general', value: 0n, text: '0x0', changed: false }] });
    await host.settle();
    expect(answers.length).toBe(1);
    answers[0]?.resolve({ generation: 1, stopCount: 1, answer: { kind: 'none', reason: 'Attached.' } });
    await host.settle();
    expect(fault.getState().shown).toBe(false);
  });

  it('drops what comes for a stop that is over, and tells what went wrong', async () => {
    const { answers, host, session, fault } = setup();
    session.setState({ session: state(1, stop('signal', 'SIGSEGV')) });
    session.setState({ session: state(2, stop('signal', 'SIGBUS')) });
    await host.settle();
    answers[0]?.resolve({ generation: 1, stopCount: 1, answer: explanation });
    await host.settle();
    expect(fault.getState().answer).toBeUndefined();
    answers[1]?.reject(new VmatlasError({ code: 'gdb-timeout', message: 'gdb did not answer.' }));
    await host.settle();
    expect(fault.getState()).toMatchObject({ asking: false, problem: { code: 'gdb-timeout' } });
  });
});
