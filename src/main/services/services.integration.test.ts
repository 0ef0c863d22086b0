import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { toAddress, type Address } from '../../shared/address/address.ts';
import { RegionTable } from '../../shared/model/region-table.ts';
import type { RegionKind } from '../../shared/model/region.ts';
import { scratchFolder } from '../testing/compile.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { LiveHost } from './testing/live-host.ts';
import { isAlive, isRunningFree, readMemory, statusField, textAndFile, until } from './testing/process-truth.ts';
import { tickerProgram } from './testing/ticker.ts';

let demo = '';
let host: LiveHost;
let program: RunningProgram | undefined;

beforeAll(() => {
  demo = join(scratchFolder(), 'tour');
  execFileSync('cc', ['-g', '-O0', '-o', demo, join(import.meta.dirname, '../../../resources/demo/tour.c'), '-pthread']);
});

beforeEach(() => {
  host = new LiveHost(demo);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await host.dispose();
  await program?.stop();
  program = undefined;
});

async function observeTicker(): Promise<{ sessionId: string; held: RunningProgram }> {
  const held = await runProgram(tickerProgram());
  program = held;
  const { sessionId } = await host.calls.sessions.observe({ pid: held.pid }, host.context);
  return { sessionId, held };
}

async function attachTicker(): Promise<{ sessionId: string; held: RunningProgram }> {
  const opened = await observeTicker();
  await host.calls.sessions.attach({ sessionId: opened.sessionId }, host.context);
  return opened;
}

async function validBytes(sessionId: string, start: Address, lengthBytes: number): Promise<Uint8Array> {
  const { ranges } = await host.calls.memory.read({ sessionId, start, lengthBytes, touchNotPresent: true }, host.context);
  const [range] = ranges;
  if (range?.kind !== 'valid' || ranges.length !== 1) throw new Error(`not all valid: ${ranges.map((each) => each.kind).join()}`);
  return range.bytes;
}

const int32 = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

describe('looking at a running process', () => {
  it('neither stops nor traces it, and reads the value it was compiled with', async () => {
    const { sessionId, held } = await observeTicker();
    const answer = toAddress(held.address('answer'));
    expect(int32(await validBytes(sessionId, answer, 4))).toBe(42);
    const described = await host.calls.map.describe({ sessionId, address: answer }, host.context);
    expect(described).toMatchObject({ region: { kind: 'data' }, section: { name: '.data' }, symbol: { symbol: { name: 'answer' }, offset: 0n }, page: { present: true } });
    expect(isRunningFree(held.pid)).toBe(true);
    expect(host.state(sessionId)).toMatchObject({ phase: 'observing', target: { pid: held.pid, exe: tickerProgram() } });
  });

  it('finds a symbol and a module offset where the program says they are', async () => {
    const { sessionId, held } = await observeTicker();
    const at = async (text: string): Promise<Address> => (await host.calls.locate.resolve({ sessionId, text }, host.context)).address;
    expect(await at('answer')).toBe(held.address('answer'));
    const [tick, bias] = [await at('tick'), await at('1-ticker')].map(BigInt);
    expect(tick).toBe(held.address('tick'));
    expect(tick).toBeGreaterThan(bias ?? 0n);
    await expect(at('answre')).rejects.toMatchObject({ code: 'unknown-location', remedy: expect.stringContaining('answer') as unknown });
  });

  it('tells that its map has grown, in words, with a new generation', async () => {
    const { sessionId, held } = await observeTicker();
    const before = host.state(sessionId).generation;
    await held.say('grow');
    await host.untilState(sessionId, 'a new generation', (state) => state.generation > before);
    const { changes } = await host.calls.map.snapshot({ sessionId }, host.context);
    expect(changes.filter((change) => change.kind === 'added' || change.kind === 'grown').some((change) => change.end - change.start >= 100n << 20n)).toBe(true);
  });

  it.each([
    ['exits', 'exit 3', 'exited', /ended/],
    ['crashes', 'crash', 'exited', /ended/],
    ['becomes another program', 'exec', 'lost', /another program/],
  ] as const)('says so when it %s, and keeps the last picture', async (_what, order, phase, words) => {
    const { sessionId, held } = await observeTicker();
    await held.say(order);
    await host.untilState(sessionId, phase, (state) => state.phase === phase);
    expect(host.state(sessionId).ending).toMatch(words);
    const last = await host.calls.map.snapshot({ sessionId }, host.context);
    expect(last.stale).toBe(true);
    expect(new RegionTable(last.regions).regionAt(toAddress(held.address('answer')))?.kind).toBe('data');
    await expect(validBytes(sessionId, toAddress(held.address('answer')), 4)).rejects.toMatchObject({ code: 'process-exited' });
  });
});

