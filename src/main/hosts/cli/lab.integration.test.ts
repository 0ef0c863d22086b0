import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LabReport, LabSummary } from '../../../shared/model/lab.ts';
import { compileC, compileRust, hasRust } from '../../testing/compile.ts';
import { captureReal } from './testing/capture-real.ts';

const SHIPPED = join(import.meta.dirname, '../../../../resources/labs');
const folder = mkdtempSync(join(tmpdir(), 'vmatlas-lab-command-'));

interface Outcome {
  readonly holds: boolean;
  readonly reports: readonly LabReport[];
  readonly leftOut: readonly unknown[];
  readonly problems: readonly unknown[];
}

/** The one report of a lab in one language. */
function reportOf(out: string): LabReport {
  const { holds, reports, problems, leftOut } = JSON.parse(out) as Outcome;
  const [report] = reports;
  expect({ reports: reports.length, problems, leftOut, holds }).toEqual({ reports: 1, problems: [], leftOut: [], holds: report?.holds });
  if (!report) throw new Error('no report');
  return report;
}

beforeEach(() => {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

/** The labs' programs with one text of them changed. */
function changed(file: string, from: string, to: string): string {
  const resources = mkdtempSync(join(folder, 'changed-'));
  cpSync(SHIPPED, resources, { recursive: true });
  const text = readFileSync(join(resources, file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  writeFileSync(join(resources, file), text.replace(from, to));
  return resources;
}

describe('vmatlas lab', () => {
  it('lists the labs, one to thirteen', async () => {
    const { code, out } = await captureReal('lab', '--json');
    expect(code).toBe(0);
    const labs = JSON.parse(out) as LabSummary[];
    expect(labs.map(({ number }) => number)).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
    const table = await captureReal('lab');
    for (const { name, title } of labs) expect(table.out).toMatch(new RegExp(String.raw`\b${name}\b.*${title}`));
  });

  it('--all: every check of every lab holds on the live process, in every language, with evidence', { timeout: 300_000 }, async () => {
    const labs = JSON.parse((await captureReal('lab', '--json')).out) as LabSummary[];
    const { code, out, err } = await captureReal('lab', '--all', '--json');
    const { holds, reports, leftOut, problems } = JSON.parse(out) as Outcome;
    const wrong = reports.flatMap(({ lab, language, results }) => results.filter(({ state }) => state !== 'holds').map((result) => ({ lab, language, ...result })));
    expect({ wrong, problems }).toEqual({ wrong: [], problems: [] });
    expect({ holds, code }).toEqual({ holds: true, code: 0 });
    const wanted = labs.flatMap(({ name, languages }) => languages.map((language) => `${name} ${language}`)).filter((one) => hasRust() || !one.includes('rust'));
    expect(reports.map(({ lab, language }) => `${lab} ${language}`)).toEqual(wanted);
    expect(leftOut).toHaveLength(labs.flatMap(({ languages }) => languages).length - wanted.length);
    expect(err.match(/is left out/g) ?? []).toHaveLength(leftOut.length);
    for (const { results } of reports) {
      for (const { findings } of results) {
        const claims = findings.filter((finding) => finding.holds === true);
        expect(claims.length).toBeGreaterThan(0);
        for (const { evidence } of claims) expect(evidence.length).toBeGreaterThan(0);
      }
    }
    for (const { pid } of reports) expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it('answers 1, with the evidence, when a claim is not so', async () => {
    vi.stubEnv('VMATLAS_LABS_DIR', changed('01-regions/regions.c', 'int initialized_global = 42;', 'int initialized_global;'));
    const { code, out } = await captureReal('lab', 'regions', '--language', 'c', '--json');
    expect(code).toBe(1);
    const { holds, results } = reportOf(out);
    expect(holds).toBe(false);
    const data = results.find(({ id }) => id === 'data');
    expect(data?.state).toBe('fails');
    const claim = data?.findings.find(({ text }) => text.includes('in .data'));
    expect(claim?.holds).toBe(false);
    expect(claim?.evidence.map(({ text }) => text).join()).toMatch(/\.bss +NOBITS/);
    const told = await captureReal('lab', 'regions', '--language', 'c');
    expect(told.code).toBe(1);
    expect(told.out).toMatch(/FAILS {2}The initialised global is in data/);
    expect(told.out).toMatch(/NOT SO: .*\.data/);
    expect(told.out).toContain('8 of 9 checks hold.');
  });

  it('answers 3, with the compiler’s words, when a program cannot be compiled', async () => {
    vi.stubEnv('VMATLAS_LABS_DIR', changed('03-data/data.c', 'int answer = 42;', 'int answer = ;'));
    const { code, out, err } = await captureReal('lab', 'data', '--language', 'c', '--json');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'compile-failed', evidence: expect.stringMatching(/data\.c:\d+:\d+: error: /) as string } });
  });

  it('answers 3 when there is no compiler, and says what to install', async () => {
    vi.stubEnv('PATH', folder);
    const { code, err } = await captureReal('lab', 'regions');
    expect(code).toBe(3);
    expect(err).toMatch(/lab regions in c is left out\. There is no C compiler/);
    expect(err).toMatch(/lab regions in rust is left out\. There is no Rust compiler/);
    expect(err).toMatch(/vmatlas: There is no C compiler on the PATH\. .*apt install gcc/);
  });

  it('answers 2 for a lab that is not there, and for a program where none belongs', async () => {
    expect(await captureReal('lab', 'nothing')).toMatchObject({ code: 2 });
    expect(await captureReal('lab', 'own')).toMatchObject({ code: 2 });
    expect(await captureReal('lab', 'regions', '--', '/bin/true')).toMatchObject({ code: 2 });
    expect(await captureReal('lab', '--language', 'c')).toMatchObject({ code: 2 });
    expect(await captureReal('lab', 'regions', '--all')).toMatchObject({ code: 2 });
    expect(await captureReal('lab', 'data', '--language', 'rust+c')).toMatchObject({ code: 2 });
  });
});

describe('vmatlas lab own', () => {
  const own = async (program: string, ...args: string[]): Promise<{ readonly code: number; readonly titles: readonly string[]; readonly notes: readonly string[] }> => {
    const { code, out } = await captureReal('lab', 'own', '--json', '--', program, ...args);
    const { results, notes } = reportOf(out);
    expect(results.filter(({ state }) => state !== 'holds')).toEqual([]);
    return { code, titles: results.map(({ title }) => title), notes };
  };

  it('finds a thing for every region in a C program, and hands it its arguments', async () => {
    const program = compileC(
      `#include <stdio.h>
       #include <stdlib.h>
       static int first_value = 7; int zeroed[300];
       int main(int argc, char **argv) { int here = argc; if (argc < 2) abort(); char *text = malloc(20); zeroed[here] = first_value; printf("a text of mine %d %s\\n", zeroed[1], argv[1]); free(text); return 0; }`,
      { flags: ['-g'] },
    );
    const { code, titles } = await own(program, 'word');
    expect(code).toBe(0);
    expect(titles).toEqual([
      expect.stringContaining('function main'), expect.stringContaining('a text of mine'), expect.stringContaining('initialised global first_value'),
      expect.stringContaining('uninitialised global zeroed'), expect.stringContaining('local here'), expect.stringContaining('heap block'), expect.stringContaining('Section sizes'),
    ]);
  });

  it('leaves out what a program does not have, and says so', async () => {
    const { code, titles, notes } = await own(compileC('int value = 3; int main(void) { int here = value; return here - 3; }', { flags: ['-g'] }));
    expect(code).toBe(0);
    expect(titles.some((title) => title.includes('uninitialised'))).toBe(false);
    expect(notes.join()).toContain('No uninitialised global was found');
  });

  it.runIf(hasRust())('finds main of a Rust program, not the wrapper of that name', async () => {
    const program = compileRust(
      `use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
       static FILLED: AtomicI32 = AtomicI32::new(5); static EMPTY: AtomicI32 = AtomicI32::new(0);
       fn main() { let boxed = Box::new(1); EMPTY.store(FILLED.load(Relaxed) + *boxed, Relaxed); println!("{}", EMPTY.load(Relaxed)); }`,
      { flags: ['-g', '--crate-name', 'mine'] },
    );
    const { code, titles } = await own(program);
    expect(code).toBe(0);
    expect(titles[0]).toMatch(/function mine::main /);
    expect(titles.join()).toMatch(/initialised global mine::FILLED/);
  });

  it('answers 3 for a program without debug information', async () => {
    const { code, err } = await captureReal('lab', 'own', '--json', '--', compileC('int main(void) { return 0; }', { flags: ['-s'] }));
    expect(code).toBe(3);
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-debug-information' } });
  });
});
