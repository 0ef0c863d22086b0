import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import type { FaultEvidence } from '../../../shared/model/explanation.ts';
import { evidenceView, foldFrames, neededPermission, overrunWords, recursionWords, senderWords, triedWords, valueWords, withPlace } from './fault-words.ts';

describe('words of the fault card', () => {
  it('says what was tried', () => {
    expect(triedWords({ access: 'write', sizeBytes: 4 })).toBe('tried to write 4 bytes to');
    expect(triedWords({ access: 'read', sizeBytes: 1 })).toBe('tried to read 1 byte from');
    expect(triedWords({ access: 'read', sizeBytes: undefined })).toBe('tried to read from');
    expect(triedWords({ access: 'execute', sizeBytes: 1 })).toBe('tried to execute code at');
    expect(triedWords({ access: 'none', sizeBytes: undefined })).toBe('');
    expect([neededPermission('write'), neededPermission('execute'), neededPermission('none')]).toEqual(['w', 'x', undefined]);
  });

  it('says how far', () => {
    const range = { start: toAddress(0n), end: toAddress(8n) };
    expect(overrunWords({ name: 'table', range, overrunBytes: 0n })).toBe('the first byte behind table');
    expect(overrunWords({ name: 'table', range, overrunBytes: 4n })).toBe('4 bytes behind the end of table');
    expect(overrunWords({ name: 'table', range, overrunBytes: -1n })).toBe('1 byte before the start of table');
    expect(recursionWords({ depth: 900, complete: true, functions: ['f', 'g'], repeats: 450, bytesPerRepeat: 64, neededBytes: undefined, limitBytes: undefined })).toBe('900 frames deep; f → g repeats 450 times, 64 B each');
    expect(senderWords({ pid: 7, uid: 0, name: undefined, self: false })).toBe('process 7, which is gone, user 0');
    expect([valueWords(0n), valueWords(42n), valueWords(0x7fff_0000_0000n)]).toEqual(['0x0', '0x2a (42)', '0x7fff_0000_0000']);
  });

  it('folds a recursion, and gives what is read of the address its place', () => {
    const frame = (level: number, name: string | undefined) => ({ level, pc: toAddress(0x1000n), function: name, modulePath: undefined, source: undefined });
    expect(foldFrames([frame(0, 'f'), frame(1, 'f'), frame(2, 'main'), frame(3, undefined), frame(4, undefined)]).map(({ frame: { level }, count }) => [level, count])).toEqual([[0, 2], [2, 1], [3, 1], [4, 1]]);
    const siginfo: FaultEvidence = { words: 'si_addr', source: 'siginfo', at: undefined };
    expect(withPlace(siginfo, { address: toAddress(0x10n) }).at).toEqual({ kind: 'address', address: 0x10n });
    expect(withPlace({ ...siginfo, source: 'rule' }, { address: toAddress(0x10n) }).at).toBeUndefined();
  });

  it('knows where evidence is best seen', () => {
    const address = { kind: 'address', address: toAddress(0x1000n) } as const;
    const view = (source: FaultEvidence['source'], ...at: [] | [undefined]) => evidenceView({ source, at: at.length === 0 ? address : undefined });
    expect([view('memory'), view('pagemap'), view('instruction'), view('maps'), view('registers', undefined), view('output', undefined), view('rule', undefined)])
      .toEqual(['memory', 'pages', 'source', 'map', 'registers', 'program', undefined]);
    expect(evidenceView({ source: 'gdb', at: { kind: 'frame', threadId: 1, frameLevel: 2 } })).toBe('stack');
  });
});
