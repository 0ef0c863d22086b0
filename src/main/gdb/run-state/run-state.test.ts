import { describe, expect, it } from 'vitest';
import type { DebuggerEvent } from '../../target/debugger.ts';
import { MiTuple } from '../mi-parser/mi-record.ts';
import { MiStream } from '../mi-parser/mi-stream.ts';
import { deathWords } from './death-watch.ts';
import { RunTracker } from './run-tracker.ts';
import { endingWords, readStop, type StopContext } from './stop-info.ts';

function asyncRecords(text: string) {
  return new MiStream().push(new TextEncoder().encode(text)).flatMap((record) => (record.kind === 'async' ? [record] : []));
}

function stop(results: string, context: StopContext = { attaching: false, interrupting: false }) {
  const [record] = asyncRecords(`*stopped,${results},thread-id="2",stopped-threads="all"\n`);
  if (record === undefined) throw new Error('not a stop');
  return readStop(record.results, context);
}

describe('stops in words', () => {
  it.each([
    ['reason="breakpoint-hit",disp="keep",bkptno="1"', 'breakpoint', 'Stopped at breakpoint 1'],
    ['reason="breakpoint-hit",disp="del",bkptno="7"', 'breakpoint', 'Stopped at temporary breakpoint 7'],
    ['reason="watchpoint-trigger",wpt={number="2",exp="x"},value={old="1",new="2"}', 'watchpoint', 'Stopped by watchpoint 2 on x'],
    ['reason="read-watchpoint-trigger",hw-rwpt={number="3",exp="y"}', 'watchpoint', 'Stopped by watchpoint 3 on y'],
    ['reason="access-watchpoint-trigger",hw-awpt={number="4",exp="*p"}', 'watchpoint', 'Stopped by watchpoint 4 on *p'],
    ['reason="watchpoint-scope",wpnum="5"', 'watchpoint', 'Watchpoint 5 went out of scope'],
    ['reason="end-stepping-range"', 'step', 'Stopped after a step'],
    ['reason="function-finished"', 'step', 'Returned from the function'],
    ['reason="signal-received",signal-name="SIGSEGV",signal-meaning="Segmentation fault"', 'signal', 'Stopped by SIGSEGV'],
    ['reason="signal-received",signal-name="SIGSTOP",signal-meaning="Stopped (signal)"', 'signal', 'Stopped by SIGSTOP'],
    ['reason="exec",new-exec="/bin/true"', 'exec', 'Became another program: /bin/true'],
    ['reason="fork",disp="keep",bkptno="2",newpid="7"', 'catchpoint', 'Stopped at catchpoint 2: fork, new process 7'],
    ['reason="syscall-entry",bkptno="2"', 'catchpoint', 'Stopped at catchpoint 2: about to call the kernel'],
    ['reason="something-new"', 'other', 'Stopped: something-new'],
    ['frame={addr="0x1"}', 'other', 'Stopped'],
  ])('%s', (results, reason, words) => {
    expect(stop(results)).toMatchObject({ reason, words, threadId: 2 });
  });

  it('our own attach and interrupt', () => {
    expect(stop('frame={addr="0x1"}', { attaching: true, interrupting: false })).toMatchObject({ reason: 'attached', frame: { pc: 1n } });
    expect(stop('reason="signal-received",signal-name="SIGSTOP",signal-meaning="Stopped (signal)"', { attaching: false, interrupting: true })).toMatchObject({ reason: 'interrupted', words: 'Stopped on request' });
    expect(stop('reason="signal-received",signal-name="SIGSEGV",signal-meaning="x"', { attaching: false, interrupting: true })).toMatchObject({ reason: 'signal' });
  });

  it('signals that were passed on the way are not why it stopped, nor why it ended', () => {
    const passed = 'reason="signal-received",signal-name="SIGUSR1",signal-meaning="User defined signal 1",';
    expect(stop(`${passed}${passed}reason="fork",disp="keep",bkptno="2",newpid="7"`)).toMatchObject({ reason: 'catchpoint', breakpoint: '2', signal: undefined, words: 'Stopped at catchpoint 2: fork, new process 7', threadId: 2 });
    // The number of a C++ catchpoint comes before the reason.
    for (const before of ['', passed, passed + passed]) {
      expect(stop(`${before}bkptno="2",reason="breakpoint-hit",disp="keep",frame={addr="0x1"}`)).toMatchObject({ reason: 'breakpoint', breakpoint: '2', signal: undefined, frame: { pc: 1n } });
    }
    expect(endingWords(asyncRecords(`*stopped,${passed}reason="exited",exit-code="03"\n`)[0]?.results ?? new MiTuple([], []))).toBe('exited with status 3');
  });

  it('an instruction that gdb cannot record', () => {
    const none = 'reason="signal-received",signal-name="0",signal-meaning="Signal 0"';
    expect(stop(none, { attaching: false, interrupting: false, recording: true })).toMatchObject({ reason: 'other', signal: undefined, words: expect.stringContaining('cannot record') as string });
    expect(stop(none, { attaching: false, interrupting: true, recording: true })).toMatchObject({ reason: 'interrupted' });
  });

  it('ends; statuses are octal', () => {
    const words = (text: string): string | undefined => endingWords(asyncRecords(`*stopped,${text}\n`)[0]?.results ?? (() => { throw new Error('no stop'); })());
    expect(words('reason="exited-normally"')).toBe('exited with status 0');
    expect(words('reason="exited",exit-code="052"')).toBe('exited with status 42');
    expect(words('reason="exited-signalled",signal-name="SIGSEGV",signal-meaning="Segmentation fault"')).toBe('killed by SIGSEGV (Segmentation fault)');
    expect(words('reason="breakpoint-hit"')).toBeUndefined();
  });

  it('a living process has no way it died', () => {
    expect(deathWords(process.pid)).toBe('exited with status 0');
    expect(deathWords(4_100_000)).toBe('ended');
  });
});

