import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../../shared/address/address.ts';
import { distanceWords, moves, type Places } from './places.ts';

function places(text: bigint, heap: bigint): Places {
  const fact = (value: bigint): { text: string; address: ReturnType<typeof toAddress>; evidence: { from: string; text: string } } =>
    ({ text: `0x${value.toString(16)}`, address: toAddress(value), evidence: { from: 'test', text: '' } });
  return new Map([['text', fact(text)], ['heap', fact(heap)]]);
}

describe('moves from one run to another', () => {
  it('have a direction and a distance', () => {
    expect(moves(places(0x5000n, 0x9000n), places(0x6000n, 0x8000n), ['text', 'heap']).map(({ part, distance, words }) => [part, distance, words])).toEqual([
      ['text', 0x1000n, 'moved up by 0x1000'],
      ['heap', -0x1000n, 'moved down by 0x1000'],
    ]);
    expect(distanceWords(0n)).toBe('did not move');
  });

  it('are told of the parts that both runs have', () => {
    expect(moves(places(1n, 2n), places(1n, 2n), ['text', 'vdso']).map(({ part }) => part)).toEqual(['text']);
  });
});
