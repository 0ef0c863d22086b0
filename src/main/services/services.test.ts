import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { RegionTable } from '../../shared/model/region-table.ts';
import type { SessionState } from '../../shared/model/session.ts';
import { TERMINAL_HIGH_WATER_BYTES } from '../../shared/rpc/contracts/terminals.ts';
import { stopAt } from '../session/testing/fake-debugger.ts';
import { FakeTarget, SMALL_MAP } from '../session/testing/fake-target.ts';
import { callContext, fakeHost, type FakeHost } from './testing/fake-services.ts';

const at = (value: number | bigint) => toAddress(BigInt(value));
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);

let host: FakeHost;
let target: FakeTarget;
const context = callContext();

beforeEach(() => {
  host = fakeHost();
  target = host.sources.add(new FakeTarget(100));
});

afterEach(async () => {
  vi.useRealTimers();
  await host.dispose();
  rmSync(host.folder, { recursive: true });
});

async function observed(): Promise<string> {
  return (await host.handlers.sessions.calls.observe({ pid: 100 }, context)).sessionId;
}

async function stopped(): Promise<string> {
  const sessionId = await observed();
  await host.handlers.sessions.calls.attach({ sessionId }, context);
  return sessionId;
}

/** What a caller on the wire could send, types or not. */
function wire(call: unknown): (params: unknown) => Promise<unknown> {
  // The point of these tests: parameters that no typed caller could give.
  const handler = call as (params: unknown, given: typeof context) => unknown;
  return async (params) => handler(params, context);
}

describe('every call', () => {
  it('names the field that is not right', async () => {
    const { memory, sessions, debug, map } = host.handlers;
    const bad: readonly (readonly [unknown, unknown, RegExp])[] = [
      [memory.calls.read, { sessionId: 's1', start: 4096, lengthBytes: 1, touchNotPresent: false }, /"start"/],
      [memory.calls.read, { sessionId: 's1', start: 1n << 64n, lengthBytes: 1, touchNotPresent: false }, /"start"/],
      [memory.calls.read, { sessionId: 's1', start: 0n, lengthBytes: 1e9, touchNotPresent: false }, /"lengthBytes"/],
      [memory.calls.read, { sessionId: 's1', start: 0n, lengthBytes: 1.5, touchNotPresent: false }, /"lengthBytes"/],
      [memory.calls.dump, { sessionId: 's1', start: 0n, lengthBytes: 1n, path: 'relative', fill: undefined }, /"path".*absolute/],
      [sessions.calls.observe, { pid: -1 }, /"pid"/],
      [sessions.calls.observe, null, /the parameters/],
      [sessions.calls.launch, { program: 'a\0b', args: [], cwd: '', env: {}, stopAt: '' }, /"program"/],
      [sessions.calls.launch, { program: 'a', args: [], cwd: '', env: { 'A=B': '1' }, stopAt: '' }, /"env/],
      [sessions.calls.launch, { program: 'a', args: [], cwd: '', env: {}, stopAt: 'main\nshell date' }, /"stopAt".*one line/],
      [sessions.calls.resume, { sessionId: 's1', kind: 'jump' }, /"kind"/],
      [debug.calls.insertBreakpoint, { sessionId: 's1', location: 'main\n-gdb-exit' }, /"location"/],
      [debug.calls.removeBreakpoint, { sessionId: 's1', number: '1; quit' }, /"number"/],
      [debug.calls.frames, { sessionId: 's1', threadId: 1, low: 0, high: 256 }, /"high"/],
      [map.calls.sections, { sessionId: 's1', start: 2n, end: 1n }, /"end"/],
    ];
    for (const [call, params, message] of bad) {
      await expect(wire(call)(params)).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(message) as unknown });
    }
  });

  it('says that a session is not there', async () => {
    await expect(wire(host.handlers.map.calls.snapshot)({ sessionId: 's9' })).rejects.toMatchObject({ code: 'no-such-session' });
  });
});

