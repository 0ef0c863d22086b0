import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appliesTo, folderOf } from '../lab-definition.ts';
import { placeStages } from '../run/stages.ts';
import { OWN_LAB } from './13-own/lab.ts';
import { CATALOGUE } from './catalogue.ts';

const RESOURCES = join(import.meta.dirname, '../../../../resources/labs');
const LABS = [...CATALOGUE, OWN_LAB];
const unique = (names: readonly string[]): boolean => new Set(names).size === names.length;

describe('the catalogue', () => {
  it('has thirteen labs in order, each with a name of its own', () => {
    expect(LABS.map(({ number }) => number)).toEqual(Array.from({ length: 13 }, (_, at) => at + 1));
    expect(unique(LABS.map(({ name }) => name))).toBe(true);
    // Nothing is shipped that no lab has.
    expect(readdirSync(RESOURCES).toSorted()).toEqual(CATALOGUE.map((lab) => folderOf(lab)));
  });

  it.each(LABS)('$name: sources are named, predictions have one right answer, ids are unique', (lab) => {
    expect(lab.sources.length).toBeGreaterThan(0);
    expect(lab.intro.length).toBeGreaterThan(0);
    expect(lab.predictions.length).toBeGreaterThan(0);
    for (const { options, answer } of lab.predictions) {
      expect(unique(options)).toBe(true);
      expect(options[answer]).toBeDefined();
    }
    for (const list of [lab.checks, lab.steps, lab.predictions, lab.stages]) expect(unique(list.map(({ id }) => id))).toBe(true);
    expect(lab.steps.filter(({ action }) => action).length).toBeGreaterThan(0);
  });

  it.each(LABS)('$name: code between backticks is closed in every sentence', (lab) => {
    const sentences = [
      lab.summary, ...lab.intro.flatMap((block) => (block.kind === 'text' ? [block.text] : block.kind === 'table' ? [...block.head, ...block.rows.flat()] : [])),
      ...lab.predictions.flatMap(({ question, options, explanation }) => [question, ...options, explanation]), ...lab.steps.map(({ text }) => text),
    ];
    expect(sentences.filter((text) => (text.match(/`/g) ?? []).length % 2 !== 0)).toEqual([]);
  });

  it.each(CATALOGUE)('$name: its files are there, and every stage of every check is in its programs', (lab) => {
    const folder = join(RESOURCES, folderOf(lab));
    for (const { files, language } of lab.programs) {
      expect(files.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
      const stages = placeStages(lab.stages.filter((stage) => appliesTo(stage, language)), folder, files);
      expect(stages[0]?.location).toBeDefined();
      const known = stages.map(({ id }) => id);
      expect(lab.checks.filter((check) => appliesTo(check, language) && !known.includes(check.stage)).map(({ id }) => id)).toEqual([]);
    }
  });
});
