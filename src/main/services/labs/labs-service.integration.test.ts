import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { LabCheckResult, LabRun } from '../../../shared/model/lab.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import { compileC } from '../../testing/compile.ts';
import { callContext } from '../testing/fake-services.ts';
import { LiveHost } from '../testing/live-host.ts';
import { isAlive } from '../testing/process-truth.ts';

const SHIPPED = join(import.meta.dirname, '../../../../resources/labs');
const folder = mkdtempSync(join(tmpdir(), 'vmatlas-labs-'));
const cache = join(folder, 'cache');
let host: LiveHost;

beforeAll(() => {
  host = new LiveHost(undefined, { resources: SHIPPED, cache });
});

afterEach(async () => {
  for (const { sessionId } of await host.calls.labs.runs({}, host.context)) await host.calls.sessions.close({ sessionId }, host.context);
});

afterAll(async () => {
  await host.dispose();
  rmSync(folder, { recursive: true });
});

const start = async (name: string, language: 'c' | 'rust' = 'c'): Promise<LabRun> => host.calls.labs.start({ name, language }, host.context);

/** As the user does it in the window, and then until the program stops or ends. */
async function press(sessionId: string): Promise<SessionState> {
  const { stopCount } = host.state(sessionId);
  await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
  await host.untilState(sessionId, 'stopped or ended', (state) => state.stopCount > stopCount || state.phase === 'exited');
  return host.state(sessionId);
}