describe('sessions', () => {
  it('tells each state of each session and its end', async () => {
    const states: SessionState[] = [];
    const closed: string[] = [];
    host.handlers.sessions.events.state((state) => states.push(state));
    host.handlers.sessions.events.closed((event) => closed.push(event.sessionId));
    const sessionId = await observed();
    await host.handlers.sessions.calls.close({ sessionId }, context);
    expect(states.map((state) => state.phase)).toEqual(['opening', 'observing', 'detached']);
    expect(closed).toEqual([sessionId]);
    expect(host.handlers.sessions.calls.list({}, context)).toEqual([]);
  });

  it('polls from the first listener to the last', async () => {
    vi.useFakeTimers();
    await observed();
    const stops = [host.handlers.sessions.events.state(() => undefined), host.handlers.map.events.changed(() => undefined)];
    await vi.advanceTimersByTimeAsync(3000);
    const { reads } = target;
    expect(reads).toBeGreaterThan(3);
    stops[0]?.();
    stops[0]?.();
    await vi.advanceTimersByTimeAsync(3000);
    expect(target.reads).toBeGreaterThan(reads);
    stops[1]?.();
    const after = target.reads;
    await vi.advanceTimersByTimeAsync(3000);
    expect(target.reads).toBe(after);
  });

  it('finds a program in PATH, and says what is wrong with one', async () => {
    host.sources.add(new FakeTarget(200));
    const { launch } = host.handlers.sessions.calls;
    const spec = { program: 'true', args: ['-x'], cwd: '', env: {}, stopAt: 'main' };
    await launch(spec, context);
    expect(host.sources.debugger.calls[0]).toMatch(/^launch \/.*\/true$/);
    await expect(launch({ ...spec, program: 'no-such-program-here' }, context)).rejects.toMatchObject({ code: 'executable-missing' });
    await expect(launch({ ...spec, program: './nothing' }, context)).rejects.toMatchObject({ code: 'executable-missing' });
    await expect(launch({ ...spec, cwd: '/no/such/folder' }, context)).rejects.toMatchObject({ code: 'launch-failed' });
    const plain = join(host.folder, 'plain');
    writeFileSync(plain, 'no program');
    await expect(launch({ ...spec, program: plain }, context)).rejects.toMatchObject({ code: 'permission-denied', remedy: `chmod +x ${plain}` });
  });

  it('says how to get the demo when it is not compiled', async () => {
    await expect(wire(host.handlers.sessions.calls.launchDemo)({})).rejects.toMatchObject({ code: 'executable-missing', remedy: expect.stringContaining('compiler') as unknown });
  });
});

