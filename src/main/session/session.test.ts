import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Session } from './session.ts';
import { SessionManager } from './session-manager.ts';
import { stopAt } from './testing/fake-debugger.ts';
import { FakeMachine } from './testing/fake-factories.ts';
import { FakeTarget, SMALL_MAP } from './testing/fake-target.ts';

const GROWN = SMALL_MAP.replace('8000-a000', '8000-c000');
const SPEC = { program: '/bin/tour', args: [], cwd: '/', env: {}, stopAt: 'main' };

let machine: FakeMachine;
let manager: SessionManager;
let states: SessionState[];

beforeEach(() => {
  machine = new FakeMachine();
  manager = new SessionManager(machine);
  states = [];
  manager.onState((state) => states.push(state));
});

afterEach(async () => {
  vi.useRealTimers();
  await manager.dispose();
});

async function attached(target = machine.add(new FakeTarget(100))): Promise<Session> {
  const session = await manager.observe(target.identity.pid);
  await session.attach();
  return session;
}

const settle = (): Promise<void> => new Promise((resolve) => {
  setTimeout(resolve, 5);
});

describe('a debugger that is ready', () => {
  it('is started when somebody has looked on for a moment, taken by the attach, and made once', async () => {
    vi.useFakeTimers();
    machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    await vi.advanceTimersByTimeAsync(5000);
    expect(machine.debuggers).toHaveLength(0);
    manager.setListened(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(machine.debuggers).toHaveLength(1);
    expect(session.state.gdbVersion).toBeUndefined();
    await session.attach();
    await vi.advanceTimersByTimeAsync(5000);
    expect(machine.debuggers).toHaveLength(1);
    expect(session.state.phase).toBe('stopped');
  });

  it('is replaced when it has ended meanwhile', async () => {
    vi.useFakeTimers();
    machine.add(new FakeTarget(100));
    manager.setListened(true);
    const session = await manager.observe(100);
    await vi.advanceTimersByTimeAsync(5000);
    machine.debugger.tell({ type: 'ended', error: undefined });
    await session.attach();
    expect(machine.debuggers).toHaveLength(2);
    expect(session.state.phase).toBe('stopped');
  });

  it('that cannot be started is told at the attach', async () => {
    vi.useFakeTimers();
    machine.add(new FakeTarget(100));
    machine.prepare = () => {
      throw new VmatlasError({ code: 'gdb-missing', message: 'There is no gdb.' });
    };
    manager.setListened(true);
    const session = await manager.observe(100);
    await vi.advanceTimersByTimeAsync(5000);
    expect(session.state.problem).toBeUndefined();
    await expect(session.attach()).rejects.toMatchObject({ code: 'gdb-missing' });
  });

  it('ends with the host', async () => {
    vi.useFakeTimers();
    machine.add(new FakeTarget(100));
    manager.setListened(true);
    await manager.observe(100);
    await vi.advanceTimersByTimeAsync(5000);
    const { disposed } = machine.debugger;
    await manager.dispose();
    expect([disposed, machine.debugger.disposed]).toEqual([false, true]);
  });
});

describe('observing', () => {
  it('opens without a debugger, with a first picture', async () => {
    machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    expect(states.map((state) => state.phase)).toEqual(['opening', 'observing']);
    expect(machine.debuggers).toEqual([]);
    expect(await session.picture()).toMatchObject({ generation: 1, changes: [] });
  });

  it('answers with the same session for the same process, also when asked twice at once', async () => {
    machine.add(new FakeTarget(100));
    const [one, two] = await Promise.all([manager.observe(100), manager.observe(100)]);
    expect(one).toBe(two);
    expect(await manager.observe(100)).toBe(one);
    expect(manager.list()).toHaveLength(1);
  });

  it('leaves no session behind when opening fails', async () => {
    await expect(manager.observe(5)).rejects.toMatchObject({ code: 'no-such-process' });
    expect(manager.list()).toEqual([]);
  });

  it('polls only while somebody listens, and raises the generation only when the map differs', async () => {
    vi.useFakeTimers();
    const target = machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    const changed: number[] = [];
    session.onMapChanged((generation) => changed.push(generation));
    await vi.advanceTimersByTimeAsync(5000);
    expect(target.reads).toBe(1);
    manager.setListened(true);
    await vi.advanceTimersByTimeAsync(5000);
    expect(target.reads).toBeGreaterThan(5);
    expect(session.state.generation).toBe(1);
    target.map = GROWN;
    await vi.advanceTimersByTimeAsync(2000);
    expect(session.state.generation).toBe(2);
    expect(changed).toEqual([2]);
    expect((await session.picture()).changes.map((change) => change.words)).toEqual(['[heap] grew by 8 KiB']);
    manager.setListened(false);
    const { reads } = target;
    await vi.advanceTimersByTimeAsync(5000);
    expect(target.reads).toBe(reads);
  });

  it.each([
    ['exited', 'exited', /has ended/],
    ['zombie', 'exited', /parent has not collected/],
    ['execed', 'lost', /runs another program/],
  ] as const)('tells that the process %s, and keeps the last picture', async (life, phase, words) => {
    const target = machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    target.life = life;
    await session.refresh();
    expect(session.state).toMatchObject({ phase, generation: 1 });
    expect(session.state.ending).toMatch(words);
    expect((await session.picture()).picture.regions.length).toBeGreaterThan(4);
    await expect(session.attach()).rejects.toMatchObject({ code: 'wrong-state', message: expect.stringMatching(words) as unknown });
  });

  it('learns of the end from any read', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    target.life = 'exited';
    await expect(session.withTarget((it_) => it_.readPicture())).rejects.toMatchObject({ code: 'process-exited' });
    expect(session.state.phase).toBe('exited');
  });

  it('shows a read that failed for another reason and goes on looking', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    target.failure = new VmatlasError({ code: 'permission-denied', message: 'No.' });
    await session.refresh();
    expect(session.state).toMatchObject({ phase: 'observing', problem: { code: 'permission-denied' } });
  });

  it('opens the PID anew when it belongs to another process now', async () => {
    const old = machine.add(new FakeTarget(100));
    const first = await manager.observe(100);
    old.life = 'exited';
    machine.add(new FakeTarget(100, 'other'));
    const second = await manager.observe(100);
    expect(second).not.toBe(first);
    expect(first.state.phase).toBe('exited');
    expect(second.state.target?.name).toBe('other');
  });
});

