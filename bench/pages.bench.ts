import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseMaps } from '../src/main/procfs/maps.ts';
import { RESERVED_WALK_PAGES, WINDOW_PAGES } from '../src/main/target/pages/walk-pages.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../src/shared/model/region-table.ts';
import { elapsedMs, interleave } from './lib/figures.ts';
import { compile, launch } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';
import { chromiumTarget, type BenchTarget } from './lib/targets.ts';

const MAPPINGS = 60_000;
const GIB = 2 ** 30;
const PATIENCE_MS = 20_000;
const SETTLE_MS = 1500;

/**
 * Page states of whole processes beside the floor: the kernel's files read from end to end with the same buffers, and nothing done with them. Ours: opened session, service
 * called as a host calls it, states decoded and counted for every region; and smaps parsed and summed by kind and by module.
 */
export default async function pages(): Promise<Table> {
  const rows: Row[] = [];
  const notes: string[] = [];
  /* oxlint-disable no-await-in-loop -- one measurement at a time */
  for (const make of [residentTarget, rendererTarget, mappedTarget]) {
    const target = await make();
    if (target === undefined) {
      notes.push('no browser on this machine: the renderer was left out');
      continue;
    }
    const compared = await compare(target);
    rows.push(...compared.rows);
    notes.push(compared.note);
    await target.stop();
  }
  /* oxlint-enable no-await-in-loop */
  return { title: heading('Page states and sums of a whole process', ...notes), rows };
}

async function compare(target: BenchTarget): Promise<{ rows: Row[]; note: string }> {
  const services = openServices();
  const { sessions, pages: calls } = { sessions: services.handlers.sessions.calls, pages: services.handlers.pages.calls };
  const { sessionId } = await sessions.observe({ pid: target.pid }, context);
  let counted = { pages: 0, present: 0 };
  let readBytes = 0;
  const overview = async (): Promise<void> => {
    const { total, cost } = await calls.overview({ sessionId }, context);
    counted = total;
    readBytes = cost.bytesRead;
  };
  const usage = async (): Promise<void> => void (await calls.usage({ sessionId }, context));
  const floorPagemap = (): void => readPagemap(target.pid);
  const floorSmaps = (): void => void readWhole(`/proc/${target.pid}/smaps`);
  const [our, floor, ourSums, floorSums, ourBoth, floorBoth] = await interleave([
    { name: 'overview', run: () => elapsedMs(overview) },
    { name: 'floor', run: () => elapsedMs(floorPagemap) },
    { name: 'usage', run: () => elapsedMs(usage) },
    { name: 'floor', run: () => elapsedMs(floorSmaps) },
    { name: 'both', run: () => elapsedMs(async () => {
      await overview();
      await usage();
    }) },
    { name: 'floor', run: () => elapsedMs(() => {
      floorPagemap();
      floorSmaps();
    }) },
  ]);
  await services.dispose();
  if (!our || !floor || !ourSums || !floorSums || !ourBoth || !floorBoth) throw new Error('a contender is missing');
  const unit = 'ms';
  const aim = { atMost: 2 };
  return {
    rows: [
      row({ what: `${target.name}: state of every page`, ours: our.warm, beside: 'read maps and pagemap', theirs: floor.warm, unit, aim }),
      row({ what: `${target.name}: sums by kind and module`, ours: ourSums.warm, beside: 'read smaps', theirs: floorSums.warm, unit, aim }),
      row({ what: `${target.name}: both, warm`, ours: ourBoth.warm, beside: 'read all three', theirs: floorBoth.warm, unit, aim }),
      row({ what: `${target.name}: both, first`, ours: ourBoth.first, beside: 'read all three', theirs: floorBoth.first, unit, aim }),
    ],
    note: `${target.name}: ${counted.pages} pages mapped, ${counted.present} present, ${(readBytes / 2 ** 20).toFixed(1)} MiB of pagemap read`,
  };
}

const buffer = Buffer.alloc(WINDOW_PAGES * 8);

/** maps, and pagemap of every mapping but large ones without access: neighbours in one read, as few reads as there can be. */
function readPagemap(pid: number): void {
  const m = parseMaps(readWhole(`/proc/${pid}/maps`));
  const fd = openSync(`/proc/${pid}/pagemap`, 'r');
  let from = 0;
  let to = 0;
  const flush = (): void => {
    for (let page = from; page < to; page += WINDOW_PAGES) readSync(fd, buffer, 0, Math.min(WINDOW_PAGES, to - page) * 8, page * 8);
  };
  for (let i = 0; i < m.length; i++) {
    const start = m.startPage[i] ?? 0;
    const end = m.endPage[i] ?? 0;
    const noAccess = ((m.perms[i] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC)) === 0;
    if (start >= 2 ** 44 || (noAccess && end - start > RESERVED_WALK_PAGES)) continue;
    if (start - to > 256) {
      flush();
      from = start;
    }
    to = end;
  }
  flush();
  closeSync(fd);
}

const whole = { bytes: Buffer.alloc(1 << 20) };

/** To the end, into a buffer that is kept. */
function readWhole(path: string): Buffer {
  const fd = openSync(path, 'r');
  let length = 0;
  for (;;) {
    if (whole.bytes.length - length < 65_536) whole.bytes = Buffer.concat([whole.bytes, Buffer.alloc(whole.bytes.length)]);
    const got = readSync(fd, whole.bytes, length, whole.bytes.length - length, null);
    if (got === 0) break;
    length += got;
  }
  closeSync(fd);
  return whole.bytes.subarray(0, length);
}

async function residentTarget(): Promise<BenchTarget> {
  const program = await launch(compile('filler'), [String(GIB)]);
  return { name: '1 GiB resident', pid: program.pid, stop: () => program.stop() };
}

async function mappedTarget(): Promise<BenchTarget> {
  const program = await launch(compile('mapper'), [String(MAPPINGS)]);
  return { name: `${MAPPINGS} mappings`, pid: program.pid, stop: () => program.stop() };
}

/** A renderer of a headless Chromium, which reserves over a terabyte. */
async function rendererTarget(): Promise<BenchTarget | undefined> {
  const browser = await chromiumTarget();
  if (browser === undefined) return undefined;
  const find = (): number | undefined => descendants(browser.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer'));
  // The browser answers before its first page has a process.
  let renderer = find();
  for (const end = performance.now() + PATIENCE_MS; renderer === undefined && performance.now() < end; renderer = find()) {
    // oxlint-disable-next-line no-await-in-loop -- waiting for it
    await sleep(50);
  }
  if (renderer === undefined) throw new Error('Chromium has started no renderer');
  // Past its start, and then still: a map that changes between two looks is classified anew, which is another benchmark.
  await sleep(SETTLE_MS);
  process.kill(renderer, 'SIGSTOP');
  const pid = renderer;
  return {
    name: 'Chromium renderer',
    pid,
    async stop() {
      process.kill(pid, 'SIGCONT');
      await browser.stop();
    },
  };
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number));
  return children.flatMap((child) => [child, ...descendants(child)]);
}
