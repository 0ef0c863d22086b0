import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { compileC, programSource } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { SLOT_ROLES } from '../../../shared/model/stack.ts';
import { captureReal } from './testing/capture-real.ts';

interface Slot {
  readonly start: string;
  readonly end: string;
  readonly role: string;
  readonly name?: string;
  readonly type?: string;
  readonly value?: string;
  readonly register?: string;
}

interface Document {
  readonly stoppedMs: number;
  readonly thread: number;
  readonly frames: readonly {
    readonly level: number; readonly function: string | null; readonly file: string | null; readonly line: number | null; readonly pc: string; readonly cfa: string | null;
    readonly low: string; readonly high: string; readonly inline: boolean; readonly slots: readonly Slot[];
  }[];
}

let program: RunningProgram | undefined;

afterEach(async () => {
  await program?.stop();
  program = undefined;
});

function source(name: string): string {
  return readFileSync(programSource(`stack/${name}`), 'utf8');
}

function tracer(pid: number): string | undefined {
  return /^TracerPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

it('prints the whole stack as one JSON document, and lets the program run on', async () => {
  program = await runProgram(compileC(source('slots.c'), { name: 'stack-cli', flags: ['-g', '-O0', '-fstack-protector-all', '-DPROTECTED'] }));
  const { code, out, err } = await captureReal('stack', String(program.pid), '--json');
  expect([code, err]).toEqual([0, '']);
  const document = JSON.parse(out) as Document;
  expect(Object.keys(document)).toEqual(['stoppedMs', 'thread', 'frames']);
  expect(document.thread).toBe(program.pid);
  expect(document.stoppedMs).toBeGreaterThan(0);
  expect(tracer(program.pid)).toBe('0');
  for (const [at, frame] of document.frames.entries()) {
    expect(Object.keys(frame)).toEqual(['level', 'function', 'file', 'line', 'pc', 'cfa', 'low', 'high', 'inline', 'slots']);
    expect(frame.level).toBe(at);
    if (frame.inline) {
      expect(frame.slots).toEqual([]);
      continue;
    }
    let next = BigInt(frame.low);
    for (const slot of frame.slots) {
      expect(BigInt(slot.start)).toBe(next);
      expect(SLOT_ROLES).toContain(slot.role);
      expect(['start', 'end', 'role', 'name', 'type', 'value', 'register']).toEqual(expect.arrayContaining(Object.keys(slot)));
      next = BigInt(slot.end);
    }
    expect(next).toBe(BigInt(frame.high));
  }
  const byName = (name: string): Slot | undefined => document.frames.flatMap(({ slots }) => slots).find((slot) => slot.name === name);
  const [place = '', size = ''] = program.facts.get('local:by_value:corner')?.split(' ') ?? [];
  expect(byName('corner')).toEqual({ start: place, end: `0x${(BigInt(place) + BigInt(size)).toString(16)}`, role: 'local', name: 'corner', type: 'struct point', value: '{x = 3, y = 7}' });
  const [slot = '', target = ''] = program.facts.get('ret:vla')?.split(' ') ?? [];
  expect(document.frames.find((frame) => frame.function === 'vla')?.slots.at(-1)).toEqual({ start: slot, end: `0x${(BigInt(slot) + 8n).toString(16)}`, role: 'return-address', value: target });
  expect(document.frames.flatMap(({ slots }) => slots).find(({ role }) => role === 'canary')?.value).toMatch(/^0x[0-9a-f]+ intact$/);
  expect(document.frames.find((frame) => frame.function === 'inlined')).toMatchObject({ inline: true, file: expect.stringContaining('stack-cli.c') });
});

it('draws the frames, high addresses on top, and tells what is damaged', async () => {
  program = await runProgram(compileC(source('damage.c'), { name: 'damage-cli', flags: ['-g', '-O0', '-fstack-protector-strong'] }), ['canary']);
  const { code, out, err } = await captureReal('stack', String(program.pid), '--frames', '8');
  expect(code).toBe(0);
  expect(err).toMatch(/The stack canary of frame \d is smashed/);
  const lines = out.split('\n');
  const lineOf = (text: RegExp): number => lines.findIndex((line) => text.test(line));
  expect(lineOf(/^thread \d+ \S+, stopped for \d+ ms; \d+ frames/)).toBe(0);
  expect(lineOf(/#\d main/)).toBeGreaterThan(0);
  expect(lineOf(/#\d overflow/)).toBeGreaterThan(lineOf(/#\d main/));
  expect(lineOf(/C canary {2}smashed/)).toBeGreaterThan(lineOf(/#\d overflow/));
  expect(lineOf(/L buffer = "0123/)).toBeGreaterThan(lineOf(/C canary {2}smashed/));
  expect(lineOf(/rsp 0x7ff/)).toBeGreaterThan(lineOf(/L buffer/));
});

it('takes a thread by either number, and says which there are', async () => {
  program = await runProgram(compileC(source('threads.c'), { name: 'threads-cli', flags: ['-g', '-O2'] }));
  const tid = program.facts.get('blockedTid') ?? '';
  const { out } = await captureReal('stack', String(program.pid), '--thread', tid, '--json');
  const document = JSON.parse(out) as Document;
  expect(document.thread).toBe(Number(tid));
  expect(document.frames.flatMap(({ slots }) => slots).find(({ name }) => name === 'mine')).toMatchObject({ start: program.facts.get('local:blocked:mine')?.split(' ')[0], value: '7' });
  const missing = await captureReal('stack', String(program.pid), '--thread', '4000000');
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining(`has no thread 4000000. Its threads: `)]);
  expect(tracer(program.pid)).toBe('0');
});

it.each([['--frames', '0'], ['--frames', '257'], ['--frames', 'x'], ['--thread', '-1']])('refuses %s %s before anything is stopped', async (option, value) => {
  expect(await captureReal('stack', '1', option, value)).toMatchObject({ code: 2, out: '' });
});
