import { afterEach, describe, expect, it } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { runProgram } from '../../testing/run-program.ts';
import type { RunningProgram } from '../../testing/run-program.ts';
import { eventually, runsFree, startRig } from '../testing/gdb-rig.ts';
import type { Rig } from '../testing/gdb-rig.ts';

/** More than are all read at the attach. The first ten are on the main thread's stack, the next ten on the second thread's, the last four on none. */
const MAIN = names(0, 10);
const SECOND = names(10, 20);
const NONE = names(20, 24);

function names(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => `step_${from + at}`);
}

/** Without frame pointers and with a frame of odd size: only the unwind table of the library itself leads to its caller. */
function library(name: string): string {
  const source = `typedef int step(void **);
int ${name}(void **rest) { volatile char room[72 + ${name.length}]; room[3] = 1; return ((step *)*rest)(rest + 1) + room[3]; }
`;
  return compileC(source, { name: `lib${name}.so`, flags: ['-g', '-O2', '-fomit-frame-pointer', '-shared', '-fPIC'] });
}

function program(): string {
  const all = [...MAIN, ...SECOND, ...NONE];
  const source = `#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
${all.map((name) => `int ${name}(void **);`).join('\n')}
static int inside;
int waits(void **rest) { (void)rest; __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST); for (;;) pause(); }
int says(void **rest) {
  while (__atomic_load_n(&inside, __ATOMIC_SEQ_CST) == 0) usleep(1000);
  puts("ready"); fflush(stdout);
  return waits(rest);
}
static void *second(void *unused) { void *chain[] = { ${SECOND.slice(1).join(', ')}, waits }; ${SECOND[0]}(chain); return unused; }
void *unused[] = { ${NONE.join(', ')} };
int main(void) {
  void *chain[] = { ${MAIN.slice(1).join(', ')}, says };
  pthread_t thread;
  pthread_create(&thread, 0, second, 0);
  return ${MAIN[0]}(chain);
}
`;
  return compileC(source, { name: 'many-libraries', flags: ['-g', '-O0', '-pthread', '-Wl,--no-as-needed', ...all.map(library)] });
}

let rig: Rig | undefined;
let running: RunningProgram | undefined;

afterEach(async () => {
  await rig?.gdb.dispose();
  rig = undefined;
  await running?.stop();
  running = undefined;
});

async function attached(): Promise<Rig> {
  running = await runProgram(program());
  rig = await startRig();
  const stop = await rig.gdb.attach(running.pid);
  expect(stop.frame?.function).toBeDefined();
  return rig;
}

async function stepsOf({ gdb }: Rig, threadId: number): Promise<string[]> {
  const { frames } = await gdb.frames(threadId, 0, 63);
  return frames.flatMap((frame) => (frame.function?.startsWith('step_') === true ? [frame.function] : []));
}

describe('a process with many libraries', () => {
  it('has every frame of every thread, whichever library it is in', async () => {
    const held = await attached();
    expect(await stepsOf(held, 1)).toEqual(MAIN.toReversed());
    const { threads } = await held.gdb.threads();
    expect(threads).toHaveLength(2);
    expect(await stepsOf(held, 2)).toEqual(SECOND.toReversed());
  });

  it.each([['breakpoint', NONE[0] ?? ''], ['expression', NONE[1] ?? '']])('knows names of libraries that are on no stack (%s)', async (what, name) => {
    const { gdb } = await attached();
    if (what === 'breakpoint') {
      const made = await gdb.insertBreakpoint({ location: name, condition: undefined, temporary: false, hardware: false });
      expect(made).toMatchObject({ pending: false, locations: [{ function: name }] });
    } else expect((await gdb.evaluateAddress(`&${name}`, { threadId: 1, frameLevel: 0 })).address).toBeGreaterThan(0n);
  });

  it('has them all after a while without being asked, and the setting is the user\'s again', async () => {
    const { type, consoleText } = await attached();
    await eventually('all are read', () => {
      type('info symbol step_23\n');
      return /step_23 in section \.text/.test(consoleText());
    });
    type('show auto-solib-add\n');
    await eventually('the setting', () => /Autoloading of shared library symbols is/.test(consoleText()));
    expect(consoleText()).toContain('Autoloading of shared library symbols is on');
  });

  it('is let go at once', async () => {
    const { gdb } = await attached();
    await gdb.detach();
    expect(gdb.pid).toBeUndefined();
    await eventually('it runs free', () => runsFree(running?.pid ?? 0));
  });
});