describe('recent targets', () => {
  it('are kept newest first, each once, for the next host too', async () => {
    host.sources.add(new FakeTarget(101, 'other'));
    await host.handlers.sessions.calls.observe({ pid: 100 }, context);
    await host.handlers.sessions.calls.observe({ pid: 101 }, context);
    await host.handlers.sessions.calls.observe({ pid: 100 }, context);
    const second = fakeHost({ recentsPath: join(host.folder, 'state', 'recent.json') });
    const recent = await second.handlers.processes.calls.recent({}, context);
    expect(recent.map((entry) => entry.program)).toEqual(['/bin/tour', '/bin/other']);
    expect(statSync(join(host.folder, 'state', 'recent.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(host.folder, 'state'))).toEqual(['recent.json']);
    await second.handlers.processes.calls.forgetRecent({ program: '/bin/tour' }, context);
    expect((await host.handlers.processes.calls.recent({}, context)).map((entry) => entry.program)).toEqual(['/bin/other']);
  });

  it.each(['{ half a fi', '{"version":1,"recent":[{"program":5}]}', ''])('start anew after a damaged file, with one word about it: %j', async (content) => {
    await observed();
    const path = join(host.folder, 'state', 'recent.json');
    writeFileSync(path, content);
    expect(await host.handlers.processes.calls.recent({}, context)).toEqual([]);
    expect(host.problems.map((problem) => problem.code)).toEqual(['malformed-input']);
    await host.handlers.sessions.calls.observe({ pid: 100 }, context);
    expect(await host.handlers.processes.calls.recent({}, context)).toHaveLength(1);
    expect(host.problems).toHaveLength(1);
  });

  it('do not keep a target from opening when they cannot be saved', async () => {
    const blocked = fakeHost({ recentsPath: join(host.folder, 'file', 'recent.json') });
    writeFileSync(join(host.folder, 'file'), '');
    blocked.sources.add(new FakeTarget(100));
    expect(await blocked.handlers.sessions.calls.observe({ pid: 100 }, context)).toMatchObject({ phase: 'observing' });
    expect(blocked.problems.map((problem) => problem.code)).toContain('io-error');
  });
});

describe('environment', () => {
  it('tells of gdb, or why there is none', async () => {
    expect(await host.handlers.processes.calls.environment({}, context)).toMatchObject({ host: 'web', gdb: { version: '13.1' }, gdbProblem: undefined, productVersion: '0.0.0' });
    host.sources.findDebugger = async () => {
      throw new VmatlasError({ code: 'gdb-missing', message: 'gdb is not installed.', remedy: 'apt install gdb' });
    };
    expect(await host.handlers.processes.calls.environment({}, context)).toMatchObject({ gdb: undefined, gdbProblem: { code: 'gdb-missing', remedy: 'apt install gdb' } });
  });
});

describe('map', () => {
  it('answers with the newest picture and its marks, and with a stale one after the end', async () => {
    const sessionId = await stopped();
    const held = host.sources.debugger;
    held.registerValues = [{ name: 'rsp', group: 'general', value: 0x7fff1000n, text: '0x7fff1000', changed: false }];
    held.breakpointList = [await held.insertBreakpoint({ location: 'main', condition: undefined, temporary: false, hardware: false })].map((breakpoint) => ({
      ...breakpoint, locations: [{ address: at(0x1010), function: 'main', source: undefined, enabled: true }],
    }));
    target.threadList = [
      { tid: 100, name: 'tour', state: 't', pc: 1n, sp: 2n },
      { tid: 105, name: 'helper', state: 't', pc: 0x1020n, sp: 0x7fff2000n },
    ];
    const snapshot = await host.handlers.map.calls.snapshot({ sessionId }, context);
    expect(snapshot).toMatchObject({ generation: 2, stale: false, totals: { mappings: 4 } });
    expect(snapshot.marks.map((mark) => `${mark.kind} ${mark.label} ${mark.address.toString(16)} ${mark.tid ?? '-'}`)).toEqual([
      'sp rsp 7fff1000 100', 'sp rsp 105 7fff2000 105', 'pc rip 105 1020 105', 'brk brk a000 -', 'stack-limit stack limit 7f000000 -', 'breakpoint 1 1010 -',
    ]);
    held.tell({ type: 'exited', words: 'exited with status 0' });
    const last = await host.handlers.map.calls.snapshot({ sessionId }, context);
    expect(last).toMatchObject({ stale: true, marks: [], generation: 2 });
    expect(new RegionTable(last.regions).labelAt(1)).toBe('tour text');
  });

  it('takes rbp for a frame pointer only where it can be one', async () => {
    const sessionId = await stopped();
    const frameMark = async (rbp: bigint): Promise<bigint | undefined> => {
      const values = { rsp: 0x7fff1000n, rbp };
      host.sources.debugger.registerValues = Object.entries(values).map(([name, value]) => ({ name, group: 'general', value, text: '', changed: false }));
      const { marks } = await host.handlers.map.calls.snapshot({ sessionId }, context);
      return marks.find((mark) => mark.kind === 'fp')?.address;
    };
    expect(await frameMark(0x7fff1040n)).toBe(0x7fff1040n);
    expect(await frameMark(1n)).toBeUndefined();
    expect(await frameMark(0x7fff0000n)).toBeUndefined();
    expect(await frameMark(0x3000n)).toBeUndefined();
  });

  it('marks the address of a fault where the kernel tells it, and not where it holds something else', async () => {
    const sessionId = await stopped();
    const held = host.sources.debugger;
    const signal = { name: 'SIGSEGV', meaning: 'Segmentation fault' };
    held.tell({ type: 'stopped', stop: stopAt('Segmentation fault', { reason: 'signal', signal }) });
    const fault = async (siCode: bigint): Promise<unknown> => {
      held.expressions = new Map([['$_siginfo.si_code', BigInt.asUintN(64, siCode)], ['$_siginfo._sifields._sigfault.si_addr', 0x10n]]);
      const { marks } = await host.handlers.map.calls.snapshot({ sessionId }, context);
      return marks.find((mark) => mark.kind === 'fault')?.address;
    };
    expect(await fault(1n)).toBe(0x10n);
    expect(await fault(2n)).toBe(0x10n);
    expect(await fault(128n)).toBeUndefined();
    expect(await fault(0n)).toBeUndefined();
    expect(await fault(-6n)).toBeUndefined();
  });

  it('describes an address: region, section, symbol, page, card, evidence', async () => {
    const sessionId = await observed();
    target.symbols = [{ name: 'config', address: 0x3010n, sizeBytes: 16 }];
    target.sections = [{ name: '.data', type: 'PROGBITS', flags: 'WA', address: at(0x3000), memorySizeBytes: 0x100n, fileOffset: 0x2000n, fileSizeBytes: 0x100n }];
    target.pagemapWords = new Map([[3, (1n << 63n) | (1n << 56n)]]);
    await host.handlers.sessions.calls.refresh({ sessionId }, context);
    const found = await host.handlers.map.calls.describe({ sessionId, address: at(0x3014) }, context);
    expect(found).toMatchObject({
      region: { label: 'tour data', kind: 'data', evidence: [{ source: 'maps' }] }, gap: undefined, section: { name: '.data' },
      symbol: { symbol: { name: 'config' }, offset: 4n }, loadBias: 0x1000n, card: { kind: 'data' },
      page: { start: 0x3000n, present: true, exclusive: true, fileOrShared: false, pfn: undefined },
    });
    expect(found.evidence.map((one) => one.source)).toEqual(['section-header', 'symbol', 'pagemap']);
  });

  it('tells what lies next to an address where nothing is mapped', async () => {
    const sessionId = await observed();
    const found = await host.handlers.map.calls.describe({ sessionId, address: at(0x6000) }, context);
    expect(found).toMatchObject({ gap: { kind: 'gap', below: { label: 'tour data' }, above: { label: '[heap]' } }, page: undefined });
    const top = await host.handlers.map.calls.describe({ sessionId, address: at(0xffff_ffff_ffff_ffffn) }, context);
    expect(top.gap).toMatchObject({ below: { label: '[stack]' }, above: undefined });
  });

  it('gives the evidence of many rows at once', async () => {
    const sessionId = await observed();
    const answer = await host.handlers.map.calls.evidence({ sessionId, first: 1, count: 1000 }, context);
    expect(answer.evidence[0]).toEqual([{ source: 'maps', text: 'row 1' }]);
    expect(answer.evidence.length).toBeGreaterThan(4);
  });
});

describe('memory', () => {
  it('reads ranges as they are, with the generation', async () => {
    const sessionId = await observed();
    target.bytes.set(0x4fffn, 7);
    const answer = await host.handlers.memory.calls.read({ sessionId, start: at(0x4ffe), lengthBytes: 4, touchNotPresent: false }, context);
    expect(answer).toEqual({
      generation: 1, patched: [],
      ranges: [{ kind: 'valid', start: 0x4ffen, bytes: Uint8Array.of(0, 7) }, { kind: 'unmapped', start: 0x5000n, lengthBytes: 2n }],
    });
  });

  it("shows the program's own byte where a breakpoint is, only while it is there", async () => {
    const sessionId = await stopped();
    target.bytes.set(0x1010n, 0xcc);
    target.bytes.set(0x1011n, 0x11);
    host.sources.debugger.patched = [
      { address: at(0x1010), original: 0x55, breakpoint: '1' },
      { address: at(0x1011), original: 0x22, breakpoint: '2' },
      { address: at(0x2fff), original: 0x33, breakpoint: '3' },
    ];
    const answer = await host.handlers.memory.calls.read({ sessionId, start: at(0x1010), lengthBytes: 2, touchNotPresent: false }, context);
    expect(answer.ranges).toEqual([{ kind: 'valid', start: 0x1010n, bytes: Uint8Array.of(0x55, 0x11) }]);
    expect(answer.patched.map((patch) => patch.breakpoint)).toEqual(['1']);
  });

  it('tells of writes through gdb', async () => {
    const sessionId = await stopped();
    const written: unknown[] = [];
    const stop = host.handlers.memory.events.written((event) => written.push(event));
    host.sources.debugger.tell({ type: 'memory-changed', start: at(0x3000), lengthBytes: 4n });
    stop();
    host.sources.debugger.tell({ type: 'memory-changed', start: at(0x3004), lengthBytes: 4n });
    expect(written).toEqual([{ sessionId, start: 0x3000n, lengthBytes: 4n }]);
  });

  it('dumps to a new file with the holes filled and counted', async () => {
    const sessionId = await stopped();
    target.map = SMALL_MAP;
    target.unreadable.add(4n);
    target.bytes.set(0x3000n, 0xcc);
    target.bytes.set(0x8000n, 9);
    host.sources.debugger.patched = [{ address: at(0x3000), original: 0x55, breakpoint: '1' }];
    const path = join(host.folder, 'dump.bin');
    const own = callContext();
    const answer = await host.handlers.memory.calls.dump({ sessionId, start: at(0x3000), lengthBytes: 0x5001n, path, fill: 0xee }, own);
    expect(answer).toEqual({ writtenBytes: 0x5001n, filledBytes: 0x4000n });
    const expected = new Uint8Array(0x5001).fill(0xee, 0x1000, 0x5000);
    expected[0] = 0x55;
    expected[0x5000] = 9;
    expect(Buffer.compare(readFileSync(path), expected)).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(own.told.at(-1)).toMatchObject({ done: 0x5001, total: 0x5001 });
  });

  it('refuses holes without a byte to fill them, never writes over a file, and leaves none behind', async () => {
    const sessionId = await observed();
    const { dump } = host.handlers.memory.calls;
    const path = join(host.folder, 'dump.bin');
    await expect(dump({ sessionId, start: at(0x4000), lengthBytes: 0x2000n, path, fill: undefined }, context)).rejects.toMatchObject({ code: 'unreadable' });
    target.unreadable.add(4n);
    await expect(dump({ sessionId, start: at(0x4000), lengthBytes: 0x10n, path, fill: undefined }, context)).rejects.toMatchObject({ code: 'unreadable' });
    const gone = new AbortController();
    gone.abort();
    await expect(dump({ sessionId, start: at(0x3000), lengthBytes: 0x10n, path, fill: 0 }, callContext(gone.signal))).rejects.toMatchObject({ code: 'cancelled' });
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'mine');
    await expect(dump({ sessionId, start: at(0x3000), lengthBytes: 0x10n, path, fill: 0 }, context)).rejects.toMatchObject({ code: 'io-error' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('learns that the process is gone', async () => {
    const sessionId = await observed();
    target.life = 'exited';
    await expect(host.handlers.memory.calls.read({ sessionId, start: at(0x3000), lengthBytes: 1, touchNotPresent: false }, context)).rejects.toMatchObject({ code: 'process-exited' });
    expect(host.handlers.sessions.calls.list({}, context)).toMatchObject([{ phase: 'exited' }]);
  });
});

describe('terminals', () => {
  it('shows the console from its first byte, and holds back what a page cannot follow', async () => {
    const shown: string[] = [];
    host.handlers.terminals.events.data((event) => shown.push(`${event.terminal}:${text(event.data)}`));
    const sessionId = await stopped();
    const { console: pty } = host.sources.debugger;
    pty.print('(gdb) ');
    const opened = await host.handlers.terminals.calls.open({ sessionId, terminal: 'gdb', columns: 80, rows: 24 }, context);
    expect({ ...opened, backlog: text(opened.backlog) }).toEqual({ backlog: '(gdb) ', ptyName: '/dev/pts/77', ended: false });
    pty.print('hello');
    expect(shown).toEqual(['gdb:hello']);
    pty.print('x'.repeat(TERMINAL_HIGH_WATER_BYTES));
    expect(pty.paused).toBe(true);
    await host.handlers.terminals.calls.acknowledge({ sessionId, terminal: 'gdb', bytes: TERMINAL_HIGH_WATER_BYTES }, context);
    expect(pty.paused).toBe(false);
  });

  it('lets the writer go when the last page leaves', async () => {
    const stop = host.handlers.terminals.events.data(() => undefined);
    const sessionId = await stopped();
    await host.handlers.terminals.calls.open({ sessionId, terminal: 'gdb', columns: 80, rows: 24 }, context);
    const { console: pty } = host.sources.debugger;
    pty.print('x'.repeat(2 * TERMINAL_HIGH_WATER_BYTES));
    expect(pty.paused).toBe(true);
    stop();
    expect(pty.paused).toBe(false);
  });

  it('hands every byte on as it is typed', async () => {
    const sessionId = await stopped();
    await host.handlers.terminals.calls.write({ sessionId, terminal: 'gdb', data: bytesOf('a\x03') }, context);
    expect(host.sources.debugger.console.written).toEqual(['a\x03']);
  });

  it('says that an attached process keeps its own terminal', async () => {
    const sessionId = await stopped();
    await expect(wire(host.handlers.terminals.calls.open)({ sessionId, terminal: 'program', columns: 80, rows: 24 })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('tells the end of a terminal, and shows the new one of a new gdb', async () => {
    const ended: string[] = [];
    host.handlers.terminals.events.ended((event) => ended.push(event.terminal));
    const shown: string[] = [];
    host.handlers.terminals.events.data((event) => shown.push(text(event.data)));
    const sessionId = await stopped();
    host.sources.debugger.tell({ type: 'ended', error: undefined });
    expect(ended).toEqual(['gdb']);
    await host.handlers.sessions.calls.attach({ sessionId }, context);
    await host.handlers.terminals.calls.open({ sessionId, terminal: 'gdb', columns: 80, rows: 24 }, context);
    host.sources.debugger.console.print('new');
    expect(shown).toEqual(['new']);
  });
});

describe('debug', () => {
  it('needs a stopped process for frames, an attached one for threads, and neither for the list of breakpoints', async () => {
    const sessionId = await observed();
    const { debug, sessions } = host.handlers;
    expect(await debug.calls.breakpoints({ sessionId }, context)).toEqual([]);
    await expect(wire(debug.calls.threads)({ sessionId })).rejects.toMatchObject({ code: 'not-attached' });
    await sessions.calls.attach({ sessionId }, context);
    expect(await debug.calls.threads({ sessionId }, context)).toMatchObject({ generation: 2, selected: 1 });
    await sessions.calls.resume({ sessionId, kind: 'continue' }, context);
    expect(await debug.calls.threads({ sessionId }, context)).toMatchObject({ selected: 1 });
    await expect(wire(debug.calls.registers)({ sessionId, threadId: 1, frameLevel: 0 })).rejects.toMatchObject({ code: 'target-running' });
    await debug.calls.insertBreakpoint({ sessionId, location: 'main' }, context);
    expect(host.sources.debugger.calls.at(-1)).toBe('break main');
  });

  it('tells what was selected and that breakpoints changed', async () => {
    const told: unknown[] = [];
    host.handlers.debug.events.selected((event) => told.push(event));
    host.handlers.debug.events.breakpointsChanged((event) => told.push(event));
    const sessionId = await stopped();
    host.sources.debugger.tell({ type: 'selected', threadId: 1, frameLevel: 2 });
    host.sources.debugger.tell({ type: 'breakpoints-changed' });
    expect(told).toEqual([{ sessionId, threadId: 1, frameLevel: 2 }, { sessionId }]);
  });
});
