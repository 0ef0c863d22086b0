import { readFileSync } from 'node:fs';
import { elapsedMs, interleave } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { compile, launch, type Program } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';
import type { StackAnswer } from '../src/shared/rpc/contracts/stack.ts';

const FRAMES = 64;
const RECURSION = 120_000;

/** From a stop to every frame with all its slots and values; and a very deep recursion. */
export default async function stack(): Promise<Table> {
  const path = compile('deep_stack', ['-g', '-O0']);
  const rows = [...(await sixtyFour(path)), ...(await recursion(path))];
  return { title: heading('stack: from a stop to all slots and values of 64 frames; a recursion of 120,000', 'each round after a step, so that no gdb has its frames at hand; one process each for ours and for the peers'), rows };
}

async function sixtyFour(path: string): Promise<Row[]> {
  const [ours, theirs] = [await launch(path, ['frames', String(FRAMES + 8)]), await launch(path, ['frames', String(FRAMES + 8)])];
  const services = openServices();
  const { sessions, stack: window, debug } = services.clients;
  const stacks = services.handlers.stack.calls;
  const { sessionId } = await sessions.observe({ pid: ours.pid });
  await sessions.attach({ sessionId });
  const threadId = (await debug.threads({ sessionId })).threads[0]?.id ?? 1;
  const gdb = new GdbPipe('mi3', ['-p', String(theirs.pid)]);
  await gdb.send('-gdb-version');
  const slots: number[] = [];
  const step = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => {
      const end = sessions.on('state', (state) => {
        if (state.phase !== 'stopped' || state.sessionId !== sessionId) return;
        end();
        resolve();
      });
    });
    await sessions.resume({ sessionId, kind: 'next-instruction' });
    await stopped;
  };
  const commands = ['-stack-list-frames 0 63', ...Array.from({ length: FRAMES }, (_, level) => `-stack-list-variables --thread 1 --frame ${level} --simple-values`)];
  const read = (ask: (asked: { sessionId: string; threadId: number; low: number; high: number }) => StackAnswer | Promise<StackAnswer>) => async (): Promise<number> => {
    await step();
    return elapsedMs(async () => {
      const { frames } = await ask({ sessionId, threadId, low: 0, high: FRAMES - 1 });
      slots.push(frames.reduce((sum, frame) => sum + frame.slots.length, 0));
      if (frames.length !== FRAMES) throw new Error('frames are missing');
    });
  };
  const [our, mi, full, windows] = await interleave([
    { name: 'ours', run: read((asked) => stacks.frames(asked, context)) },
    { name: 'plain MI', run: async () => (await gdb.sendAndStop('-exec-next-instruction'), elapsedMs(() => gdb.sendAll(commands))) },
    { name: 'bt full', run: async () => (await gdb.sendAndStop('-exec-next-instruction'), elapsedMs(() => gdb.send(`-interpreter-exec console "bt full ${FRAMES}"`))) },
    { name: 'ours, through the channel', run: read((asked) => window.frames(asked)) },
  ]);
  if (!our || !mi || !full || !windows) throw new Error('a contender is missing');
  await gdb.stop();
  await services.dispose();
  await Promise.all([ours.stop(), theirs.stop()]);
  const what = `${FRAMES} frames, ${slots[0] ?? 0} slots`;
  return [
    row({ what: `${what}, first`, ours: our.first, beside: 'MI: frames, variables of each', theirs: mi.first, unit: 'ms', aim: { atMost: 3 } }),
    row({ what: `${what}, warm`, ours: our.warm, beside: 'MI: frames, variables of each', theirs: mi.warm, unit: 'ms', aim: { atMost: 3 } }),
    row({ what: `${what}, first`, ours: our.first, beside: 'bt full', theirs: full.first, unit: 'ms', aim: { faster: 1 } }),
    row({ what: `${what}, warm`, ours: our.warm, beside: 'bt full', theirs: full.warm, unit: 'ms', aim: { faster: 1 } }),
    row({ what: `${what}, through channel and codec, warm`, ours: windows.warm, beside: 'MI: frames, variables of each', theirs: mi.warm, unit: 'ms' }),
  ];
}

/** Opened in a gdb of its own each time: outline and the innermost frames, after the attach. */
async function recursion(path: string): Promise<Row[]> {
  const program = await launchDeep(path);
  const memory: number[] = [];
  const open = async (): Promise<number> => {
    const services = openServices();
    const { sessions, stack: stacks, debug } = services.clients;
    const { sessionId } = await sessions.observe({ pid: program.pid });
    await sessions.attach({ sessionId });
    const threadId = (await debug.threads({ sessionId })).threads[0]?.id ?? 1;
    const ms = await elapsedMs(async () => {
      const [outline, { frames }] = await Promise.all([stacks.outline({ sessionId, threadId }), stacks.frames({ sessionId, threadId, low: 0, high: 15 })]);
      const far = await stacks.frames({ sessionId, threadId, low: RECURSION / 2, high: RECURSION / 2 + 15 });
      if (outline.depth < RECURSION || frames.length !== 16 || far.frames.length !== 16) throw new Error(`only ${outline.depth} frames`);
    });
    memory.push(peakMiB(tracerOf(program.pid)));
    await services.dispose();
    return ms;
  };
  const [ours] = await interleave([{ name: 'ours', run: open }]);
  await program.stop();
  if (!ours) throw new Error('a contender is missing');
  return [
    row({ what: `recursion of ${RECURSION}: outline, 16 innermost, 16 in the middle, first`, ours: ours.first, beside: 'limit', theirs: 1000, unit: 'ms', aim: { atMost: 1 } }),
    row({ what: 'the same, warm', ours: ours.warm, beside: 'limit', theirs: 1000, unit: 'ms', aim: { atMost: 1 } }),
    row({ what: "gdb's largest resident size meanwhile", ours: Math.max(...memory), beside: 'limit', theirs: 300, unit: 'MiB', aim: { atMost: 1 } }),
  ];
}

/** The stack of 120,000 frames is larger than the usual limit. */
function launchDeep(path: string): Promise<Program> {
  return launch('/bin/sh', ['-c', 'ulimit -s 65536 && exec "$0" "$@"', path, 'recursion', String(RECURSION)]);
}

function tracerOf(pid: number): number {
  return Number(/^TracerPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

function peakMiB(pid: number): number {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}
