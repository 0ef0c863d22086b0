import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toAddress } from '../../shared/address/address.ts';
import { parsePattern, pointerPattern } from '../../shared/analysis/search/parse-pattern.ts';
import type { SearchScope } from '../../shared/model/search.ts';
import { compileC } from '../testing/compile.ts';
import { runProgram, type RunningProgram } from '../testing/run-program.ts';
import { openLiveTarget, type LiveTarget } from '../target/live/live-target.ts';
import { placesOf, refine, search, skippedBy } from './testing/searching.ts';
import { WorkerPool } from './worker-pool.ts';

const SOURCE = String.raw`
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#define P 4096
volatile uint32_t counter = 771204933;
volatile double ratio = 2.718281828;
volatile float pi = 3.14159f;
volatile int16_t small_number = -12345;
volatile int64_t wide = -1234567890123456789;
static char text[] = "Grüße aus dem Speicher";
static uint16_t wide_text[] = u"Wide needle";
struct node { struct node *next; long payload; } c = { 0, 3 }, b = { &c, 2 }, a = { &b, 1 };
struct node *also_to_b;
int main(void) {
  /* ten pages: bytes across the border of every two, page 3 PROT_NONE, pages 6 and 7 never touched */
  char *holes = mmap(0, 10 * P, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(holes, 10 * P, MADV_NOHUGEPAGE);
  for (int i = 0; i < 10; i++) if (i != 6 && i != 7) memset(holes + i * P, 0x11 + i, P);
  memcpy(holes + 2 * P - 8, "border-crossing!", 16);
  memcpy(holes + 3 * P - 16, "before-the-hole!", 16);
  memcpy(holes + 4 * P, "after--the-hole!", 16);
  mprotect(holes + 3 * P, P, PROT_NONE);
  memcpy(holes + 5 * P - 8, "split-by", 8);
  /* 17 MiB: more than one job; the needle lies across the border of 64 KiB reads and of 16 MiB */
  size_t large = 34u << 20;
  char *big = mmap(0, large, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(big, 0x5a, large);
  for (size_t at = 65536; at < large; at += 65536) memcpy(big + at - 5, "needle-77", 9);
  /* a file of two and a half pages, mapped as four, cut to one page after it was touched */
  char name[] = "/tmp/vmatlas-search-XXXXXX";
  int fd = mkstemp(name);
  unlink(name);
  char page[P];
  memset(page, 0x77, P);
  for (int i = 0; i < 3; i++) if (write(fd, page, i == 2 ? P / 2 : P) < 0) return 1;
  char *file = mmap(0, 4 * P, PROT_READ, MAP_SHARED, fd, 0);
  volatile char sum = 0;
  for (int i = 0; i < 2; i++) sum += file[i * P];
  if (ftruncate(fd, P)) return 1;
  also_to_b = &b;
  printf("holes %p\nbig %p\nfile %p\ncounter %p\nratio %p\npi %p\nsmall %p\nwide %p\ntext %p\nwide_text %p\na %p\nb %p\nc %p\nalso_to_b %p\n", holes, big, file, (void *)&counter,
         (void *)&ratio, (void *)&pi, (void *)&small_number, (void *)&wide, (void *)text, (void *)wide_text, (void *)&a, (void *)&b, (void *)&c, (void *)&also_to_b);
  printf("ready\n");
  fflush(stdout);
  char line[32];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == '+') counter += 1 + (unsigned)atoi(line + 1);
    if (line[0] == '-') counter -= 1;
    printf("counter %u\n", counter);
    fflush(stdout);
  }
  return 0;
}`;

let program: RunningProgram;
let target: LiveTarget;
const pool = new WorkerPool(2);
const at = (key: string): bigint => program.address(key);
const data: SearchScope = { kind: 'kinds', kinds: ['data', 'bss'] };
const range = (start: bigint, length: number): SearchScope => ({ kind: 'ranges', ranges: [{ start: toAddress(start), end: toAddress(start + BigInt(length)) }] });

