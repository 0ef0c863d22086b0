import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageCounter, RunBuilder } from '../../../shared/analysis/pages/page-builders.ts';
import { sumUsage } from '../../../shared/analysis/usage/sum-usage.ts';
import { PAGE_FLAG_HUGE, PAGE_FLAG_LOCKED, PAGE_FLAG_SHARED, PAGE_STATE_CODE, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { openLiveTarget, type LiveTarget } from '../live/live-target.ts';
import { startProbeProgram, type ProbeProgram } from '../live/testing/access-proof.ts';
import { startStopped, type StoppedProgram } from '../live/testing/remote-proof.ts';
import { AccessReader } from './access-reader.ts';
import { walkPages } from './walk-pages.ts';

let program: ProbeProgram;
let target: LiveTarget;

beforeAll(async () => {
  program = await startProbeProgram();
  target = await openLiveTarget(program.pid);
});
afterAll(async () => {
  target.dispose();
  await program.stop();
});

/** Pages of a class by state name. */
function states(name: string, detail: 'pagemap' | 'frames' = 'pagemap'): { counts: Record<string, number>; flags: number } {
  const found = program.classes.find((one) => one.name === name);
  if (!found) throw new Error(`the program has no ${name}`);
  const first = Number(found.start >> 12n);
  const builder = new RunBuilder(65_536);
  walkPages(target.pages, target.pages.mappings(), first, first + Number((found.length + 4095n) >> 12n), { detail }, (chunk) => builder.add(chunk));
  const runs = builder.build();
  const counts: Record<string, number> = {};
  let flags = 0;
  for (let i = 0; i < runs.length; i++) {
    const state = PAGE_STATES[runs.state[i] ?? 0] ?? '';
    counts[state] = (counts[state] ?? 0) + (runs.pageCount[i] ?? 0);
    flags |= runs.flags[i] ?? 0;
  }
  return { counts, flags };
}

/** pagemap of every mapping, word for word, read without any of our code. */
function rawPagemap(pid: number): Map<string, string> {
  const fd = openSync(`/proc/${pid}/pagemap`, 'r');
  const words = new Map<string, string>();
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n')) {
    const [start = '', end = ''] = line.split(' ')[0]?.split('-') ?? [];
    const first = Number.parseInt(start, 16) / 4096;
    const count = Number.parseInt(end, 16) / 4096 - first;
    if (first >= 2 ** 44 || count > 65_536) continue;
    const bytes = Buffer.alloc(count * 8);
    readSync(fd, bytes, 0, bytes.length, first * 8);
    words.set(line, bytes.toString('hex'));
  }
  closeSync(fd);
  return words;
}

describe('page states of a program that built them', () => {
  it.each([
    ['anon-untouched', { absent: 32 }], ['anon-written', { anonymous: 32 }], ['anon-half', { anonymous: 16, absent: 16 }], ['dontneed', { anonymous: 16, absent: 16 }],
    ['guard-region', { absent: 8, guard: 8 }], ['file-private-untouched', { absent: 16 }], ['file-private-seen', { file: 16 }], ['file-private-copied', { 'private-copy': 16 }],
    ['file-shared-written', { file: 16 }], ['shared-anonymous-written', { 'shared-memory': 16 }], ['memfd-written', { 'shared-memory': 8 }], ['none-written', { anonymous: 16 }],
    ['mlocked', { anonymous: 16 }],
  ] as const)('%s', (name, expected) => {
    // A child of the program has its pages too: without frame numbers that cannot be told from the page of zeros.
    const seen = Object.entries(expected).map(([state, count]) => [state === 'anonymous' && !target.capabilities.has('page-frames') ? 'zero-or-shared' : state, count]);
    expect(states(name).counts).toEqual(Object.fromEntries(seen));
  });

  it('the page of zeros is told from pages that a fork shares, where frame numbers may be read', () => {
    const frames = target.capabilities.has('page-frames');
    expect(states('zero-page').counts).toEqual({ [frames ? 'zero-page' : 'zero-or-shared']: 32 });
    const forked = states('after-fork');
    // The parent wrote eight of the sixteen again and got copies; the child keeps the others with it.
    expect(forked.counts).toEqual(frames ? { anonymous: 16 } : { 'anonymous': 8, 'zero-or-shared': 8 });
    if (frames) expect(forked.flags & PAGE_FLAG_SHARED).toBe(PAGE_FLAG_SHARED);
  });

  it('huge and locked pages are flagged where frames may be looked up', ({ skip }) => {
    if (!target.capabilities.has('page-frames')) skip('needs CAP_SYS_ADMIN');
    expect(states('mlocked', 'frames').flags & PAGE_FLAG_LOCKED).toBe(PAGE_FLAG_LOCKED);
    expect(states('anon-written', 'frames').flags & (PAGE_FLAG_LOCKED | PAGE_FLAG_HUGE)).toBe(0);
    const smaps = readFileSync(`/proc/${program.pid}/smaps`, 'utf8');
    const huge = states('huge-page', 'frames');
    expect((huge.flags & PAGE_FLAG_HUGE) !== 0).toBe(/AnonHugePages: +[1-9]/.test(smaps));
  });
});

