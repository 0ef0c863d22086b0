import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { LabCheckState, LabReport } from '../../shared/model/lab.ts';
import { LabProgressFile } from './lab-progress.ts';

let folder: string;
let problems: ErrorFacts[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vmatlas-progress-'));
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (remember = true): LabProgressFile => new LabProgressFile(join(folder, 'state', 'labs.json'), (problem) => problems.push(problem), remember);

function report(language: 'c' | 'rust', states: Readonly<Record<string, LabCheckState>>): LabReport {
  const results = Object.entries(states).map(([id, state]) => ({ id, title: id, state, findings: [] }));
  return { lab: 'regions', language, program: '', pid: 1, results, holds: false, notes: [] };
}

describe('progress', () => {
  it('keeps what held last, by language, also when only some checks were verified', async () => {
    await file().verified(report('c', { one: 'holds', two: 'fails', three: 'holds' }), 5);
    await file().verified(report('rust', { one: 'holds' }), 6);
    await file().verified(report('c', { one: 'cannot', two: 'holds' }), 7);
    const [progress] = await file().list();
    expect(progress).toEqual({ lab: 'regions', predictions: {}, held: { c: ['three', 'two'], rust: ['one'] }, lastVerifiedMs: 7 });
    expect(problems).toEqual([]);
  });

  it('keeps the last answer to each prediction, lab by lab', async () => {
    await Promise.all([file().predict('text', 'what', 0), file().list()]);
    const one = file();
    await Promise.all([one.predict('text', 'what', 2), one.predict('text', 'rip', 1), one.predict('data', 'file', 1)]);
    expect((await file().list()).map(({ lab, predictions }) => [lab, predictions])).toEqual([['text', { what: 2, rip: 1 }], ['data', { file: 1 }]]);
    await one.forget('text');
    expect((await file().list()).map(({ lab }) => lab)).toEqual(['data']);
  });

  it('is told to be damaged once, and begun anew', async () => {
    await file().predict('text', 'what', 0);
    writeFileSync(join(folder, 'state', 'labs.json'), '{"version":1,"labs":[{"lab":3}]}');
    expect(await file().list()).toEqual([]);
    expect(await file().list()).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['malformed-input']);
  });

  it('is not written by a command that only looks, nor worth failing for', async () => {
    await file(false).predict('text', 'what', 0);
    expect(existsSync(join(folder, 'state'))).toBe(false);
    writeFileSync(join(folder, 'state'), 'a file where the folder should be');
    expect(await file().predict('text', 'what', 0)).toMatchObject({ predictions: { what: 0 } });
    expect(problems.some(({ code }) => code === 'io-error')).toBe(true);
  });
});