describe('attaching', () => {
  it('counts the stop of an attach once, though gdb tells it twice', async () => {
    const session = await attached();
    expect(session.state).toMatchObject({ phase: 'stopped', stopCount: 1, generation: 2, gdbVersion: '13.1' });
  });

  it('raises the generation at each stop, and once only when the map differs too', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    await session.resume('continue', undefined);
    expect(session.state.phase).toBe('running');
    target.map = GROWN;
    machine.debugger.tell({ type: 'stopped', stop: stopAt() });
    expect(session.state).toMatchObject({ phase: 'stopped', generation: 3 });
    expect(await session.picture()).toMatchObject({ generation: 3, changes: [{ kind: 'grown' }] });
    expect(session.state.generation).toBe(3);
  });

  it('says what is wrong when a command does not fit the state', async () => {
    const session = await attached();
    await expect(session.interrupt()).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(session.attach()).rejects.toMatchObject({ code: 'wrong-state', message: 'gdb is attached already.' });
    await expect(session.kill()).rejects.toMatchObject({ code: 'wrong-state', message: expect.stringContaining('not started from here') as unknown });
    await session.resume('continue', undefined);
    await expect(session.resume('continue', undefined)).rejects.toMatchObject({ code: 'target-running', remedy: 'Interrupt it first.' });
    await session.detach();
    await expect(session.detach()).rejects.toMatchObject({ code: 'not-attached' });
    await expect(session.interrupt()).rejects.toMatchObject({ code: 'not-attached' });
  });

  it('goes back to looking after a detach, keeps the console, and attaches with the same gdb again', async () => {
    const session = await attached();
    await session.detach();
    expect(session.state).toMatchObject({ phase: 'observing', gdbVersion: '13.1' });
    expect(session.state.capabilities).toContain('console');
    await session.attach();
    expect(session.state).toMatchObject({ phase: 'stopped', stopCount: 2 });
    expect(machine.debuggers).toHaveLength(1);
  });

  it('stays looking when gdb refuses, and ends the gdb it started for it', async () => {
    machine.add(new FakeTarget(100));
    const session = await manager.observe(100);
    machine.prepare = (made) => {
      made.refuse = new VmatlasError({ code: 'already-traced', message: 'Another debugger is attached.' });
    };
    await expect(session.attach()).rejects.toMatchObject({ code: 'already-traced' });
    expect(session.state).toMatchObject({ phase: 'observing', gdbVersion: undefined });
    expect(machine.debugger.disposed).toBe(true);
  });

  it('interrupts a running process and answers once it has stopped', async () => {
    const session = await attached();
    await session.resume('continue', undefined);
    await session.interrupt();
    expect(session.state).toMatchObject({ phase: 'stopped', stop: { reason: 'interrupted' } });
  });

  it('looks on, with the reason, when gdb dies and the process lives', async () => {
    const session = await attached();
    machine.debugger.tell({ type: 'ended', error: new VmatlasError({ code: 'gdb-ended', message: 'gdb was killed by SIGKILL.' }) });
    expect(session.state).toMatchObject({ phase: 'observing', gdbVersion: undefined, problem: { code: 'gdb-ended' } });
    await session.attach();
    expect(session.state).toMatchObject({ phase: 'stopped', problem: undefined });
    expect(machine.debuggers).toHaveLength(2);
  });

  it('tells the end when gdb dies and the process with it', async () => {
    vi.useFakeTimers();
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    target.life = 'exited';
    machine.debugger.tell({ type: 'ended', error: new VmatlasError({ code: 'gdb-ended', message: 'gdb was killed.' }) });
    expect(session.state).toMatchObject({ phase: 'exited', problem: { code: 'gdb-ended' } });
  });

  it("takes gdb's words for the end, not the poorer ones of /proc that come first", async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    await session.resume('continue', undefined);
    target.life = 'zombie';
    await session.refresh();
    expect(session.state.phase).toBe('running');
    machine.debugger.tell({ type: 'exited', words: 'exited with status 3' });
    expect(session.state).toMatchObject({ phase: 'exited', ending: 'exited with status 3' });
  });

  it('notices that a stopped process was killed, without reading its map again and again', async () => {
    vi.useFakeTimers();
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    manager.setListened(true);
    const { reads } = target;
    await vi.advanceTimersByTimeAsync(5000);
    expect(target.reads).toBe(reads);
    target.life = 'exited';
    await vi.advanceTimersByTimeAsync(5000);
    expect(session.state.phase).toBe('exited');
  });

  it("takes /proc's word when gdb says nothing", async () => {
    vi.useFakeTimers();
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    await session.resume('continue', undefined);
    target.life = 'zombie';
    await session.refresh();
    await vi.advanceTimersByTimeAsync(5000);
    expect(session.state.phase).toBe('exited');
  });

  it('follows an exec under gdb to the new program', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    await session.resume('continue', undefined);
    target.life = 'execed';
    machine.add(new FakeTarget(100, 'other'));
    machine.debugger.tell({ type: 'stopped', stop: stopAt() });
    await settle();
    expect(session.state).toMatchObject({ phase: 'stopped', target: { name: 'other' }, generation: 4 });
    expect((await session.picture()).generation).toBe(4);
    expect(target.disposed).toBe(true);
  });
});

