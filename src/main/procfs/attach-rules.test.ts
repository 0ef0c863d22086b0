import { describe, expect, it } from 'vitest';
import { whyNotAttach, whyNotOpen, type ProcessFacts, type Viewer } from './attach-rules.ts';
import { parseStatus } from './status.ts';

const ada: Viewer = { uid: 1000, pid: 50, mayTraceAnyone: false, ptraceScope: 0 };
const root: Viewer = { ...ada, uid: 0, mayTraceAnyone: true };

function processOf(more: Partial<ProcessFacts> & { uid?: number; tracer?: number }): ProcessFacts {
  const { uid = 1000, tracer = 0, ...facts } = more;
  return {
    pid: 99, state: 'S', status: parseStatus(`State:\t${more.state === 'Z' ? 'Z (zombie)' : 'S (sleeping)'}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\nTracerPid:\t${tracer}\n`), user: 'ada',
    kernelThread: false, is32Bit: false, hasLiveThread: more.state !== 'Z', tracerName: undefined, ancestors: [1], ...facts,
  };
}

describe('whyNotOpen', () => {
  it('has nothing against a process of one’s own', () => expect(whyNotOpen(processOf({}), ada)).toBeUndefined());
  it('names the owner of another’s', () => {
    const why = whyNotOpen(processOf({ uid: 0, user: 'root' }), ada);
    expect(why?.code).toBe('permission-denied');
    expect(why?.message).toContain('root');
    expect(why?.remedy).toContain('root');
  });
  it('lets the privileged look at everyone', () => expect(whyNotOpen(processOf({ uid: 7 }), root)).toBeUndefined());
  it('refuses a set-uid program whose ids differ', () => {
    const status = parseStatus('Uid:\t1000\t0\t0\t0\n');
    expect(whyNotOpen(processOf({ status }), ada)?.code).toBe('permission-denied');
  });
  it.each([
    [{ kernelThread: true }, 'process-is-kernel-thread'],
    [{ state: 'Z' }, 'process-is-zombie'],
    [{ is32Bit: true }, 'not-64-bit'],
  ] as const)('refuses %o even to root', (more, code) => expect(whyNotOpen(processOf(more), root)?.code).toBe(code));
  it('opens a process whose first thread is dead and others live', () => expect(whyNotOpen(processOf({ state: 'Z', hasLiveThread: true }), ada)).toBeUndefined());
});

describe('whyNotAttach', () => {
  it('has nothing against a plain process', () => expect(whyNotAttach(processOf({}), ada)).toBeUndefined());
  it('names the debugger that is there already', () => {
    const why = whyNotAttach(processOf({ tracer: 812, tracerName: 'strace' }), root);
    expect(why).toMatchObject({ code: 'already-traced', evidence: 'TracerPid: 812' });
    expect(why?.message).toContain("812 'strace'");
  });
  it('follows Yama: only descendants at 1, root at 2, nobody at 3', () => {
    const scoped = { ...ada, ptraceScope: 1 };
    expect(whyNotAttach(processOf({}), scoped)?.remedy).toContain('ptrace_scope=0');
    expect(whyNotAttach(processOf({ ancestors: [60, 50, 1] }), scoped)).toBeUndefined();
    expect(whyNotAttach(processOf({}), { ...root, ptraceScope: 2 })).toBeUndefined();
    expect(whyNotAttach(processOf({}), { ...ada, ptraceScope: 2 })?.code).toBe('attach-refused');
    expect(whyNotAttach(processOf({}), { ...root, ptraceScope: 3 })?.code).toBe('attach-refused');
  });
  it('will not stop itself', () => expect(whyNotAttach(processOf({ pid: 50 }), root)?.code).toBe('attach-refused'));
});
