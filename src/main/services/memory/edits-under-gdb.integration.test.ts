import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { LiveHost } from '../testing/live-host.ts';
import { readMemory, until } from '../testing/process-truth.ts';

/** Waits for a byte on its standard input in `inner`; `x` makes it exec itself. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int plain[4] = { 11, 22, 33, 44 };
static char **arguments;
__attribute__((noinline, noclone)) int counted(int n) { return n * 3; }
__attribute__((noinline, noclone)) int inner(int n) {
  volatile int local = 5;
  printf("local %p\\nplain %p\\ncounted %p\\nslot %p\\nready\\n", (void *)&local, (void *)plain, (void *)counted, (void *)((char *)__builtin_frame_address(0) + 8));
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) == 1) {
    if (byte == 'x') execv("/proc/self/exe", arguments);
    local += counted(n) - counted(n);
  }
  exit(local);
}
__attribute__((noinline, noclone)) int outer(int n) { return inner(n + 1) + n; }
int main(int argc, char **argv) { arguments = argv; return outer(argc); }`;

let host: LiveHost;
let program: RunningProgram;
let sessionId = '';

beforeAll(async () => {
  host = new LiveHost();
  program = await runProgram(compileC(SOURCE, { name: 'edited', flags: ['-g', '-O0', '-fno-omit-frame-pointer'] }));
  ({ sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context));
  await host.calls.sessions.attach({ sessionId }, host.context);
  await host.openTerminal(sessionId, 'gdb');
});
afterAll(async () => {
  await host.dispose();
  await program.stop();
});

const at = (key: string): Address => toAddress(program.address(key));
const truth = (address: Address, count: number): number[] => [...readMemory(program.pid, address, count)];
const i32 = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);
const write = (start: Address, bytes: Uint8Array, privateCopy = false) => host.calls.memory.write({ sessionId, start, bytes, privateCopy, label: 'test' }, host.context);
const undoAll = () => host.calls.memory.undoAll({ sessionId }, host.context);
let asked = 0;
/** Types a command into gdb's own console and answers with what it prints. */
async function ask(command: string): Promise<string> {
  const mark = `end-${++asked}-`;
  const from = host.printed('gdb').length;
  const answer = (): string => host.printed('gdb').slice(from);
  await host.type(sessionId, 'gdb', `${command}\necho ${mark}\\n\n`);
  // The console echoes what is typed; the mark alone is gdb's answer.
  await until(`gdb answers ${command}`, () => new RegExp(`(?<!echo )${mark}`).test(answer()));
  return answer();
}

describe('edits of a program that gdb has stopped', () => {
  it('show in gdb’s own console, which keeps its frame', async () => {
    await ask('frame function inner');
    expect(await ask('print local')).toMatch(/= 5\b/);
    expect(await ask('info frame')).toContain('in inner');
    await write(at('local'), i32(77));
    expect(await ask('print local')).toMatch(/= 77\b/);
    expect(await ask(`x/4xb ${at('local').toString()}`)).toMatch(/0x4d\s+0x00\s+0x00\s+0x00/);
    await write(at('plain'), i32(99));
    expect(await ask('print plain')).toContain('{99, 22, 33, 44}');
    expect(await ask('frame')).toContain('inner');
    await undoAll();
    expect(await ask('print local')).toMatch(/= 5\b/);
    expect(truth(at('local'), 4)).toEqual([...i32(5)]);
  });

  it('of a return address show in the frames that follow', async () => {
    const { threadId } = await stoppedThread();
    const frames = async () => (await host.calls.debug.frames({ sessionId, threadId, low: 0, high: 20 }, host.context)).frames.map((frame) => ({ name: frame.function, pc: frame.pc }));
    const before = await frames();
    const index = before.findIndex(({ name }) => name === 'outer');
    const returnsTo = before[index]?.pc ?? 0n;
    expect(truth(at('slot'), 8)).toEqual([...new Uint8Array(BigUint64Array.of(returnsTo).buffer)]);
    await write(at('slot'), new Uint8Array(BigUint64Array.of(returnsTo + 1n).buffer));
    expect((await frames())[index]?.pc).toBe(returnsTo + 1n);
    await undoAll();
    expect(await frames()).toEqual(before);
  });

  it('are undone newest first, where they lie over each other', async () => {
    await write(at('plain'), i32(1));
    await write(toAddress(at('plain') + 2n), i32(-1));
    const { done } = await write(at('plain'), i32(2));
    expect(done).toHaveLength(3);
    expect(truth(at('plain'), 8)).toEqual([2, 0, 0, 0, 255, 255, 0, 0]);
    const { done: left, undone, words } = await undoAll();
    expect([left.length, undone.length, words]).toEqual([0, 3, 'undid 3 edits']);
    expect(truth(at('plain'), 8)).toEqual([11, 0, 0, 0, 22, 0, 0, 0]);
    for (let i = 0; i < 3; i++) await host.calls.memory.redo({ sessionId }, host.context);
    expect(truth(at('plain'), 8)).toEqual([2, 0, 0, 0, 255, 255, 0, 0]);
    await undoAll();
  });
});