describe('what the user types in the console', () => {
  it('follows detach and attach', async () => {
    const session = await attached();
    machine.debugger.tell({ type: 'target-changed', pid: undefined });
    expect(session.state.phase).toBe('observing');
    machine.debugger.tell({ type: 'target-changed', pid: 100 });
    machine.debugger.tell({ type: 'stopped', stop: stopAt('Attached') });
    await settle();
    expect(session.state).toMatchObject({ phase: 'stopped', stopCount: 2, launched: false, stop: { words: 'Attached' } });
  });

  it('follows run to the new process, as one of ours', async () => {
    const session = await attached();
    machine.add(new FakeTarget(300, 'fresh'));
    machine.ownChildren.add(300);
    machine.debugger.tell({ type: 'target-changed', pid: 300 });
    machine.debugger.tell({ type: 'running' });
    await settle();
    expect(session.state).toMatchObject({ phase: 'running', target: { pid: 300, name: 'fresh' }, launched: true });
    machine.debugger.tell({ type: 'stopped', stop: stopAt() });
    expect(session.state).toMatchObject({ phase: 'stopped', stopCount: 2 });
  });

  it('follows run after the program ended', async () => {
    machine.add(new FakeTarget(200));
    const session = await manager.launch(SPEC);
    machine.debugger.tell({ type: 'exited', words: 'exited with status 0' });
    expect(session.state.phase).toBe('exited');
    machine.add(new FakeTarget(201));
    machine.ownChildren.add(201);
    machine.debugger.tell({ type: 'target-changed', pid: 201 });
    machine.debugger.tell({ type: 'stopped', stop: stopAt() });
    await settle();
    expect(session.state).toMatchObject({ phase: 'stopped', target: { pid: 201 }, ending: undefined });
  });

  it('follows kill and quit', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    target.life = 'exited';
    machine.debugger.tell({ type: 'target-changed', pid: undefined });
    expect(session.state.phase).toBe('exited');
    machine.debugger.tell({ type: 'ended', error: undefined });
    expect(session.state).toMatchObject({ phase: 'exited', gdbVersion: undefined, problem: undefined });
  });

  it('looks on after quit while attached', async () => {
    const session = await attached();
    machine.debugger.tell({ type: 'ended', error: undefined });
    expect(session.state).toMatchObject({ phase: 'observing', problem: undefined });
  });

  it('says so when the process it was sent to cannot be opened', async () => {
    const session = await attached();
    machine.debugger.tell({ type: 'target-changed', pid: 999 });
    await settle();
    expect(session.state.problem).toMatchObject({ code: 'no-such-process' });
  });
});

