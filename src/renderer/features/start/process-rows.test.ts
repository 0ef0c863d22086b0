import { describe, expect, it } from 'vitest';
import type { ProcessSummary } from '../../../shared/model/process.ts';
import { keepMarked, pickRows, processKey, type PickerOptions } from './process-rows.ts';

function process(pid: number, own: Partial<ProcessSummary> = {}): ProcessSummary {
  return {
    pid, ppid: 1, uid: 0, user: 'root', name: `p${pid}`, command: `/bin/p${pid}`, exe: '', state: 'S', threads: 1, residentBytes: BigInt(pid), startTime: BigInt(pid),
    cannotOpen: undefined, cannotAttach: undefined, ...own,
  };
}
const all: PickerOptions = { query: '', sort: 'recent', descending: false, showClosed: true };
const closed = process(9, { name: 'kworker', cannotOpen: { code: 'process-is-kernel-thread', message: 'no' } });
const list = [process(30, { user: 'ada', name: 'Node' }), process(4, { command: 'node server.js' }), closed];
const pids = (options: Partial<PickerOptions>): number[] => pickRows(list, { ...all, ...options }).map((row) => row.pid);

describe('pickRows', () => {
  it('keeps the host’s order until asked for another', () => {
    expect(pids({})).toEqual([30, 4, 9]);
    expect(pids({ sort: 'pid' })).toEqual([4, 9, 30]);
    expect(pids({ sort: 'memory', descending: true })).toEqual([30, 9, 4]);
    expect(pids({ sort: 'user' })).toEqual([30, 4, 9]);
  });

  it('wants every word somewhere in name, command, user or PID', () => {
    expect(pids({ query: 'node' })).toEqual([30, 4]);
    expect(pids({ query: ' NODE  ada ' })).toEqual([30]);
    expect(pids({ query: '30' })).toEqual([30]);
    expect(pids({ query: 'nothing' })).toEqual([]);
  });

  it('hides what can’t be opened when asked', () => expect(pids({ showClosed: false })).toEqual([30, 4]));
});

describe('keepMarked', () => {
  it('follows the process to its new place, and is not fooled by a reused PID', () => {
    expect(keepMarked(list, processKey(closed), 0)).toBe(2);
    expect(keepMarked([process(9, { startTime: 77n })], processKey(closed), 2)).toBe(0);
    expect(keepMarked(list, 'gone', 1)).toBe(1);
    expect(keepMarked([], undefined, 0)).toBe(-1);
  });
});
