import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileC } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { RegionJson } from './json.ts';
import { captureReal } from './testing/capture-real.ts';

interface FindDocument {
  readonly hits: readonly { readonly address: string; readonly region: RegionJson | null; readonly symbol?: { readonly name: string; readonly offset: number } }[];
  readonly searchedBytes: number;
  readonly skipped: readonly { readonly reason: string; readonly bytes: number }[];
}

const SOURCE = String.raw`
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
int32_t number = -987654321;
double ratio = 1234.5678;
char text[] = "A Sentence to Find";
char *link_to_text = text + 2;
unsigned char odd[] = { 0xde, 0xad, 0x01, 0xef, 0x99 };
int main(void) {
  char *untouched = mmap(0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *block = malloc(100);
  strcpy(block, "A Sentence to Find on the heap");
  printf("number %p\nratio %p\ntext %p\nlink %p\nodd %p\nblock %p\nuntouched %p\nready\n", (void *)&number, (void *)&ratio, (void *)text, (void *)&link_to_text, (void *)odd, (void *)block, (void *)untouched);
  fflush(stdout);
  return getchar();
}`;

let program: RunningProgram;
beforeAll(async () => {
  program = await runProgram(compileC(SOURCE, { flags: ['-O1'] }));
});
afterAll(() => program.stop());

const hex = (name: string): string => `0x${program.address(name).toString(16)}`;
async function find(...args: string[]): Promise<FindDocument & { readonly code: number; readonly err: string }> {
  const { code, out, err } = await captureReal('find', String(program.pid), ...args, '--json');
  return { ...(JSON.parse(out) as FindDocument), code, err };
}
const addresses = ({ hits }: FindDocument): string[] => hits.map(({ address }) => address);

describe('find --json', () => {
  it('the documented shape, to the letter', async () => {
    const { out } = await captureReal('find', String(program.pid), 'A Sentence to Find', '--in', 'data,heap', '--json');
    const document = JSON.parse(out) as FindDocument;
    expect(Object.keys(document)).toEqual(['hits', 'searchedBytes', 'skipped']);
    expect(document.hits).toEqual([
      { address: hex('text'), region: expect.objectContaining({ kind: 'data', perms: 'rw-p' }) as RegionJson, symbol: { name: 'text', offset: 0 } },
      { address: hex('block'), region: expect.objectContaining({ kind: 'heap', label: '[heap]' }) as RegionJson },
    ]);
    expect(document.searchedBytes).toBeGreaterThan(0);
    for (const { reason, bytes } of document.skipped) expect([typeof reason, bytes > 0]).toEqual(['string', true]);
  });

  it.each([
    [['a sentence TO find', '-i', '--in', 'data'], 'text'], [['de ad ?? ef', '--in', 'data'], 'odd'], [['dead01ef99', '--in', 'data'], 'odd'], [['/A S[a-z]+ce/', '--in', 'data'], 'text'],
    [[' -987654321', '--type', 'i32', '--in', 'data'], 'number'], [[' -987654320+-2', '--type', 'int', '--in', 'data'], 'number'], [['1234.5678', '--type', 'double', '--in', 'data'], 'ratio'],
    [['1234.5..1234.6', '--type', 'f64', '--in', 'data'], 'ratio'],
  ] as const)('%j', async (args, name) => expect(addresses(await find(...args))).toEqual([hex(name)]));

  it('pointers to a place by its name, and to a range', async () => {
    expect(addresses(await find('text+2', '--type', 'pointer', '--in', 'data'))).toEqual([hex('link')]);
    expect(addresses(await find(`${hex('text')}..text+5`, '--type', 'pointer', '--in', 'data'))).toEqual([hex('link')]);
    expect(addresses(await find('text', '--type', 'pointer', '--in', 'data'))).toEqual([]);
  });

  it('scopes: a region, a range, the region around a place', async () => {
    expect(addresses(await find('A Sentence to Find', '--in', '[heap]'))).toEqual([hex('block')]);
    expect(addresses(await find('A Sentence to Find', '--in', `${hex('text')}+18`))).toEqual([hex('text')]);
    expect(addresses(await find('A Sentence to Find', '--in', `${hex('text')}+17`))).toEqual([]);
    expect(addresses(await find('A Sentence to Find', '--in', 'number'))).toEqual([hex('text')]);
  });

  it('counts what it left out, and reads it when told to', async () => {
    const range = `${hex('untouched')}+1M`;
    expect(await find('0', '--type', 'u64', '--in', range)).toMatchObject({ hits: [], searchedBytes: 0, skipped: [{ reason: 'untouched', bytes: 1 << 20 }], code: 1 });
    expect(await find('0', '--type', 'u64', '--in', range, '--touch', '--limit', '3')).toMatchObject({ hits: [{ address: hex('untouched') }, {}, {}], skipped: [], code: 0 });
  });
});

describe('find', () => {
  it('prints a table, and on stderr how much was searched and what was left out', async () => {
    const { code, out, err } = await captureReal('find', String(program.pid), 'A Sentence to Find', '--in', 'data,heap');
    expect(code).toBe(0);
    expect(out).toMatch(/^ADDRESS +KIND +REGION +SYMBOL +BYTES\n0x[0-9a-f_]+ +data +.* text +41 20 53 .* A Sentence to Fi\n0x[0-9a-f_]+ +heap +\[heap\] +41 20/);
    expect(err).toMatch(/^vmatlas: 2 places in .*\.\n/);
  });

  it.each([
    [['x', '--type', 'nothing'], /not a type to search for/], [['zz', '--type', 'hex'], /no hex digit/], [['256', '--type', 'u8'], /does not fit/], [['x', '--in', '0x2000-0x1000'], /ends before it begins/],
    [['x', '--align', '3'], /not an alignment/], [['x', '--limit', '0'], /not a number of places/],
  ] as const)('%j is a mistake in the words', async (args, words) => {
    const { code, err } = await captureReal('find', String(program.pid), ...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(words) as string });
  });
});