describe('looking changes nothing', () => {
  it('pagemap is the same, word for word, after everything was looked at', () => {
    const before = rawPagemap(program.pid);
    const counter = new PageCounter();
    for (const detail of ['pagemap', 'frames'] as const) {
      walkPages(target.pages, target.pages.mappings(), 0, 2 ** 52, { detail }, (chunk) => {
        counter.add(chunk);
        return true;
      });
    }
    const reader = new AccessReader(target.pages, { smaps: { maxAgeMs: 0 }, pkru: undefined });
    for (const { start, length } of program.classes) for (const at of [start, start + length - 1n]) reader.predict(at as Parameters<typeof reader.predict>[0]);
    for (let row = 0; row < reader.mappings.length; row++) target.pages.numaLine(reader.mappings.startPage[row] ?? 0);
    expect(counter.present).toBeGreaterThan(1000);
    expect(rawPagemap(program.pid)).toEqual(before);
  });
});

describe('sums of a live process', () => {
  it.each(['python3', 'node'] as const)('%s: usage by kind and by module equals smaps_rollup, and the walk finds every resident page', async (name) => {
    const other: StoppedProgram | undefined = await startStopped(name);
    if (!other) {
      console.log(`${name}: not on this machine, skipped`);
      return;
    }
    const live = await openLiveTarget(other.pid);
    try {
      const { regions } = await live.readPicture();
      // What counts as shared depends on processes that come and go: both files must have been read while nothing changed.
      const readRollup = (): string => readFileSync(`/proc/${other.pid}/smaps_rollup`, 'utf8');
      let [rollup, smaps] = [readRollup(), live.pages.smaps(0).smaps];
      for (let after = readRollup(); after !== rollup; after = readRollup()) [rollup, smaps] = [after, live.pages.smaps(0).smaps];
      const { byKind, byModule, unmatched } = sumUsage(smaps, regions);
      expect(unmatched).toBe(0);
      const field = (key: string): bigint => BigInt(new RegExp(`^${key}: +(\\d+) kB`, 'm').exec(rollup)?.[1] ?? -1) * 1024n;
      const expected = {
        resident: field('Rss'), anonymous: field('Anonymous'), swap: field('Swap'), shared: field('Shared_Clean') + field('Shared_Dirty'),
        dirty: field('Shared_Dirty') + field('Private_Dirty'), locked: field('Locked'), file: field('Rss') - field('Anonymous'),
      };
      for (const table of [byKind, byModule]) {
        expect(table.total).toMatchObject(expected);
        for (const key of ['virtual', 'resident', 'proportional', 'anonymous', 'file', 'shared', 'swap'] as const) expect(table.rows.reduce((sum, row) => sum + row.bytes[key], 0n)).toBe(table.total[key]);
        expect(table.rows.some(({ key }) => key === '(new)')).toBe(false);
        // smaps rounds each mapping's share down to a kB, the rollup only once.
        const lost = field('Pss') - table.total.proportional;
        expect(lost >= 0n && lost <= BigInt(smaps.length) * 1024n).toBe(true);
      }
      const counter = new PageCounter();
      walkPages(live.pages, live.pages.mappings(), 0, 2 ** 52, { detail: 'pagemap' }, (chunk) => (counter.add(chunk), true));
      // Rss counts neither the page of zeros nor pages without a page structure.
      const uncounted = ['zero-page', 'kernel', 'zero-or-shared'] as const;
      const counted = counter.present - uncounted.reduce((sum, state) => sum + (counter.byState[PAGE_STATE_CODE[state]] ?? 0), 0);
      const kernelPages = counter.byState[PAGE_STATE_CODE.kernel] ?? 0;
      const inRss = Number(expected.resident / 4096n);
      expect(inRss - counted >= 0 && inRss - counted <= kernelPages + (counter.byState[PAGE_STATE_CODE['zero-or-shared']] ?? 0)).toBe(true);
    } finally {
      live.dispose();
      await other.stop();
    }
  });
});