function tracked() {
  const events: DebuggerEvent[] = [];
  const fences: (() => void)[] = [];
  const tracker = new RunTracker({ emit: (event) => events.push(event), fence: () => new Promise((resolve) => fences.push(resolve)), breakpointChanged: () => undefined });
  return {
    tracker,
    events,
    say: (text: string) => {
      for (const record of asyncRecords(text)) tracker.take(record);
    },
    passFences: async () => {
      for (const pass of fences.splice(0)) pass();
      await Promise.resolve();
      await Promise.resolve();
    },
    types: () => events.map(({ type }) => type),
  };
}

const STARTED = '=thread-group-started,id="i1",pid="812"\n';

describe('run state', () => {
  it('a run: started, running, stopped, exited', async () => {
    const { tracker, say, types, passFences, events } = tracked();
    say(`=thread-group-added,id="i1"\n${STARTED}=thread-created,id="1",group-id="i1"\n*running,thread-id="all"\n`);
    expect([tracker.state, tracker.pid]).toEqual(['running', 812]);
    say('*stopped,reason="breakpoint-hit",disp="keep",bkptno="1",thread-id="1"\n');
    expect(tracker.state).toBe('stopped');
    say('*running,thread-id="1"\n*running,thread-id="2"\n');
    say('=thread-exited,id="1",group-id="i1"\n=thread-group-exited,id="i1",exit-code="0"\n*stopped,reason="exited-normally"\n');
    await passFences();
    expect([tracker.state, tracker.pid]).toEqual(['none', undefined]);
    expect(types()).toEqual(['target-changed', 'threads-changed', 'stopped', 'running', 'threads-changed', 'exited']);
    expect(events.at(-1)).toEqual({ type: 'exited', words: 'exited with status 0' });
  });

  it('a detach or kill, which tell nothing but the end of the group', async () => {
    const { tracker, say, types, passFences, events } = tracked();
    say(`${STARTED}*stopped,thread-id="1"\n=thread-group-exited,id="i1"\n`);
    expect(tracker.state).toBe('none');
    expect(types()).toEqual(['target-changed', 'stopped']);
    await passFences();
    expect(events.at(-1)).toEqual({ type: 'target-changed', pid: undefined });
  });

  it('a death behind gdb\'s back is told once', async () => {
    const { tracker, say, types, passFences } = tracked();
    say(`${STARTED}*stopped,thread-id="1"\n`);
    tracker.died('killed by SIGKILL (Killed)');
    say('=thread-group-exited,id="i1"\n');
    await passFences();
    expect(types()).toEqual(['target-changed', 'stopped', 'exited']);
    expect(tracker.state).toBe('none');
  });

  it('several inferiors: the one that runs or stops counts, then the one that is left', async () => {
    const { tracker, say, passFences, events } = tracked();
    say(`${STARTED}=thread-created,id="1",group-id="i1"\n=thread-group-started,id="i2",pid="900"\n=thread-created,id="2",group-id="i2"\n*running,thread-id="all"\n`);
    expect(tracker.pid).toBe(812);
    say('*running,thread-id="2"\n');
    expect(tracker.pid).toBe(900);
    say('=thread-group-exited,id="i2"\n');
    await passFences();
    expect(tracker.pid).toBe(812);
    expect(events.at(-1)).toEqual({ type: 'target-changed', pid: 812 });
  });

  it('selection, memory and libraries; lines that make no sense change nothing', () => {
    const { say, events } = tracked();
    say('=thread-selected,id="2",frame={level="3",addr="0x1"}\n=memory-changed,thread-group="i1",addr="0x000000000040",len="0x10"\n=library-loaded,id="x"\n=memory-changed,addr="nowhere",len="4"\n=cmd-param-changed,param="x",value="y"\n');
    expect(events).toEqual([{ type: 'selected', threadId: 2, frameLevel: 3 }, { type: 'memory-changed', start: 0x40n, lengthBytes: 16n }, { type: 'libraries-changed' }, { type: 'settled' }]);
  });
});
