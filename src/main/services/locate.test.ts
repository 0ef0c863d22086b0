import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { RegisterValue } from '../../shared/model/debug.ts';
import { FakeDebugger } from '../session/testing/fake-debugger.ts';
import { FakeTarget, type FakeSymbol } from '../session/testing/fake-target.ts';
import { completeLocation } from './complete-location.ts';
import { resolveLocation, type LocateSources } from './locate.ts';
import { editDistance, nearestNames } from './nearest-names.ts';

const SYMBOLS: readonly FakeSymbol[] = [
  { name: 'initialized_global', address: 0x3010n },
  { name: 'main', address: 0x1100n, sizeBytes: 64, type: 'function' },
  { name: 'beef', address: 0x3020n },
  { name: 'ns::Shape::operator+(int)', address: 0x1200n, type: 'function' },
  { name: 'twice', address: 0x1300n, binding: 'local', type: 'function' },
  { name: 'helper', address: 0x1400n, binding: 'local' },
  { name: 'helper', address: 0x1500n, binding: 'local' },
  { name: 'per_thread', address: 0x8n, type: 'tls' },
];

async function sources(stopped?: FakeDebugger): Promise<LocateSources> {
  const target = new FakeTarget();
  target.symbols = SYMBOLS;
  return {
    picture: await target.readPicture(), stopped, context: { threadId: 1, frameLevel: 0 },
    whyNotStopped: () => new VmatlasError({ code: 'not-attached', message: 'gdb is not attached.' }),
  };
}

function stoppedDebugger(): FakeDebugger {
  const held = new FakeDebugger();
  const register = (name: string, value: bigint): RegisterValue => ({ name, group: 'general', value, text: `0x${value.toString(16)}`, changed: false });
  held.registerValues = [register('rsp', 0x7fff1000n), register('rip', 0x1108n)];
  held.expressions = new Map([['$rsp', 0x7fff1000n], ['$rip', 0x1108n], ['$_exitcode', 5n], ['list->next', 0x8010n], ['&per_thread', 0x7777n], ['label', 0x7fff1008n]]);
  return held;
}

async function found(text: string, stopped?: FakeDebugger): Promise<string> {
  const location = await resolveLocation(text, await sources(stopped));
  return `${location.how} ${location.address.toString(16)} ${location.text}`;
}

describe('resolveLocation', () => {
  it.each([
    ['0x7fff_f7dd_5000', 'address 7ffff7dd5000 0x7ffff7dd5000'],
    ['401000', 'address 401000 0x401000'],
    ['0x1000+0x10', 'address 1010 0x1000+0x10'],
    [' initialized_global ', 'symbol 3010 initialized_global'],
    ['main+16', 'symbol 1110 main+0x10'],
    ['main - 0x10', 'symbol 10f0 main-0x10'],
    ['ns::Shape::operator+(int)', 'symbol 1200 ns::Shape::operator+(int)'],
    ['twice', 'symbol 1300 twice'],
    ['tour+0x1234', 'module-offset 2234 tour+0x1234'],
    ['[heap]', 'region 8000 [heap]'],
    ['[stack]+8', 'region 7fff0008 [stack]+0x8'],
    ['tour data', 'region 3000 tour data'],
    ['beef', 'symbol 3020 beef'],
    ['face', 'address face 0xface'],
  ])('%s without gdb', async (text, expected) => {
    expect(await found(text)).toBe(expected);
  });

  it.each([
    ['$rsp', 'register 7fff1000 $rsp'],
    ['$rsp+8', 'register 7fff1008 $rsp+0x8'],
    ['rip', 'register 1108 $rip'],
    ['$_exitcode', 'expression 5 $_exitcode'],
    ['list->next', 'expression 8010 list->next'],
    ['label', 'expression 7fff1008 label'],
    ['per_thread', 'symbol 7777 per_thread'],
  ])('%s while stopped', async (text, expected) => {
    expect(await found(text, stoppedDebugger())).toBe(expected);
  });

  it('says that a register needs gdb', async () => {
    await expect(found('$rsp')).rejects.toMatchObject({ code: 'not-attached' });
  });

  it('gives no address for a thread-local without a thread, and none for several things of one name', async () => {
    await expect(found('per_thread')).rejects.toMatchObject({ code: 'unknown-location', message: expect.stringContaining('thread-local') as unknown });
    await expect(found('helper')).rejects.toMatchObject({ code: 'ambiguous-location', evidence: '0x1400, 0x1500' });
  });

  it('offers the nearest names for one that is unknown', async () => {
    await expect(found('initialised_global')).rejects.toMatchObject({ code: 'unknown-location', remedy: 'Did you mean initialized_global?' });
    await expect(found('[heep]')).rejects.toMatchObject({ remedy: expect.stringContaining('[heap]') as unknown });
    await expect(found('zzzz', stoppedDebugger())).rejects.toMatchObject({ code: 'unknown-location', remedy: expect.stringContaining('module+offset') as unknown });
    await expect(found('  ')).rejects.toMatchObject({ code: 'unknown-location' });
  });

  it('passes on what is not about the name: a dead gdb is no unknown name', async () => {
    const held = stoppedDebugger();
    held.evaluateAddress = async () => {
      throw new VmatlasError({ code: 'gdb-ended', message: 'gdb has ended.' });
    };
    await expect(found('a->b', held)).rejects.toMatchObject({ code: 'gdb-ended' });
  });

  it('answers or says unknown-location, whatever is typed', async () => {
    const given = await sources(stoppedDebugger());
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 30, unit: 'binary' }), async (text) => {
        try {
          const { address } = await resolveLocation(text, given);
          expect(address >= 0n && address < 1n << 64n).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(unknown|ambiguous)-location$/) as unknown });
        }
      }),
    );
  });
});

describe('completeLocation', () => {
  const complete = async (text: string, stopped?: FakeDebugger, limit = 10): Promise<readonly string[]> =>
    (await completeLocation(text, limit, await sources(stopped))).map((completion) => `${completion.how} ${completion.text}`);

  it('offers registers, regions, symbols and what gdb knows', async () => {
    expect(await complete('$r', stoppedDebugger())).toEqual(['register $rsp', 'register $rip']);
    expect(await complete('[h')).toEqual(['region [heap]']);
    expect(await complete('init')).toEqual(['symbol initialized_global']);
    expect(await complete('list', stoppedDebugger())).toEqual(['expression list->next']);
    expect(await complete('tour')).toEqual(['region tour text', 'region tour data']);
    expect(await complete('', undefined, 2)).toHaveLength(2);
  });
});

describe('nearest names', () => {
  it('counts changed, added and missing letters', () => {
    expect(editDistance('kitten', 'sitting', 10)).toBe(3);
    expect(editDistance('', 'abc', 10)).toBe(3);
    expect(editDistance('abc', 'abcdefghijkl', 4)).toBe(4);
  });

  it('is a distance: symmetric, zero only for equals, never over the limit', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b, 99)).toBe(editDistance(b, a, 99));
        expect(editDistance(a, b, 99) === 0).toBe(a === b);
        expect(editDistance(a, b, 3)).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('leaves out what is too far to be meant', () => {
    expect(nearestNames('config', ['config_t', 'confg', 'unrelated'], 3)).toEqual(['confg', 'config_t']);
  });
});