describe('attached', () => {
  it('stops it, reads rsp in its stack, lets it run, interrupts it, and lets it go as it was', async () => {
    const { sessionId, held } = await attachTicker();
    expect(statusField(held.pid, 'State')).toMatch(/^t/);
    expect(host.state(sessionId)).toMatchObject({ phase: 'stopped', stopCount: 1, launched: false });
    const rsp = await host.calls.locate.resolve({ sessionId, text: '$rsp' }, host.context);
    const { marks, regions } = await host.calls.map.snapshot({ sessionId }, host.context);
    expect(['stack', 'thread-stack']).toContain(new RegionTable(regions).regionAt(rsp.address)?.kind);
    expect(marks.find((mark) => mark.label === 'rsp')?.address).toBe(rsp.address);

    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await until('it runs', () => /^[RSD]/.test(statusField(held.pid, 'State')));
    await expect(host.calls.debug.registers({ sessionId, threadId: 1, frameLevel: 0 }, host.context)).rejects.toMatchObject({ code: 'target-running' });
    const interrupted = await host.calls.sessions.interrupt({ sessionId }, host.context);
    expect(interrupted).toMatchObject({ phase: 'stopped', stopCount: 2 });
    await host.calls.sessions.detach({ sessionId }, host.context);
    await until('it runs free', () => isRunningFree(held.pid));
    expect(host.state(sessionId).phase).toBe('observing');
    for (const { memory, file } of textAndFile(held.pid, tickerProgram())) expect(memory.equals(file)).toBe(true);
  });

  it("stops at a breakpoint, shows the program's own byte there while it runs, and lists it", async () => {
    const { sessionId, held } = await attachTicker();
    const tick = toAddress(held.address('tick'));
    const own = await validBytes(sessionId, tick, 16);
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'tick' }, host.context);
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await host.untilState(sessionId, 'the stop', (state) => state.phase === 'stopped' && state.stopCount === 2);
    expect(host.state(sessionId).stop).toMatchObject({ reason: 'breakpoint', frame: { function: 'tick' } });
    const { marks } = await host.calls.map.snapshot({ sessionId }, host.context);
    const mark = marks.find((each) => each.kind === 'breakpoint');
    expect(mark).toBeDefined();

    const [breakpoint] = await host.calls.debug.breakpoints({ sessionId }, host.context);
    await host.calls.debug.removeBreakpoint({ sessionId, number: breakpoint?.number ?? '' }, host.context);
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'tick', condition: '0' }, host.context);
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    let answer = await host.calls.memory.read({ sessionId, start: tick, lengthBytes: 16, touchNotPresent: true }, host.context);
    await until('the breakpoint is in the text', async () => {
      answer = await host.calls.memory.read({ sessionId, start: tick, lengthBytes: 16, touchNotPresent: true }, host.context);
      return answer.patched.length === 1 && readMemory(held.pid, tick, 16).includes(0xcc);
    });
    expect(answer.ranges).toEqual([{ kind: 'valid', start: tick, bytes: own }]);
  });

  it.each([
    ['exits', 'exit 3', /3/],
    ['crashes', 'crash', /SIGSEGV/],
  ] as const)("has gdb's words when it %s", async (_what, order, words) => {
    const { sessionId, held } = await attachTicker();
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await held.say(order);
    if (order === 'crash') {
      await host.untilState(sessionId, 'the signal', (state) => state.stop?.signal?.name === 'SIGSEGV');
      const { marks } = await host.calls.map.snapshot({ sessionId }, host.context);
      expect(marks.find((mark) => mark.kind === 'fault')?.address).toBe(16n);
      await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    }
    await host.untilState(sessionId, 'the end', (state) => state.phase === 'exited');
    expect(host.state(sessionId).ending).toMatch(words);
  });

  it('follows it into another program', async () => {
    const { sessionId, held } = await attachTicker();
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await held.say('exec');
    await host.untilState(sessionId, 'sleep', (state) => state.target?.name === 'sleep');
    expect(['running', 'stopped']).toContain(host.state(sessionId).phase);
    const { regions } = await host.calls.map.snapshot({ sessionId }, host.context);
    expect([...new RegionTable(regions)].some((region) => region.path.endsWith('/sleep'))).toBe(true);
  });

  it('looks on, with the reason, when gdb is killed while the process runs on breakpoints', async () => {
    const { sessionId, held } = await attachTicker();
    // Not one that is hit again and again: what is just being stepped over when gdb is killed, nobody can save.
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'rare' }, host.context);
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    const tracer = Number(statusField(held.pid, 'TracerPid'));
    expect(tracer).toBeGreaterThan(1);
    process.kill(tracer, 'SIGKILL');
    await host.untilState(sessionId, 'observing', (state) => state.phase === 'observing');
    expect(host.state(sessionId).problem).toMatchObject({ code: 'gdb-ended' });
    await until('it runs free', () => isRunningFree(held.pid));
    await held.say('rare');
    await until('it has passed the place of the breakpoint', () => readMemory(held.pid, held.address('rare_calls'), 4).readInt32LE() === 1);
    for (const { memory, file } of textAndFile(held.pid, tickerProgram())) expect(memory.equals(file)).toBe(true);
    // And can be attached again, with a new gdb.
    await host.calls.sessions.attach({ sessionId }, host.context);
    expect(host.state(sessionId)).toMatchObject({ phase: 'stopped', problem: undefined });
  });

  it('notices that it was killed while it was stopped', async () => {
    const { sessionId, held } = await attachTicker();
    process.kill(held.pid, 'SIGKILL');
    await host.untilState(sessionId, 'the end', (state) => state.phase === 'exited');
    expect((await host.calls.map.snapshot({ sessionId }, host.context)).stale).toBe(true);
    await host.calls.sessions.close({ sessionId }, host.context);
  });

  it('is refused to a second debugger, with the name of the first', async () => {
    const { sessionId, held } = await attachTicker();
    const second = new LiveHost();
    try {
      const other = await second.calls.sessions.observe({ pid: held.pid }, second.context);
      await expect(second.calls.sessions.attach({ sessionId: other.sessionId }, second.context)).rejects.toMatchObject({ code: 'already-traced', message: expect.stringContaining('gdb') as unknown });
      expect(second.state(other.sessionId)).toMatchObject({ phase: 'observing', gdbVersion: undefined });
    } finally {
      await second.dispose();
    }
    expect(host.state(sessionId).phase).toBe('stopped');
    expect(int32(await validBytes(sessionId, toAddress(held.address('answer')), 4))).toBe(42);
  });

  it('says how to get gdb where there is none, and goes on looking', async () => {
    const { sessionId, held } = await observeTicker();
    vi.stubEnv('PATH', '/nowhere');
    await expect(host.calls.sessions.attach({ sessionId }, host.context)).rejects.toMatchObject({ code: 'gdb-missing', remedy: expect.stringContaining('install') as unknown });
    expect(await host.calls.processes.environment({}, host.context)).toMatchObject({ gdb: undefined, gdbProblem: { code: 'gdb-missing' } });
    expect(host.state(sessionId).phase).toBe('observing');
    expect(isRunningFree(held.pid)).toBe(true);
  });

  it('lets the process run on when its session is closed', async () => {
    const { sessionId, held } = await attachTicker();
    await host.calls.sessions.close({ sessionId }, host.context);
    await until('it runs free', () => isRunningFree(held.pid));
    expect(host.state(sessionId).phase).toBe('detached');
  });
});

