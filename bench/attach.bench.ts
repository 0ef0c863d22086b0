import { join } from 'node:path';
import { scratchFolder, start } from './lib/children.ts';
import { once } from 'node:events';
import { interleave, median, type Figures } from './lib/figures.ts';
import { gdbEnvironment, QUIET } from './lib/gdb-pipe.ts';
import { compile } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';
import { openServices, type BenchServices } from './lib/services.ts';
import { chromiumTarget, clockedTarget, nodeTarget, type BenchTarget } from './lib/targets.ts';
import { whileWatched } from './lib/watcher.ts';

interface Attach {
  readonly stoppedMs: number;
  readonly wholeMs: number;
  readonly ownMs: number | undefined;
}

/** How long attaching keeps a process standing still, seen from outside, and how long it takes until everything is there to be drawn. */
export default async function attach(): Promise<Table> {
  // gdb's index cache is in there: cold at first.
  process.env['XDG_CACHE_HOME'] = join(scratchFolder(), 'cache');
  const watchStopped = compile('watch_stopped');
  const rows: Row[] = [];
  const notes: string[] = [];
  for (const make of [clockedTarget, nodeTarget, chromiumTarget]) {
    // oxlint-disable-next-line no-await-in-loop -- one target after the other
    const target = await make();
    if (target === undefined) continue;
    // oxlint-disable-next-line no-await-in-loop
    const compared = await compare(target, watchStopped);
    rows.push(...compared.rows);
    if (compared.note !== undefined) notes.push(compared.note);
    // oxlint-disable-next-line no-await-in-loop
    await target.stop();
  }
  return { title: heading('attach + registers + mappings + backtrace + detach', ...notes), rows };
}

async function compare(target: BenchTarget, watchStopped: string): Promise<{ rows: Row[]; note: string | undefined }> {
  const ours: Attach[] = [];
  const atOnce: Attach[] = [];
  const gdbs: Attach[] = [];
  const watched = (list: Attach[], work: () => Promise<number>) => async (): Promise<number> => {
    target.ownStoppedMs?.();
    const { answer: wholeMs, time } = await whileWatched(watchStopped, target.pid, work);
    list.push({ stoppedMs: time.stoppedMs, wholeMs, ownMs: target.ownStoppedMs?.() });
    return time.stoppedMs;
  };
  const [stopped, , gdbStopped] = await interleave([
    { name: 'ours', run: watched(ours, () => attachInOpenWindow(target.pid)) },
    { name: 'ours, at once', run: watched(atOnce, () => attachAtOnce(target.pid)) },
    { name: 'gdb', run: watched(gdbs, () => attachGdb(target.pid)) },
  ]);
  if (!stopped || !gdbStopped) throw new Error('a contender is missing');
  const whole = wholeTime(ours);
  const wholeAtOnce = wholeTime(atOnce);
  const gdbWhole = wholeTime(gdbs);
  const rows = [
    row({ what: `${target.name}: stopped, first`, ours: stopped.first, beside: 'gdb -batch -p', theirs: gdbStopped.first, unit: 'ms', aim: { atMost: 0.4 } }),
    row({ what: `${target.name}: stopped, warm`, ours: stopped.warm, beside: 'gdb -batch -p', theirs: gdbStopped.warm, unit: 'ms', aim: { atMost: 0.4 } }),
    row({ what: `${target.name}: attach to the full picture, first`, ours: whole.first, beside: 'gdb -batch -p', theirs: gdbWhole.first, unit: 'ms', aim: { atMost: 1.2 } }),
    row({ what: `${target.name}: attach to the full picture, warm`, ours: whole.warm, beside: 'gdb -batch -p', theirs: gdbWhole.warm, unit: 'ms', aim: { atMost: 1.2 } }),
    row({ what: `${target.name}: open and attach at once, warm`, ours: wholeAtOnce.warm, beside: 'gdb -batch -p', theirs: gdbWhole.warm, unit: 'ms' }),
  ];
  if (!target.ownStoppedMs) return { rows, note: undefined };
  const own = (list: readonly Attach[]): string => `${median(list.slice(1).map(({ ownMs }) => ownMs ?? Number.NaN)).toFixed(0)} ms`;
  return { rows, note: `${target.name}, warm, by its own clock: stopped for ${own(ours)}, by gdb for ${own(gdbs)}` };
}

function wholeTime(list: readonly Attach[]): Pick<Figures, 'first' | 'warm'> {
  return { first: list[0]?.wholeMs ?? Number.NaN, warm: median(list.slice(1).map(({ wholeMs }) => wholeMs)) };
}

/** Whoever presses Attach has looked at the window before: its gdb is ready by then. */
const LOOKS_FIRST_MS = 2000;

/** Through the services and the channel, like a window that shows the process already. Answers with the time from the press of Attach to the full picture, detaching not included. */
async function attachInOpenWindow(pid: number): Promise<number> {
  const services = openServices();
  const { sessions, map } = services.clients;
  const stop = sessions.on('state', () => undefined);
  try {
    const { sessionId } = await sessions.observe({ pid });
    await map.snapshot({ sessionId });
    await new Promise((resolve) => {
      setTimeout(resolve, LOOKS_FIRST_MS);
    });
    const begin = performance.now();
    return await attachAndDetach(services, sessionId, begin);
  } finally {
    stop();
    await services.dispose();
  }
}

/** The same with nothing ready: the process is opened, gdb started and attached, one after the other. */
async function attachAtOnce(pid: number): Promise<number> {
  const services = openServices();
  try {
    const begin = performance.now();
    const { sessionId } = await services.clients.sessions.observe({ pid });
    return await attachAndDetach(services, sessionId, begin);
  } finally {
    await services.dispose();
  }
}

async function attachAndDetach({ clients: { sessions, debug, map } }: BenchServices, sessionId: string, begin: number): Promise<number> {
  await sessions.attach({ sessionId });
  const { threads, selected } = await debug.threads({ sessionId });
  const threadId = selected ?? threads[0]?.id;
  if (threadId === undefined) throw new Error('gdb knows no thread');
  const [frames, registers, snapshot] = await Promise.all([
    debug.frames({ sessionId, threadId, low: 0, high: 63 }), debug.registers({ sessionId, threadId, frameLevel: 0 }), map.snapshot({ sessionId }),
  ]);
  const wholeMs = performance.now() - begin;
  if (frames.frames.length === 0 || registers.registers.length === 0 || snapshot.regions.length === 0) throw new Error('the picture is not whole');
  await sessions.detach({ sessionId });
  return wholeMs;
}

/** Answers with the time of the whole run: gdb -batch has printed everything and detached when it ends. */
async function attachGdb(pid: number): Promise<number> {
  const begin = performance.now();
  const commands = ['info registers', 'info proc mappings', 'bt 64'].flatMap((command) => ['-ex', command]);
  const child = start('gdb', [...QUIET, '-batch', '-p', String(pid), ...commands], { stdio: 'ignore', env: gdbEnvironment, endBy: 'SIGTERM' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`gdb ended with ${code}`);
  return performance.now() - begin;
}
