import { describe, expect, it } from 'vitest';
import type { LabProgress, LabSummary } from '../../../shared/model/lab.ts';
import type { LabToolchain } from '../../../shared/rpc/contracts/labs.ts';
import { heldOf, richText, toolProblem, toolWords } from './lab-words.ts';

const summary: LabSummary = { name: 'data', number: 3, title: 'Data', summary: '', languages: ['c', 'rust'], checkCount: 5 };
const progress = (held: LabProgress['held']): LabProgress => ({ lab: 'data', predictions: {}, held, lastVerifiedMs: 1 });

describe('words of the labs', () => {
  it('tells code from text', () => {
    expect(richText('the `.bss` of `a`')).toEqual([{ isCode: false, text: 'the ' }, { isCode: true, text: '.bss' }, { isCode: false, text: ' of ' }, { isCode: true, text: 'a' }]);
  });

  it('counts what held, in the language that came furthest', () => {
    expect(heldOf(summary, undefined)).toEqual({ held: 0, of: 5, isDone: false });
    expect(heldOf(summary, progress({ c: ['a', 'b'], rust: ['a'] }))).toEqual({ held: 2, of: 5, isDone: false });
    expect(heldOf(summary, progress({ c: ['a', 'b', 'c', 'd', 'e'] })).isDone).toBe(true);
  });

  it('says which tool is missing', () => {
    const problem = { code: 'compiler-missing', message: 'There is no rustc.' } as const;
    const tools: LabToolchain = { c: { compiler: { path: '/usr/bin/gcc', version: 'gcc 12' }, problem: undefined }, rust: { compiler: undefined, problem }, gdbProblem: undefined };
    expect(toolProblem('c', tools)).toBeUndefined();
    expect(toolProblem('rust', tools)).toBe(problem);
    expect(toolProblem('rust+c', tools)).toBe(problem);
    expect(toolProblem('own', tools)).toBeUndefined();
    expect(toolWords('c', tools)).toBe('gcc 12');
  });
});
