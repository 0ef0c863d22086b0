import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { lineOf, phasesProgram } from '../testing/phases.ts';
import { tickerProgram } from './testing/ticker.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { LiveHost } from './testing/live-host.ts';
import { until } from './testing/process-truth.ts';

let host: LiveHost;
let sessionId: string;
let program: RunningProgram | undefined;

beforeEach(() => {
  host = new LiveHost();
});

afterEach(async () => {
  await host.dispose();
  await program?.stop();
  program = undefined;
});

async function launch(mode = '', stopAt = 'main'): Promise<void> {
  const state = await host.calls.sessions.launch({ program: phasesProgram(), args: mode === '' ? [] : [mode], cwd: '', env: {}, stopAt }, host.context);
  sessionId = state.sessionId;
}

const phase = (): string => host.state(sessionId).phase;
const pid = (): number => host.state(sessionId).target?.pid ?? 0;
const state = (field: string): string | undefined => new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid()}/status`, 'utf8'))?.[1];

describe('run control through the services', () => {
  it('starts a program again, also after it has ended, with its breakpoints and a new picture', async () => {
    await launch();
    const first = pid();
    const made = await host.calls.debug.insertBreakpoint({ sessionId, location: 'work' }, host.context);
    const again = await host.calls.sessions.restart({ sessionId }, host.context);
    expect(again).toMatchObject({ phase: 'stopped', launched: true, stop: { frame: { function: 'main' } } });
    expect(pid()).not.toBe(first);
    await host.calls.debug.enableBreakpoint({ sessionId, number: made.number, enabled: false }, host.context);
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await host.untilState(sessionId, 'the end', (now) => now.phase === 'exited');
    expect(host.state(sessionId).ending).toBe('exited with status 3');
    expect(await host.calls.sessions.restart({ sessionId }, host.context)).toMatchObject({ phase: 'stopped', ending: undefined });
    expect((await host.calls.debug.breakpoints({ sessionId }, host.context)).map(({ number, enabled }) => [number, enabled])).toEqual([[made.number, false]]);
    // Its memory is read anew: the new process has its own places.
    const { address } = await host.calls.locate.resolve({ sessionId, text: '&plain', threadId: 1, frameLevel: 0 }, host.context);
    const { ranges } = await host.calls.memory.read({ sessionId, start: address, lengthBytes: 8, touchNotPresent: true }, host.context);
    expect(ranges[0]?.kind).toBe('valid');
  });

  it('never starts again what it only attached to', async () => {
    program = await runProgram(tickerProgram());
    ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
    await host.calls.sessions.attach({ sessionId }, host.context);
    await expect(host.calls.sessions.restart({ sessionId }, host.context)).rejects.toMatchObject({ code: 'wrong-state', remedy: expect.any(String) as string });
    expect(phase()).toBe('stopped');
    expect(state('State')).toMatch(/^t/);
  });

  it('runs to a place and says when gdb does not know it', async () => {
    await launch();
    await host.calls.sessions.runTo({ sessionId, location: `phases.c:${lineOf('work-after')}`.replace('phases.c', `${phasesProgram()}.c`), threadId: 1 }, host.context);
    await host.untilState(sessionId, 'the place', (now) => now.stop?.frame?.source?.line === lineOf('work-after'));
    await expect(host.calls.sessions.runTo({ sessionId, location: 'nowhere' }, host.context)).rejects.toMatchObject({ code: 'unknown-location' });
    expect(phase()).toBe('stopped');
  });

  it('marks watched bytes on the map and refuses what cannot be watched', async () => {
    await launch();
    const { address } = await host.calls.locate.resolve({ sessionId, text: '&table', threadId: 1, frameLevel: 0 }, host.context);
    const range = { start: address, end: toAddress(address + 16n) };
    const made = await host.calls.debug.insertWatchpoint({ sessionId, subject: { kind: 'range', range }, access: 'write' }, host.context);
    expect(made.watched).toEqual(range);
    const { marks } = await host.calls.map.snapshot({ sessionId }, host.context);
    expect(marks).toContainEqual(expect.objectContaining({ kind: 'breakpoint', address, label: made.number }));
    await expect(host.calls.debug.insertWatchpoint({ sessionId, subject: { kind: 'range', range: { start: address, end: toAddress(address + 4096n) } }, access: 'write' }, host.context)).rejects.toMatchObject({ code: 'cannot-watch' });
    // What reaches gdb's command line is checked before anything is asked.
    const refused = expect.objectContaining({ code: 'invalid-argument' }) as Error;
    expect(() => host.calls.debug.insertWatchpoint({ sessionId, subject: { kind: 'range', range: { start: address, end: address } }, access: 'write' }, host.context)).toThrow(refused);
    expect(() => host.calls.debug.insertCatchpoint({ sessionId, kind: 'syscall', what: ['write\nquit'] }, host.context)).toThrow(refused);
    expect(() => host.calls.debug.handleSignal({ sessionId, name: 'SIGUSR1 nostop\nquit', stop: true }, host.context)).toThrow(refused);
  });

  it('asks back before rip or rsp go where the program would die', async () => {
    await launch();
    const set = (name: string, value: bigint, confirmed?: boolean) =>
      host.calls.debug.setRegister({ sessionId, threadId: 1, frameLevel: 0, name, value, ...(confirmed === undefined ? {} : { confirmed }) }, host.context);
    await expect(set('rip', 0n)).rejects.toMatchObject({ code: 'needs-confirmation', evidence: expect.stringContaining('not mapped') as string });
    await expect(set('rsp', 0x1000n)).rejects.toMatchObject({ code: 'needs-confirmation' });
    expect((await set('rip', 0n, true)).registers.find(({ name }) => name === 'rip')?.value).toBe(0n);
    expect(() => set('rax\n', 1n)).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error);
  });

  it('lists threads with state, pc and stack, with gdb and without', async () => {
    program = await runProgram(tickerProgram());
    ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
    const free = await host.calls.debug.threadPlaces({ sessionId }, host.context);
    expect(free.threads.map(({ id }) => id)).toEqual(free.threads.map(() => undefined));
    await host.calls.sessions.attach({ sessionId }, host.context);
    const { threads } = await host.calls.debug.threadPlaces({ sessionId }, host.context);
    expect(threads[0]).toMatchObject({ id: 1, tid: program.pid, state: 'stopped', stack: { label: expect.stringContaining('stack') as string } });
    const first = await host.calls.debug.registers({ sessionId, threadId: 1, frameLevel: 0 }, host.context);
    const named = new Map(first.registers.map(({ name, value }) => [name, value]));
    expect([threads[0]?.pc, threads[0]?.sp]).toEqual([named.get('rip'), named.get('rsp')]);
    for (const { sp, stack } of threads) expect(sp !== undefined && stack !== undefined && stack.start <= sp && sp < stack.end).toBe(true);
  });
});

// ── buttons and console ───────────────────────────────────────────────────────────────────────────────────────────

const ROUNDS = 4;
const STEPS = 16;
const MOST_MS = 45_000;

/** A small generator of numbers in [0, 1): the same seed, the same walk (mulberry32). */
function randomFrom(seed: number): () => number {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const RESUMES = ['continue', 'step-over', 'step-into', 'step-out', 'step-instruction', 'next-instruction', 'until'] as const;
const TYPED = ['continue', 'next', 'step', 'finish', 'stepi', 'nexti', 'until', 'break leaf', 'tbreak work', 'hbreak leaf', 'watch plain', 'delete', 'disable', 'enable', 'handle SIGUSR1 nostop', 'handle SIGUSR1 stop print', 'set $r12 = 99', 'run', 'up', 'set follow-fork-mode child', 'set follow-fork-mode parent', 'tbreak nowhere', 'nonsense'] as const;
const PRESSED = [...RESUMES, 'break', 'hardware', 'watch', 'delete', 'disable', 'run to', 'restart', 'signal', 'choose', 'condition'] as const;

async function press(button: (typeof PRESSED)[number]): Promise<void> {
  const { debug, sessions } = host.calls;
  const [first] = await debug.breakpoints({ sessionId }, host.context);
  switch (button) {
    case 'break': return void (await debug.insertBreakpoint({ sessionId, location: 'leaf' }, host.context));
    case 'hardware': return void (await debug.insertBreakpoint({ sessionId, location: 'work', hardware: true }, host.context));
    case 'watch': return void (await debug.insertWatchpoint({ sessionId, subject: { kind: 'expression', expression: 'plain', threadId: undefined, frameLevel: undefined }, access: 'access' }, host.context));
    case 'delete': return void (first && (await debug.removeBreakpoint({ sessionId, number: first.number }, host.context)));
    case 'disable': return void (first && (await debug.enableBreakpoint({ sessionId, number: first.number, enabled: !first.enabled }, host.context)));
    case 'condition': return void (first && (await debug.editBreakpoint({ sessionId, number: first.number, ignoreCount: 1 }, host.context)));
    case 'run to': return void (await sessions.runTo({ sessionId, location: 'leaf' }, host.context));
    case 'restart': return void (await sessions.restart({ sessionId }, host.context));
    case 'signal': return void (await debug.handleSignal({ sessionId, name: 'SIGUSR1', stop: false }, host.context));
    case 'choose': return void (await debug.choose({ sessionId, followFork: 'child' }, host.context));
    default: return void (await sessions.resume({ sessionId, kind: button }, host.context));
  }
}

/** What gdb itself prints, through its console: number, on or off. */
async function consoleBreakpoints(): Promise<string[]> {
  const from = host.printed('gdb').length;
  await host.type(sessionId, 'gdb', 'info breakpoints\necho <done>\\n\n');
  await until('info breakpoints', () => /<done>\r?\n/.test(host.printed('gdb').slice(from)));
  return [...host.printed('gdb').slice(from).matchAll(/^(\d+)\s+(?:breakpoint|hw|acc|read|catchpoint)\b.*?\s(?:keep|del|dis)\s+([yn])\s/gm)].map(([, number, enabled]) => `${number}${enabled}`);
}

const kernelSays = (): 'stopped' | 'running' | 'gone' => {
  try {
    return state('State')?.startsWith('t') === true ? 'stopped' : 'running';
  } catch {
    return 'gone';
  }
};

/** What the window shows, what gdb says and what the kernel says are one. */
async function agree(trail: readonly string[]): Promise<void> {
  const told = (): string => `${trail.join(' → ')}; session ${phase()}, kernel ${kernelSays()}; console: ${host.printed('gdb').slice(-600)}`;
  // A short step: running to the kernel and to gdb, then stopped to both.
  let same = 0;
  await until(told(), () => {
    same = phase() === kernelSays() ? same + 1 : 0;
    return same >= 3;
  });
  if (phase() !== 'stopped') return;
  const shown = (await host.calls.debug.breakpoints({ sessionId }, host.context)).map(({ number, enabled }) => `${number}${enabled ? 'y' : 'n'}`);
  const seen = { breakpoints: await consoleBreakpoints() };
  const { threads } = await host.calls.debug.threads({ sessionId }, host.context);
  const { registers } = await host.calls.debug.registers({ sessionId, threadId: 1, frameLevel: 0 }, host.context);
  // The kernel's own word for where the main thread is: the last field of its syscall file.
  const pc = BigInt(readFileSync(`/proc/${pid()}/task/${pid()}/syscall`, 'utf8').trim().split(' ').at(-1) ?? 0);
  const rip = registers.find(({ name }) => name === 'rip')?.value;
  // The trail is part of what is compared, so that a failure tells how it came about.
  expect({ trail, ...seen, rip, threads: threads.map(({ state: one }) => one) }).toEqual({ trail, breakpoints: shown, rip: pc, threads: threads.map(() => 'stopped') });
}

describe('buttons and console', () => {
  it('agree in every order of use', { timeout: 180_000 }, async () => {
    const seed = Number(process.env['VMATLAS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`buttons and console: VMATLAS_SEED=${seed}`);
    const random = randomFrom(seed);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] ?? (all[0] as T);
    const deadline = performance.now() + MOST_MS;
    let done = 0;
    for (let round = 0; round < ROUNDS && performance.now() < deadline; round++) {
      await launch('spin');
      await host.openTerminal(sessionId, 'gdb');
      // The console asks back before it runs a program again or deletes all breakpoints.
      await host.type(sessionId, 'gdb', 'set confirm off\n');
      const trail: string[] = [`seed ${seed} round ${round}`];
      for (let step = 0; step < STEPS; step++) {
        const runs = phase() === 'running';
        const typed = random() < 0.5;
        if (runs && random() < 0.6) {
          trail.push(typed ? 'Ctrl-C' : '[pause]');
          if (typed) await host.type(sessionId, 'gdb', '\u0003');
          else await Promise.resolve(host.calls.sessions.interrupt({ sessionId }, host.context)).catch(expectRefusal);
        } else if (typed && !runs) {
          const line = pick(TYPED);
          trail.push(line);
          const from = host.printed('gdb').length;
          await host.type(sessionId, 'gdb', `${line}\n`);
          // It is carried out once gdb shows its prompt again, or says that the program goes on.
          await until(`${trail.join(' → ')}: done`, () => /\(gdb\) $|Continuing|Starting program|Run till/.test(stripped(host.printed('gdb').slice(from + line.length))) || phase() === 'running');
        } else {
          const button = pick(PRESSED);
          trail.push(`[${button}]`);
          await press(button).catch(expectRefusal);
        }
        await agree(trail);
        done++;
      }
      await host.calls.sessions.close({ sessionId }, host.context);
    }
    expect(done).toBeGreaterThanOrEqual(STEPS);
  });
});

/** Some wishes make no sense where the walk is; they are refused in words, and nothing changes. */
function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(VmatlasError);
  expect((error as VmatlasError).code).not.toBe('internal');
}

function stripped(printed: string): string {
  // oxlint-disable-next-line no-control-regex
  return printed.replaceAll(/\u001B\[[0-9;?]*[a-zA-Z]/g, '');
}
