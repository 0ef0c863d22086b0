import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DebuggerEvent } from '../../target/debugger.ts';
import { MiConnection } from '../connection/mi-connection.ts';
import { fence } from '../mi-commands/run-commands.ts';
import { Wire } from '../testing/wire.ts';
import { DeathWatch } from './death-watch.ts';
import { GoingOn } from './going-on.ts';
import { RunTracker } from './run-tracker.ts';

/** Above the kernel's limit of 2^22: nobody's. */
const NOBODY = 4_200_000;
const STARTED = `=thread-group-started,id="i1",pid="${NOBODY}"\n`;
const STOPPED = '*stopped,thread-id="1",stopped-threads="all"\n';
const STANDS = 'threads=[{id="1",target-id="process 1",state="stopped"}],current-thread-id="1"';
const RUNS = 'threads=[{id="1",target-id="process 1",state="running"}],current-thread-id="1"';

function held() {
  const wire = new Wire();
  const connection = new MiConnection(wire);
  const events: DebuggerEvent[] = [];
  const tracker = new RunTracker({ emit: (event) => events.push(event), fence: () => connection.run(fence()), breakpointChanged: () => undefined });
  connection.onAsync((record) => tracker.take(record));
  const types = (): string[] => events.map(({ type }) => type);
  /** Command by command, as gdb would see them. */
  const heard = (): string[] => wire.sent.join('').split('\n').filter((line) => line !== '').map((line) => line.replace(/^\d+/, ''));
  return { wire, connection, tracker, events, types, heard };
}

/** Promises that are settled already get their turn. */
async function turn(): Promise<void> {
  for (let times = 0; times < 20; times++) await Promise.resolve();
}

describe('a target that is taken for running', () => {
  it('is stopped when gdb says so', async () => {
    const { wire, connection, tracker, types } = held();
    wire.say(`${STARTED}*running,thread-id="all"\n`);
    const asked = new GoingOn(connection, tracker).seeIfStopped();
    await turn();
    wire.say(`1^done,${STANDS}\n(gdb) \n`);
    await asked;
    expect(tracker.state).toBe('stopped');
    expect(types()).toEqual(['target-changed', 'stopped']);
  });

  it('is not stopped by an answer of before it was let go, though both come in one piece', async () => {
    const { wire, connection, tracker, types, heard } = held();
    wire.say(STARTED);
    const asked = new GoingOn(connection, tracker).seeIfStopped();
    await turn();
    wire.say(`${STOPPED}1^done,${STANDS}\n(gdb) \n*running,thread-id="all"\n`);
    await turn();
    expect(heard()).toHaveLength(2);
    wire.say(`2^done,${RUNS}\n(gdb) \n`);
    await asked;
    expect(tracker.state).toBe('running');
    expect(types()).toEqual(['target-changed', 'stopped', 'running']);
  });

  it('stays what it is when gdb refuses to let it go on and says why', async () => {
    const { wire, connection, tracker } = held();
    wire.say(`${STARTED}${STOPPED}`);
    const going = new GoingOn(connection, tracker).goOn(() => connection.run(fence()));
    await turn();
    wire.say('*running,thread-id="all"\n1^error,msg="Cannot insert breakpoint 1."\n(gdb) \n2^done\n(gdb) \n');
    await turn();
    wire.say(`3^done,${STANDS}\n(gdb) \n`);
    await expect(going).rejects.toMatchObject({ evidence: expect.stringContaining('Cannot insert breakpoint 1.') });
    expect(tracker.state).toBe('stopped');
  });
});

describe('a stopped target that is gone', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told as ended, and gdb is made to look', async () => {
    const { wire, connection, tracker, types, heard } = held();
    wire.say(`${STARTED}${STOPPED}`);
    const watch = new DeathWatch(connection, tracker);
    await vi.advanceTimersByTimeAsync(600);
    wire.say('1^done\n(gdb) \n');
    await turn();
    expect(types()).toEqual(['target-changed', 'stopped', 'exited']);
    expect(heard().at(-1)).toMatch(/kill/);
    watch.end();
  });

  it('is left to gdb to tell when gdb is about to: a kill is under way', async () => {
    const { wire, connection, tracker, types, heard } = held();
    wire.say(`${STARTED}${STOPPED}`);
    const watch = new DeathWatch(connection, tracker);
    await vi.advanceTimersByTimeAsync(600);
    wire.say('=thread-group-exited,id="i1"\n1^done\n(gdb) \n');
    await turn();
    wire.say('2^done\n(gdb) \n');
    await turn();
    expect(types()).toEqual(['target-changed', 'stopped', 'target-changed']);
    expect(heard().some((line) => line.includes('kill'))).toBe(false);
    watch.end();
  });
});