beforeAll(async () => {
  program = await runProgram(compileC(SOURCE, { flags: ['-O1'] }));
  target = await openLiveTarget(program.pid);
});
afterAll(async () => {
  target.dispose();
  await pool.dispose();
  await program.stop();
});

describe('finds what the program says is there', () => {
  it.each([
    ['counter', 'u32', '771204933'], ['counter', 'u32', '771204930±5'], ['ratio', 'f64', '2.718281828'], ['pi', 'f32', '3.14159'], ['pi', 'f32', '3.1415..3.1416'], ['small', 'i16', '-12345'],
    ['wide', 'i64', '-1234567890123456789'], ['wide', 'i64', '-1234567890123456789±1'], ['text', 'text', 'Grüße aus'], ['text', 'hex', '47 72 c3 bc c3 9f ?5'], ['text', 'regex', 'Gr.{2}.{2}e a[tu]s'],
    ['wide_text', 'utf16', 'Wide needle'],
  ] as const)('%s as %s %s', async (name, type, text) => {
    const { found, ended } = await search(pool, target, parsePattern(text, type), data);
    expect(ended).toBe('complete');
    expect(placesOf(found)).toEqual([at(name)]);
  });

  it('text in any case, and only then', async () => {
    const loud = await search(pool, target, parsePattern('GRÜSSE AUS'.replace('SS', 'ß'), 'text', { ignoreCase: true }), data);
    expect(placesOf(loud.found)).toEqual([at('text')]);
    const exact = await search(pool, target, parsePattern('grüße aus', 'text'), data);
    expect(placesOf(exact.found)).toEqual([]);
  });

  it('every pointer into a range: what points here', async () => {
    const b = toAddress(at('b'));
    const { found } = await search(pool, target, pointerPattern(b, toAddress(b + 16n)), data);
    expect(new Set(placesOf(found))).toEqual(new Set([at('a'), at('also_to_b')]));
    const toC = await search(pool, target, pointerPattern(toAddress(at('c')), toAddress(at('c') + 16n)));
    expect(placesOf(toC.found)).toContain(at('b'));
  });

  it('matches across the borders of reads and of jobs, each once, in order', async () => {
    const size = 34 * 1024 * 1024;
    const expected = Array.from({ length: size / 65_536 - 1 }, (_, i) => at('big') + BigInt((i + 1) * 65_536 - 5));
    for (const pattern of [parsePattern('needle-77', 'text'), parsePattern('needle-[0-9]{2}', 'regex'), parsePattern('NEEDLE-77', 'text', { ignoreCase: true }), parsePattern('6e ?? 65 64 6c 65 2d 37 37', 'hex')]) {
      // oxlint-disable-next-line no-await-in-loop -- they share the workers
      const { found, searchedBytes } = await search(pool, target, pattern, range(at('big'), size));
      expect(placesOf(found)).toEqual(expected);
      expect(searchedBytes).toBe(BigInt(size));
    }
  });
});