describe('edits where a breakpoint replaced a byte', () => {
  it('are refused where they would change the byte under it, and leave it in place around it', async () => {
    const made = await host.calls.debug.insertBreakpoint({ sessionId, location: 'counted' }, host.context);
    const place = made.locations[0]?.address ?? toAddress(0n);
    expect(place).toBeGreaterThanOrEqual(at('counted'));
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await program.say('');
    await host.untilState(sessionId, 'the breakpoint', ({ phase, stop }) => phase === 'stopped' && stop?.breakpoint === made.number);
    await host.calls.debug.removeBreakpoint({ sessionId, number: made.number }, host.context);
    await host.calls.sessions.resume({ sessionId, kind: 'continue' }, host.context);
    await host.untilState(sessionId, 'running on', ({ phase }) => phase === 'running');
    const own = truth(place, 4);
    const again = await host.calls.debug.insertBreakpoint({ sessionId, location: `*0x${place.toString(16)}` }, host.context);
    await until('int3 stands in memory', () => truth(place, 1)[0] === 0xcc);
    const { ranges, patched } = await host.calls.memory.read({ sessionId, start: place, lengthBytes: 4, touchNotPresent: false }, host.context);
    expect(ranges[0]?.kind === 'valid' && [...ranges[0].bytes]).toEqual(own);
    expect(patched).toMatchObject([{ address: place, original: own[0], breakpoint: again.number }]);

    await expect(write(place, Uint8Array.of(0x90), true)).rejects.toMatchObject({ code: 'breakpoint-in-range', remedy: `Remove breakpoint ${again.number} first.` });
    expect(truth(place, 4)).toEqual([0xcc, ...own.slice(1)]);
    await write(place, Uint8Array.of(own[0] ?? 0, own[1] ?? 0, own[2] ?? 0, (own[3] ?? 0) ^ 0xff), true);
    expect(truth(place, 4)).toEqual([0xcc, own[1], own[2], (own[3] ?? 0) ^ 0xff]);
    await undoAll();
    expect(truth(place, 4)).toEqual([0xcc, ...own.slice(1)]);
    await host.calls.debug.removeBreakpoint({ sessionId, number: again.number }, host.context);
    await until('the program has its own byte again', () => truth(place, 1)[0] === own[0]);
  });
});

describe('edits of a program that became another', () => {
  it('are not put back into the new one', async () => {
    const { done } = await write(at('plain'), i32(1234));
    expect(done).toHaveLength(1);
    await program.say('x');
    await until('the old bytes are gone', () => !holds1234());
    await until('its edits are forgotten', async () => (await undoCode()) === 'wrong-state');
    const { address } = await host.calls.locate.resolve({ sessionId, text: 'plain' }, host.context);
    await until('the new program has its own values', () => truth(address, 16).join() === [...i32(11), ...i32(22), ...i32(33), ...i32(44)].join());
  });
});

async function undoCode(): Promise<string> {
  try {
    await host.calls.memory.undo({ sessionId }, host.context);
    return 'undone';
  } catch (error) {
    return errorFacts(error).code;
  }
}

/** The kernel gives them no more once the process has another address space. */
function holds1234(): boolean {
  try {
    return truth(at('plain'), 4).join() === [...i32(1234)].join();
  } catch {
    return false;
  }
}

async function stoppedThread(): Promise<{ readonly threadId: number }> {
  const { threads } = await host.calls.debug.threads({ sessionId }, host.context);
  return { threadId: threads[0]?.id ?? 1 };
}
