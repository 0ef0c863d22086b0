import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExplainAnswer } from '../../../shared/model/explanation.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import { compileC, compileCpp, programSource } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { LiveHost } from '../testing/live-host.ts';
import { isRunningFree, until } from '../testing/process-truth.ts';

/** Programs that stop for other reasons than a fault get no cause; and signals that others send are told from faults. */
let faults: string;
let host: LiveHost;
const programs: RunningProgram[] = [];

beforeAll(() => {
  faults = compileC(readFileSync(programSource('faults/faults.c'), 'utf8'), { name: 'controls', flags: ['-g', '-O0', '-w'] });
  host = new LiveHost();
});

afterAll(async () => {
  await host.dispose();
  await Promise.all(programs.map((program) => program.stop()));
});

async function explain(sessionId: string): Promise<ExplainAnswer> {
  return (await host.services.handlers.explain.calls.explain({ sessionId }, host.context)).answer;
}

async function launch(mode: string, stopAt = '', program = faults): Promise<string> {
  return (await host.calls.sessions.launch({ program, args: [mode], cwd: '', env: {}, stopAt }, host.context)).sessionId;
}

async function attached(mode: string, ...more: readonly string[]): Promise<{ readonly sessionId: string; readonly program: RunningProgram }> {
  const program = await runProgram(faults, [mode, ...more]);
  programs.push(program);
  const { sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context);
  await host.calls.sessions.attach({ sessionId }, host.context);
  return { sessionId, program };
}

const stopped = (sessionId: string, holds: (state: SessionState) => boolean): Promise<void> => host.untilState(sessionId, 'it stops', (state) => state.phase === 'stopped' && holds(state));
const resume = async (sessionId: string): Promise<SessionState> => host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
const close = async (sessionId: string): Promise<null> => host.calls.sessions.close({ sessionId }, host.context);

it('breakpoint, steps, watchpoint, end: no fault', async () => {
  const sessionId = await launch('exit', 'main');
  const reasons: string[] = [];
  const look = async (): Promise<void> => {
    const answer = await explain(sessionId);
    expect(answer).toEqual({ kind: 'none', reason: expect.any(String) });
    if (answer.kind === 'none') reasons.push(answer.reason);
  };
  await look();
  for (const kind of ['step-over', 'step-instruction', 'next-instruction'] as const) {
    const { stopCount } = host.state(sessionId);
    await host.calls.sessions.resume({ sessionId, kind }, host.context);
    await stopped(sessionId, (state) => state.stopCount > stopCount);
    await look();
  }
  const { address } = await host.calls.locate.resolve({ sessionId, text: 'sink' }, host.context);
  const breakpoint = await host.calls.debug.insertWatchpoint({ sessionId, subject: { kind: 'range', range: { start: address, end: (address + 4n) as typeof address } }, access: 'write' }, host.context);
  expect(breakpoint.kind).toBe('watch-write');
  const { stopCount } = host.state(sessionId);
  await resume(sessionId);
  await stopped(sessionId, (state) => state.stopCount > stopCount);
  await look();
  await host.calls.debug.removeBreakpoint({ sessionId, number: breakpoint.number }, host.context);
  await resume(sessionId);
  await host.untilState(sessionId, 'it ends', ({ phase }) => phase === 'exited');
  await look();
  expect(reasons).toEqual([
    expect.stringMatching(/breakpoint \d+: no fault/), expect.stringContaining('step'), expect.stringContaining('step'), expect.stringContaining('step'),
    expect.stringMatching(/watchpoint .*no fault/), expect.stringContaining('exited with status 3'),
  ]);
  await close(sessionId);
});

it('catchpoints for exec and system calls: no fault', async () => {
  const sessionId = await launch('exec', 'main');
  await host.calls.debug.insertCatchpoint({ sessionId, kind: 'syscall', what: ['execve'] }, host.context);
  const { stopCount } = host.state(sessionId);
  await resume(sessionId);
  await stopped(sessionId, (state) => state.stopCount > stopCount);
  expect(await explain(sessionId)).toMatchObject({ kind: 'none' });
  await close(sessionId);
});

it('a C++ exception that is thrown and caught: no fault', async () => {
  const sessionId = await launch('caught', 'main', compileCpp(readFileSync(programSource('faults/throws.cpp'), 'utf8'), { name: 'caught', flags: ['-g', '-O0'] }));
  await host.calls.debug.insertCatchpoint({ sessionId, kind: 'throw' }, host.context);
  const { stopCount } = host.state(sessionId);
  await resume(sessionId);
  await stopped(sessionId, (state) => state.stopCount > stopCount);
  expect(await explain(sessionId)).toMatchObject({ kind: 'none' });
  await close(sessionId);
});

it('attached, interrupted, and stopped by signals that are no faults', async () => {
  const { sessionId, program } = await attached('wait');
  expect(await explain(sessionId)).toEqual({ kind: 'none', reason: expect.stringContaining('attaching') });
  for (const signal of ['SIGUSR1', 'SIGINT', 'SIGTERM', 'SIGCHLD', 'SIGALRM', 'SIGHUP'] as const) {
    // Nothing that follows is handed to the program: it would end it.
    await host.calls.debug.handleSignal({ sessionId, name: signal, stop: true, pass: false }, host.context);
    await resume(sessionId);
    process.kill(program.pid, signal);
    await stopped(sessionId, ({ stop }) => stop?.signal?.name === signal);
    expect(await explain(sessionId)).toEqual({ kind: 'none', reason: expect.stringMatching(new RegExp(`${signal}.*not a fault`)) });
  }
  await resume(sessionId);
  expect(await explain(sessionId)).toEqual({ kind: 'none', reason: expect.stringContaining('not stopped') });
  await host.calls.sessions.interrupt({ sessionId }, host.context);
  await stopped(sessionId, () => true);
  expect(await explain(sessionId)).toMatchObject({ kind: 'none' });
  await close(sessionId);
  await until('it runs on', () => isRunningFree(program.pid));
});

it.each(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGABRT'] as const)('%s from another process is told as such, and by whom', async (signal) => {
  const { sessionId, program } = await attached('wait');
  await host.calls.debug.handleSignal({ sessionId, name: signal, stop: true, pass: false }, host.context);
  await resume(sessionId);
  const sender = spawn('/bin/sh', ['-c', `kill -${signal.slice(3)} ${program.pid}; read line`], { stdio: ['pipe', 'ignore', 'ignore'] });
  await stopped(sessionId, ({ stop }) => stop?.signal?.name === signal);
  expect(await explain(sessionId)).toMatchObject({
    kind: 'fault', signal: { name: signal }, access: 'none', address: undefined, cause: { id: 'sent-by-process', certainty: 'certain' }, sender: { pid: sender.pid, name: 'sh', uid: process.getuid?.(), self: false },
  });
  sender.stdin.end('\n');
  await once(sender, 'exit');
  await close(sessionId);
  await until('it runs on', () => isRunningFree(program.pid));
});

it('a process that waits inside its handler of a fault: the interrupted instruction is explained', async () => {
  const { sessionId, program } = await attached('write-rodata', 'waits');
  expect(await explain(sessionId)).toMatchObject({
    kind: 'fault', signal: { name: 'SIGSEGV' }, code: { name: 'SEGV_ACCERR' }, access: 'write', sizeBytes: 1, address: program.address('address'), function: 'write_byte',
    cause: { id: 'write-to-rodata', certainty: 'certain' }, region: { kind: 'rodata' },
  });
  await close(sessionId);
  await until('it runs on', () => isRunningFree(program.pid));
});