describe('holes', () => {
  it('both sides of each are searched, nothing is matched across one, and what is left out is counted', async () => {
    const scope = range(at('holes'), 10 * 4096);
    const one = async (text: string): Promise<bigint[]> => placesOf((await search(pool, target, parsePattern(text, 'text'), scope)).found);
    expect(await one('border-crossing!')).toEqual([at('holes') + 2n * 4096n - 8n]);
    expect(await one('before-the-hole!')).toEqual([at('holes') + 3n * 4096n - 16n]);
    expect(await one('after--the-hole!')).toEqual([at('holes') + 4n * 4096n]);
    const outcome = await search(pool, target, parsePattern('11', 'hex'), scope);
    expect(outcome.searchedBytes).toBe(8n * 4096n);
    expect(skippedBy(outcome)).toEqual({ untouched: 2n * 4096n });
  });

  it('“readable” leaves out what the process may not read, and says so', async () => {
    const outcome = await search(pool, target, parsePattern('14 14 14 14 14 14 14 14 14 14 14 14', 'hex'));
    expect(placesOf(outcome.found)).toEqual([]);
    expect(skippedBy(outcome)['no-access']).toBeGreaterThanOrEqual(4096n);
  });

  it('pages behind the end of a file that was cut', async () => {
    const outcome = await search(pool, target, parsePattern('77 77 77 77 77 77 77 77', 'hex'), range(at('file'), 4 * 4096), { mostHits: 10_000 });
    expect(outcome.searchedBytes).toBe(4096n);
    expect(skippedBy(outcome)).toEqual({ 'not-resident-file': 3n * 4096n });
    expect(outcome.found.hits.count).toBe(4096 - 7);
    const touching = await search(pool, target, parsePattern('77 77 77 77 77 77 77 77', 'hex'), range(at('file'), 4 * 4096), { touchNotPresent: true });
    expect(skippedBy(touching)).toEqual({ unreadable: 3n * 4096n });
  });

  it('[vvar], which the kernel does not give out', async () => {
    const { regions } = await target.readPicture();
    const vvars = [...regions].filter(({ kind }) => kind === 'vvar');
    expect(vvars.length).toBeGreaterThan(0);
    const outcome = await search(pool, target, parsePattern('00', 'hex'), { kind: 'kinds', kinds: ['vvar'] });
    expect(outcome.searchedBytes).toBe(0n);
    expect(skippedBy(outcome)).toEqual({ unreadable: vvars.reduce((sum, { start, end }) => sum + end - start, 0n) });
  });

  it('a page that was never touched is not there after a search either', async () => {
    const page = Number((at('holes') >> 12n) + 6n) as Parameters<LiveTarget['readPagemap']>[0];
    const before = target.readPagemap(page, 2);
    await search(pool, target, parsePattern('de ad be ef', 'hex'));
    await search(pool, target, parsePattern('0', 'u64'), range(at('holes'), 10 * 4096));
    expect(before).toEqual(new BigUint64Array(2));
    expect(target.readPagemap(page, 2)).toEqual(before);
  });
});