describe('launching', () => {
  it('opens the target on the launched PID, stopped once', async () => {
    machine.add(new FakeTarget(200));
    const session = await manager.launch(SPEC);
    expect(session.state).toMatchObject({ phase: 'stopped', launched: true, stopCount: 1, generation: 1, target: { pid: 200 } });
    expect(session.state.capabilities).toContain('kill');
    const early = session.terminals.get('program')?.open(80, 24);
    expect(new TextDecoder().decode(early)).toBe('early ');
  });

  it('runs on when no place to stop was named', async () => {
    machine.add(new FakeTarget(200));
    const session = await manager.launch({ ...SPEC, stopAt: '' });
    expect(session.state).toMatchObject({ phase: 'running', stopCount: 0 });
  });

  it('says in words that a program ended before it could be looked at', async () => {
    machine.prepare = (made) => {
      made.launch = async () => {
        made.tell({ type: 'exited', words: 'exited with status 1' });
        return { pid: 200, stop: undefined };
      };
    };
    await expect(manager.launch(SPEC)).rejects.toMatchObject({ code: 'launch-failed', message: '/bin/tour exited with status 1 before it could be looked at.' });
    expect(machine.debugger.disposed).toBe(true);
    expect(manager.list()).toEqual([]);
  });

  it('kills what it launched', async () => {
    machine.add(new FakeTarget(200));
    const session = await manager.launch(SPEC);
    await session.kill();
    expect(session.state).toMatchObject({ phase: 'exited', ending: 'killed by SIGKILL (Killed)' });
  });
});

describe('closing', () => {
  it('lets an attached process run on and gives everything back', async () => {
    const target = machine.add(new FakeTarget(100));
    const session = await attached(target);
    const closed: string[] = [];
    manager.onClosed((id) => closed.push(id));
    await manager.close(session.id);
    expect(session.state).toMatchObject({ phase: 'detached', ending: 'runs on' });
    expect(machine.debugger.disposed).toBe(true);
    expect(target.disposed).toBe(true);
    expect(closed).toEqual([session.id]);
    expect(() => manager.get(session.id)).toThrow(/closed/);
  });

  it('ends a launched program', async () => {
    const target = machine.add(new FakeTarget(200));
    const session = await manager.launch(SPEC);
    const ended = machine.debugger.dispose.bind(machine.debugger);
    machine.debugger.dispose = async () => {
      target.life = 'exited';
      await ended();
    };
    await manager.close(session.id);
    expect(session.state.phase).toBe('exited');
  });

  it('leaves nothing open when it is closed in the middle of a launch', async () => {
    const target = machine.add(new FakeTarget(200));
    let open: () => void = () => undefined;
    target.barrier = new Promise((resolve) => {
      open = resolve;
    });
    const launching = manager.launch(SPEC);
    launching.catch(() => undefined);
    await settle();
    const disposing = manager.dispose();
    await settle();
    open();
    await disposing;
    expect(target.disposed).toBe(true);
    expect(machine.debugger.disposed).toBe(true);
    expect(manager.list()).toEqual([]);
  });

  it('does not wait for ever for a gdb that hangs', async () => {
    vi.useFakeTimers();
    const session = await attached();
    machine.debugger.dispose = () => new Promise<void>(() => undefined);
    const closing = manager.dispose();
    await vi.advanceTimersByTimeAsync(60_000);
    await closing;
    expect(session.state.phase).toBe('detached');
  });
});