describe("gdb's console", () => {
  it('is followed through detach, attach, continue, Ctrl-C and quit', async () => {
    const { sessionId, held } = await attachTicker();
    await host.openTerminal(sessionId, 'gdb');
    await host.type(sessionId, 'gdb', 'detach\n');
    await host.untilState(sessionId, 'observing', (state) => state.phase === 'observing');
    expect(isRunningFree(held.pid)).toBe(true);

    await host.type(sessionId, 'gdb', `attach ${held.pid}\n`);
    await host.untilState(sessionId, 'stopped', (state) => state.phase === 'stopped');
    expect(host.state(sessionId)).toMatchObject({ launched: false, target: { pid: held.pid } });
    // The machine interface tells of the stop before the console has its prompt back.
    await until('the prompt is back', () => host.printed('gdb').trimEnd().endsWith('(gdb)'));

    const { stopCount } = host.state(sessionId);
    await host.type(sessionId, 'gdb', 'continue\n');
    await host.untilState(sessionId, 'running', (state) => state.phase === 'running');
    await host.type(sessionId, 'gdb', '\x03');
    await host.untilState(sessionId, 'stopped again', (state) => state.phase === 'stopped' && state.stopCount > stopCount);

    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await host.type(sessionId, 'gdb', '\x03');
    await host.untilState(sessionId, 'stopped by Ctrl-C though MI resumed it', (state) => state.phase === 'stopped');

    await host.type(sessionId, 'gdb', 'kill\n');
    await until('gdb asks or kills', () => /\(y or n\)|killed/.test(host.printed('gdb')) || !isAlive(held.pid));
    await host.type(sessionId, 'gdb', 'n\n');
    await host.type(sessionId, 'gdb', 'quit\n');
    await until('gdb asks', () => host.printed('gdb').lastIndexOf('(y or n)') > host.printed('gdb').lastIndexOf('quit'));
    await host.type(sessionId, 'gdb', 'y\n');
    await host.untilState(sessionId, 'observing after quit', (state) => state.phase === 'observing' && state.gdbVersion === undefined);
    await until('it runs free', () => isRunningFree(held.pid));
  });

  it('tells of what is written, selected and broken on there', async () => {
    const { sessionId, held } = await attachTicker();
    const answer = toAddress(held.address('answer'));
    const told: string[] = [];
    host.services.handlers.memory.events.written(({ start, lengthBytes }) => told.push(`written ${start} ${lengthBytes}`));
    host.services.handlers.debug.events.breakpointsChanged(() => told.push('breakpoints'));
    host.services.handlers.debug.events.selected(({ frameLevel }) => told.push(`frame ${frameLevel}`));
    await host.openTerminal(sessionId, 'gdb');
    await host.type(sessionId, 'gdb', 'set var answer = 43\n');
    await until('the write is told', () => told.includes(`written ${answer} 4`));
    expect(int32(await validBytes(sessionId, answer, 4))).toBe(43);
    expect(readMemory(held.pid, answer, 4).readInt32LE()).toBe(43);
    await host.type(sessionId, 'gdb', 'break rare\n');
    await until('the breakpoint is told', () => told.includes('breakpoints'));
    expect((await host.calls.debug.breakpoints({ sessionId }, host.context)).map((each) => each.original)).toEqual(['rare']);
    await host.type(sessionId, 'gdb', 'up\n');
    await until('the frame is told', () => told.includes('frame 1'));
  });

  it('is followed to a program it runs, which is then one of ours', async () => {
    const { sessionId } = await host.calls.sessions.launchDemo({}, host.context);
    const first = host.state(sessionId).target?.pid;
    await host.openTerminal(sessionId, 'gdb');
    await host.type(sessionId, 'gdb', 'set confirm off\n');
    await host.type(sessionId, 'gdb', 'kill\n');
    await host.untilState(sessionId, 'exited', (state) => state.phase === 'exited');
    await host.type(sessionId, 'gdb', 'break record\n');
    await host.type(sessionId, 'gdb', 'run\n');
    await host.untilState(sessionId, 'stopped in record', (state) => state.phase === 'stopped' && state.stop?.frame?.function === 'record');
    expect(host.state(sessionId).target?.pid).not.toBe(first);
    expect(host.state(sessionId)).toMatchObject({ launched: true, ending: undefined });
    const killed = await host.calls.sessions.kill({ sessionId }, host.context);
    expect(killed.phase).toBe('exited');
  });
});

