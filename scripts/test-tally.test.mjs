import { describe, expect, it } from 'vitest';
import { exitStatus, playwrightTally, single, sum, vitestTally } from './lib/test-tally.mjs';

const file = (/** @type {string} */ status, /** @type {number} */ tests) => ({ status, assertionResults: Array.from({ length: tests }, () => ({})) });

describe('vitestTally', () => {
  it('counts what vitest counted', () => {
    const report = { numPassedTests: 5, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1, testResults: [file('failed', 9)] };
    expect(vitestTally(report, false)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  });
  it('names a test that passed only at its second try', () => {
    const assertionResults = [{ fullName: 'gdb stops', status: 'passed', failureMessages: ['no stop\n at y'] }, { fullName: 'gdb runs', status: 'passed', failureMessages: [] }];
    expect(vitestTally({ numPassedTests: 2, testResults: [{ status: 'passed', assertionResults }] }, true)).toEqual({ passed: 2, failed: 0, skipped: 0, unsteady: ['gdb stops: no stop'] });
  });
  it('counts a file that did not load', () => {
    expect(vitestTally({ numPassedTests: 5, testResults: [file('passed', 5), file('failed', 0)] }, false)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });
  it.each([
    ['no report', undefined, true],
    ['no tests', { numPassedTests: 0, testResults: [] }, true],
    ['only skipped tests', { numPassedTests: 0, numPendingTests: 3, testResults: [] }, true],
    ['a bad exit status with no failed test', { numPassedTests: 5, testResults: [] }, false],
  ])('is a failure for %s', (_, report, exitedWell) => {
    expect(vitestTally(report, exitedWell).failed).toBe(1);
  });
});

describe('playwrightTally', () => {
  it('names a spec that passed only at its second try', () => {
    const tests = [{ status: 'flaky', results: [{ error: { message: 'no row\nat x' } }, {}] }];
    const suites = [{ title: 'map.spec.ts', suites: [{ title: 'the map', specs: [{ title: 'has rows', tests }, { title: 'fits', tests: [{ status: 'expected', results: [{}] }] }] }] }];
    expect(playwrightTally({ stats: { expected: 3, unexpected: 0, flaky: 1, skipped: 2 }, suites }, true)).toEqual({ passed: 4, failed: 0, skipped: 2, unsteady: ['the map has rows: no row'] });
  });
  it('counts one that failed twice', () => {
    expect(playwrightTally({ stats: { expected: 3, unexpected: 1, flaky: 0, skipped: 2 } }, false)).toEqual({ passed: 3, failed: 1, skipped: 2 });
  });
  it('is a failure if nothing ran', () => {
    expect(playwrightTally({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0 } }, true).failed).toBe(1);
    expect(playwrightTally(undefined, true).failed).toBe(1);
  });
});

describe('the exit status', () => {
  it('is 0 only if something passed and nothing failed', () => {
    expect(exitStatus(sum([single(true), { passed: 2, failed: 0, skipped: 1 }]))).toBe(0);
    expect(exitStatus(sum([single(true), single(false)]))).toBe(1);
    expect(exitStatus(sum([]))).toBe(1);
  });
});
