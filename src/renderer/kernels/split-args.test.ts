import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinArgs, splitArgs } from './split-args.ts';

describe('splitArgs', () => {
  it.each([
    ['a b  c', ['a', 'b', 'c']],
    [String.raw`a "b c" d\ e`, ['a', 'b c', 'd e']],
    [`'it'"'"'s' ""`, ["it's", '']],
    [String.raw`"a\"b\n" 'a\b'`, [String.raw`a"b\n`, String.raw`a\b`]],
    ['--x="1 2"3', ['--x=1 23']],
    ['  ', []],
  ])('%s', (line, args) => expect(splitArgs(line)).toEqual(args));

  it('refuses what a shell would ask more of', () => {
    for (const line of ['"open', "'open", 'end\\']) expect(splitArgs(line)).toBeUndefined();
  });

  it('reads back what joinArgs wrote', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (args) => {
      expect(splitArgs(joinArgs(args))).toEqual(args);
    }));
  });
});