describe('the demo', () => {
  const KINDS: Readonly<Record<string, RegionKind>> = {
    main: 'text', checksum: 'text', limits: 'rodata', greeting_text: 'rodata', operations: 'relro', initialized_global: 'data', config: 'data', uninitialized_global: 'bss',
    big_table: 'bss', list_head: 'heap', stock: 'file-private', room: 'reserved', shared: 'shm', made_code: 'jit', helper: 'stack', helper_name: 'thread-stack', printf: 'text',
  };

  it('stops in its deepest function, with everything where the program itself says it is', async () => {
    const { sessionId } = await host.calls.sessions.launchDemo({}, host.context);
    const state = host.state(sessionId);
    expect(state).toMatchObject({ phase: 'stopped', launched: true, stopCount: 1, generation: 1, stop: { frame: { function: 'checksum' } } });
    expect(host.states.filter((each) => each.phase === 'stopped')).toHaveLength(1);

    await host.openTerminal(sessionId, 'program');
    const told = new Map([...host.printed('program').matchAll(/^(\w+) 0x([0-9a-f]+) /gm)].map(([, name = '', hex = '']) => [name, toAddress(BigInt(`0x${hex}`))]));
    expect(told.size).toBeGreaterThan(15);
    for (const [name, kind] of Object.entries(KINDS)) {
      const address = told.get(name);
      if (address === undefined) throw new Error(`tour did not print ${name}`);
      const described = await host.calls.map.describe({ sessionId, address }, host.context);
      expect(`${name}: ${described.region.kind}`).toBe(`${name}: ${kind}`);
      expect(described.region.evidence.length).toBeGreaterThan(0);
      expect(described.card.kind).toBe(kind);
    }
    expect(int32(await validBytes(sessionId, toAddress(told.get('initialized_global') ?? 0n), 4))).toBe(42);

    const threadId = state.stop?.threadId ?? 0;
    const { frames } = await host.calls.debug.frames({ sessionId, threadId, low: 0, high: 9 }, host.context);
    expect(frames.slice(0, 4).map((frame) => frame.function)).toEqual(['checksum', 'record', 'run', 'main']);
    const { registers } = await host.calls.debug.registers({ sessionId, threadId, frameLevel: 0 }, host.context);
    const valueOf = (name: string): Address => toAddress(registers.find((register) => register.name === name)?.value ?? 0n);
    const regions = new RegionTable((await host.calls.map.snapshot({ sessionId }, host.context)).regions);
    expect(regions.regionAt(valueOf('rsp'))?.kind).toBe('stack');
    expect(regions.regionAt(valueOf('rip'))).toMatchObject({ kind: 'text', module: { role: 'program' } });

    // A local, through gdb; a thread-local, through gdb; a member, too.
    const at = async (text: string): Promise<Address> => (await host.calls.locate.resolve({ sessionId, text }, host.context)).address;
    expect(regions.regionAt(await at('&hash'))?.kind).toBe('stack');
    expect(await at('thread_rounds')).toBe(told.get('thread_rounds'));
    expect(await at('list_head->next')).not.toBe(told.get('list_head'));
    expect((await host.calls.locate.complete({ sessionId, text: 'initial', limit: 5 }, host.context)).map((each) => each.text)).toContain('initialized_global');
  });

  it('dumps its text as the file has it, though a breakpoint is in it', async () => {
    const { sessionId } = await host.calls.sessions.launchDemo({}, host.context);
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'record' }, host.context);
    const { address } = await host.calls.locate.resolve({ sessionId, text: 'record' }, host.context);
    const { regions } = await host.calls.map.snapshot({ sessionId }, host.context);
    const region = new RegionTable(regions).regionAt(address);
    if (!region) throw new Error('record is nowhere');
    const path = join(host.folder, 'text.bin');
    const answer = await host.calls.memory.dump({ sessionId, start: region.start, lengthBytes: region.end - region.start, path, fill: undefined }, host.context);
    const dumped = readFileSync(path);
    expect(BigInt(dumped.length)).toBe(answer.writtenBytes);
    const file = readFileSync(demo).subarray(Number(region.offset), Number(region.offset) + dumped.length);
    expect(dumped.equals(file)).toBe(true);
  });

  it('is ended with its session', async () => {
    const { sessionId, target } = await host.calls.sessions.launchDemo({}, host.context);
    const pid = target?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    await host.calls.sessions.close({ sessionId }, host.context);
    await until('it is gone', () => !isAlive(pid));
  });

  it('says in words why a program could not be launched', async () => {
    const spec = { args: [], cwd: '', env: {}, stopAt: 'main' };
    await expect(host.calls.sessions.launch({ ...spec, program: '/no/such/program' }, host.context)).rejects.toMatchObject({ code: 'executable-missing' });
    await expect(host.calls.sessions.launch({ ...spec, program: demo, stopAt: 'no_such_function' }, host.context)).rejects.toMatchObject({ code: 'unknown-location' });
    expect(host.calls.sessions.list({}, host.context)).toEqual([]);
  });

  it('tells how a short program ended, be it before or after it could be looked at', async () => {
    const launching = Promise.resolve(host.calls.sessions.launch({ args: [], cwd: '', env: {}, stopAt: '', program: '/bin/false' }, host.context));
    const words = launching.then(
      async ({ sessionId }) => {
        await host.untilState(sessionId, 'the end', (state) => state.phase === 'exited');
        return host.state(sessionId).ending;
      },
      (error: unknown) => String(error),
    );
    expect(await words).toMatch(/exited with status 1/);
  });

  it('tells what gdb there is', async () => {
    expect(await host.calls.processes.environment({}, host.context)).toMatchObject({ gdb: { version: expect.stringMatching(/^\d+\./) as unknown }, gdbProblem: undefined, demoProgram: demo });
  });
});