describe('refining', () => {
  it('finds the counter of a program that counts', async () => {
    let { found } = await search(pool, target, parsePattern('any', 'u32'), data);
    const all = found.hits.count;
    expect(all).toBeGreaterThan(20);
    // The program counts a moment after it is told to: the same question is asked until the answer shows it.
    const until = async (condition: Parameters<typeof refine>[3], holds: (places: bigint[]) => boolean): Promise<void> => {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- until the program has done what it was told
        const next = await refine(pool, target, found, condition);
        if (!holds(placesOf(next.found))) continue;
        found = next.found;
        return;
      }
    };
    await program.say('+5');
    await until({ type: 'increased' }, (places) => places.includes(at('counter')));
    expect(found.hits.count).toBeLessThan(all);
    await until({ type: 'unchanged' }, (places) => places.includes(at('counter')));
    await program.say('-');
    await until({ type: 'decreased' }, (places) => places.includes(at('counter')));
    await program.say('+');
    await until({ type: 'changed' }, (places) => places.includes(at('counter')));
    await until({ type: 'fits', pattern: parsePattern(String(771204933 + 6), 'u32') }, (places) => places.includes(at('counter')));
    expect(placesOf(found)).toEqual([at('counter')]);
    const gone = await refine(pool, target, found, { type: 'changed' });
    expect(placesOf(gone.found)).toEqual([]);
  });

  it('of an expression keeps the places that still match, no longer match, or match another', async () => {
    const { found } = await search(pool, target, parsePattern('Gr.{2}.{2}e a[tu]s', 'regex'), data);
    expect(placesOf(found)).toEqual([at('text')]);
    const after = async (condition: Parameters<typeof refine>[3]): Promise<bigint[]> => placesOf((await refine(pool, target, found, condition)).found);
    const other = { type: 'fits', pattern: parsePattern('G[a-z]', 'regex') } as const;
    expect([await after({ type: 'unchanged' }), await after({ type: 'changed' }), await after(other)]).toEqual([[at('text')], [], [at('text')]]);
    await target.writeMemory(toAddress(at('text') + 8n), Uint8Array.of(0x21));
    expect([await after({ type: 'unchanged' }), await after({ type: 'changed' }), await after(other)]).toEqual([[], [at('text')], [at('text')]]);
    await target.writeMemory(toAddress(at('text') + 8n), new TextEncoder().encode('a'));
    expect(await after({ type: 'unchanged' })).toEqual([at('text')]);
    await expect(after({ type: 'increased' })).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('refuses what makes no sense', async () => {
    const text = await search(pool, target, parsePattern('Speicher', 'text'), data);
    await expect(refine(pool, target, text.found, { type: 'increased' })).rejects.toMatchObject({ code: 'invalid-argument' });
    const numbers = await search(pool, target, parsePattern('771204939', 'u32'), data);
    await expect(refine(pool, target, numbers.found, { type: 'fits', pattern: parsePattern('1', 'u64') })).rejects.toMatchObject({ code: 'invalid-argument' });
  });
});

describe('bounds', () => {
  it('a limit gives the first hits in order and says that there may be more', async () => {
    const scope = range(at('big'), 34 * 1024 * 1024);
    const some = await search(pool, target, parsePattern('5a', 'hex'), scope, { mostHits: 200_000 });
    expect(some.ended).toBe('limit');
    expect(some.found.hits.count).toBe(200_000);
    const places = placesOf(some.found);
    expect(places[0]).toBe(at('big'));
    expect(places.every((place, i) => i === 0 || place > (places[i - 1] ?? 0n))).toBe(true);
    // The first needle is nine bytes of something else.
    expect(places.at(-1)).toBe(at('big') + 199_999n + 9n * BigInt(Math.floor(200_000 / 65_536)));
  });

  it('very many hits fill a set and no more', async () => {
    const outcome = await search(pool, target, parsePattern('any', 'u8'), range(at('big'), 34 * 1024 * 1024));
    expect(outcome.ended).toBe('limit');
    expect(outcome.found.hits.count * 9).toBeLessThanOrEqual(64 * 1024 * 1024);
    expect(outcome.found.hits.count * 9).toBeGreaterThan(63 * 1024 * 1024);
  });

  it('a cancel keeps what was found until then', async () => {
    const stop = new AbortController();
    const outcome = await search(pool, target, parsePattern('(?:Z{3}){40}[^Z]', 'regex'), range(at('big'), 34 * 1024 * 1024), {}, { signal: stop.signal, found: () => stop.abort() });
    expect(outcome.ended).toBe('cancelled');
    expect(outcome.found.hits.count).toBeGreaterThan(0);
  });

  it('an expression that backtracks for ever is ended, and the next search finds fresh workers', async () => {
    const stop = new AbortController();
    const hopeless = search(pool, target, parsePattern('(?:Z*)*(?:Z*)*(?:Z*)*(?:Z*)*\\d\\d\\d', 'regex'), range(at('big'), 34 * 1024 * 1024), {}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    expect((await hopeless).ended).toBe('cancelled');
    expect(placesOf((await search(pool, target, parsePattern('2.718281828', 'f64'), data)).found)).toEqual([at('ratio')]);
  });

  it('a process that has ended is told as such', async () => {
    const other = await runProgram(compileC('#include <stdio.h>\nint main(void){ puts("ready"); fflush(stdout); return getchar(); }'));
    const gone = await openLiveTarget(other.pid);
    await gone.readPicture();
    await other.stop();
    await expect(search(pool, gone, parsePattern('1', 'u32'))).rejects.toMatchObject({ code: 'process-exited' });
    gone.dispose();
  });
});