describe('labs in a session', () => {
  it('starts at its first stage, with the next ones as breakpoints, and knows the places that its steps name', async () => {
    const run = await start('data');
    expect(run).toMatchObject({ lab: 'data', language: 'c', notes: [] });
    expect(await host.calls.labs.runs({}, host.context)).toEqual([run]);
    const { stop, target } = host.state(run.sessionId);
    const source = readFileSync(join(SHIPPED, '03-data/data.c'), 'utf8').split('\n');
    expect(source[(stop?.frame?.source?.line ?? 0) - 1]).toContain('STOP: first');
    expect(target?.exe).toBe(run.program);
    const [second] = await host.calls.debug.breakpoints({ sessionId: run.sessionId }, host.context);
    expect(source[(second?.locations[0]?.source?.line ?? 0) - 1]).toContain('STOP: second');

    const { address } = await host.calls.labs.resolve({ sessionId: run.sessionId, place: { printed: 'address of answer' } }, host.context);
    const symbol = await host.calls.locate.resolve({ sessionId: run.sessionId, text: 'answer' }, host.context);
    expect(address).toBe(symbol.address);
    expect(await host.calls.labs.resolve({ sessionId: run.sessionId, place: { expression: '&answer' } }, host.context)).toMatchObject({ address });
    await expect(host.calls.labs.resolve({ sessionId: run.sessionId, place: { printed: 'second value' } }, host.context)).rejects.toMatchObject({ code: 'unknown-location' });
  });

  it('verifies from where the user has come to, tells each result, and brings the program back there', async () => {
    const { sessionId, checks } = await start('text');
    const before = await press(sessionId);
    expect(before.stop?.signal?.name).toBe('SIGSEGV');
    const told: { sessionId: string; result: LabCheckResult }[] = [];
    const stop = host.services.handlers.labs.events.checked((checked) => told.push(checked));
    const context = callContext();
    const report = await host.calls.labs.verify({ sessionId }, context);
    stop();
    expect(report.results.filter(({ state }) => state !== 'holds')).toEqual([]);
    expect(report.holds).toBe(true);
    expect(report.results.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    expect(told).toEqual(report.results.map((result) => ({ sessionId, result })));
    expect(context.told.map(({ done, total }) => [done, total])).toEqual(checks.map((_, at) => [at + 1, checks.length]));
    const after = host.state(sessionId);
    expect(after.stop?.signal?.name).toBe('SIGSEGV');
    expect(after.target?.pid).not.toBe(before.target?.pid);
    expect(report.notes.join()).toContain('started anew');
  });

  it('verifies after the program has ended, and past a breakpoint of the user’s', async () => {
    const { sessionId } = await start('data');
    await host.calls.debug.insertBreakpoint({ sessionId, location: 'printf' }, host.context);
    await host.calls.debug.breakpoints({ sessionId }, host.context);
    while ((await press(sessionId)).phase !== 'exited');
    const report = await host.calls.labs.verify({ sessionId }, host.context);
    expect(report.results.filter(({ state }) => state !== 'holds')).toEqual([]);
    const { phase, stop } = host.state(sessionId);
    expect(phase).toBe('stopped');
    expect(stop?.frame?.function).toBe('main');
  });

  it('sees what the user has changed, and says what to do', async () => {
    const { sessionId } = await start('data');
    const { address } = await host.calls.locate.resolve({ sessionId, text: 'answer' }, host.context);
    await host.calls.memory.write({ sessionId, start: address, bytes: Uint8Array.of(7), privateCopy: false, label: 'seven' }, host.context);
    const { results, holds } = await host.calls.labs.verify({ sessionId, only: ['memory', 'file'] }, host.context);
    expect(results.map(({ id, state }) => [id, state])).toEqual([['memory', 'fails'], ['file', 'holds']]);
    expect(holds).toBe(false);
    const [memory] = results;
    const wrong = memory?.findings.find((finding) => finding.holds === false);
    expect(wrong?.evidence.some(({ from, text }) => from.includes('/mem') && text === '07 00 00 00')).toBe(true);
    expect(memory?.remedy).toContain('undo');
    // What a check writes it puts back, what the user wrote is the user's.
    await host.calls.labs.verify({ sessionId, only: ['file'] }, host.context);
    const { ranges } = await host.calls.memory.read({ sessionId, start: toAddress(address), lengthBytes: 4, touchNotPresent: true }, host.context);
    expect(ranges).toMatchObject([{ kind: 'valid', bytes: Uint8Array.of(7, 0, 0, 0) }]);
  });

  it('can be cancelled, verifies one at a time, and ends with its session', async () => {
    const { sessionId } = await start('data');
    const abort = new AbortController();
    const stop = host.services.handlers.labs.events.checked(() => abort.abort());
    const cancelled = host.calls.labs.verify({ sessionId }, callContext(abort.signal));
    await expect(host.calls.labs.verify({ sessionId }, host.context)).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    stop();
    expect(await host.calls.labs.verify({ sessionId, only: ['memory'] }, host.context)).toMatchObject({ holds: true });
    const pid = host.state(sessionId).target?.pid ?? 0;
    await host.calls.sessions.close({ sessionId }, host.context);
    expect(isAlive(pid)).toBe(false);
    expect(await host.calls.labs.runs({}, host.context)).toEqual([]);
    await expect(host.calls.labs.verify({ sessionId }, host.context)).rejects.toMatchObject({ code: 'no-such-session' });
  });

  it('forgets a verification whose session is closed meanwhile: it says nothing about the lab', async () => {
    const { sessionId } = await start('data');
    let closing: Promise<unknown> | undefined;
    const stop = host.services.handlers.labs.events.checked(() => {
      closing ??= Promise.resolve(host.calls.sessions.close({ sessionId }, host.context));
    });
    const before = await host.calls.labs.progress({}, host.context);
    await expect(host.calls.labs.verify({ sessionId }, host.context)).rejects.toMatchObject({ code: 'no-such-session' });
    stop();
    await closing;
    expect(await host.calls.labs.progress({}, host.context)).toEqual(before);
  });

  it('refuses what is no lab, no check and no lab’s session', async () => {
    await expect(start('nothing')).rejects.toMatchObject({ code: 'unknown-lab' });
    await expect(host.calls.labs.start({ name: 'regions', language: 'own' }, host.context)).rejects.toMatchObject({ code: 'invalid-argument' });
    const { sessionId } = await start('data');
    await expect(host.calls.labs.verify({ sessionId, only: ['nothing'] }, host.context)).rejects.toMatchObject({ code: 'invalid-argument' });
    const program = compileC('int main(void) { return 0; }', { flags: ['-g'] });
    const other = await host.calls.sessions.launch({ program, args: [], cwd: '', env: {}, stopAt: 'main' }, host.context);
    await expect(host.calls.labs.verify({ sessionId: other.sessionId }, host.context)).rejects.toMatchObject({ code: 'wrong-state' });
    await host.calls.sessions.close({ sessionId: other.sessionId }, host.context);
  });
});

describe('progress', () => {
  it('remembers what held and what was expected, across hosts, and forgets it', async () => {
    const { sessionId } = await start('data');
    await host.calls.labs.verify({ sessionId, only: ['memory', 'file'] }, host.context);
    await host.calls.labs.predict({ name: 'data', prediction: 'file', option: 1 }, host.context);
    await expect(host.calls.labs.predict({ name: 'data', prediction: 'file', option: 9 }, host.context)).rejects.toMatchObject({ code: 'invalid-argument' });
    const kept = { lab: 'data', predictions: { file: 1 }, held: { c: expect.arrayContaining(['memory', 'file']) }, lastVerifiedMs: expect.any(Number) };
    expect(await host.calls.labs.progress({}, host.context)).toContainEqual(kept);
    expect(JSON.parse(readFileSync(join(host.folder, 'labs.json'), 'utf8'))).toMatchObject({ labs: expect.arrayContaining([kept]) });
    await host.calls.labs.forget({ name: 'data' }, host.context);
    expect((await host.calls.labs.progress({}, host.context)).filter(({ lab }) => lab === 'data')).toEqual([]);
  });
});

describe('compiling', () => {
  it('tells what compiles, and where a text of ours does not, in the compiler’s words', async () => {
    const toolchain = await host.calls.labs.toolchain({}, host.context);
    expect(toolchain.c.compiler?.version).toMatch(/gcc|clang|cc/);
    const resources = join(folder, 'broken');
    cpSync(SHIPPED, resources, { recursive: true });
    writeFileSync(join(resources, '03-data/data.c'), 'int main(void) { return missing; }\n');
    const other = new LiveHost(undefined, { resources, cache });
    try {
      await expect(other.calls.labs.start({ name: 'data', language: 'c' }, other.context)).rejects.toMatchObject({
        code: 'compile-failed', evidence: expect.stringMatching(/data\.c:1:\d+: error: .*missing/) as string,
      });
    } finally {
      await other.dispose();
    }
  });

  it('compiles once: the second start finds what the first has made', async () => {
    const first = await start('data');
    const context = callContext();
    const second = await host.calls.labs.start({ name: 'data', language: 'c' }, context);
    expect(second.program).toBe(first.program);
    expect(context.told.filter(({ words }) => words.includes('-o'))).toEqual([]);
  });
});
