import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { isAlive, isRunningFree, readMemory, textAndFile, until } from './testing/process-truth.ts';
import { tickerProgram } from './testing/ticker.ts';

const HOST = join(import.meta.dirname, 'testing/host-process.ts');

let host: ChildProcess | undefined;
let program: RunningProgram | undefined;

afterEach(async () => {
  if (host && host.exitCode === null && host.signalCode === null) host.kill('SIGKILL');
  await program?.stop();
  [host, program] = [undefined, undefined];
});

/** Starts a host that holds a process as told; resolves with the held process's id once it does. */
async function startHost(...args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', HOST, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  host = child;
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  await until('the host is ready', () => {
    if (child.exitCode !== null) throw new Error(`the host ended: ${complaints}`);
    return printed.includes('ready');
  }, 40_000);
  return Number(/ready (\d+)/.exec(printed)?.[1]);
}

async function end(signal: NodeJS.Signals): Promise<void> {
  if (!host) throw new Error('no host');
  const gone = once(host, 'exit');
  host.kill(signal);
  await gone;
}

const ticks = (held: RunningProgram): bigint => readMemory(held.pid, held.address('ticks'), 8).readBigUInt64LE();

describe.each(['SIGTERM', 'SIGKILL'] as const)('%s of the host', (signal) => {
  describe.each(['stopped', 'running'] as const)('while the process is %s', (state) => {
    it.each(['none', 'software', 'hardware'] as const)('with breakpoints: %s, lets it run on, untraced, with its own text', async (breakpoint) => {
      const held = await runProgram(tickerProgram());
      program = held;
      await startHost('attach', String(held.pid), state, breakpoint, 'tick');
      expect(isRunningFree(held.pid)).toBe(false);
      await end(signal);
      await until('it runs free', () => isRunningFree(held.pid));
      // It has to pass the place of the breakpoint many times, and live.
      const before = ticks(held);
      await until('it ticks on', () => ticks(held) > before + 50n);
      expect(isAlive(held.pid)).toBe(true);
      const texts = textAndFile(held.pid, tickerProgram());
      expect(texts.length).toBeGreaterThan(0);
      for (const { memory, file } of texts) expect(memory.equals(file)).toBe(true);
    });
  });

  it.each(['stopped', 'running'] as const)('ends a launched program that is %s', async (state) => {
    const pid = await startHost('launch', tickerProgram(), state, 'software', 'tick');
    expect(isAlive(pid)).toBe(true);
    await end(signal);
    await until('it is gone', () => !isAlive(pid));
  });
});
