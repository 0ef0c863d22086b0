import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openFromElectronArguments, parseWhatToOpen, readWhatToOpen, writeWhatToOpen, type OpenWords, type WhatToOpen } from './what-to-open.ts';

const parse = (words: Partial<OpenWords>): WhatToOpen => parseWhatToOpen({ cwd: '/', env: { PATH: '/usr/bin:/bin' }, ...words });

describe('the words of the command line', () => {
  it('open nothing, the demo or a process', () => {
    expect([parse({}), parse({ demo: true }), parse({ target: '812' }), parse({ target: '1', attach: true })]).toEqual([
      { kind: 'empty' },
      { kind: 'demo' },
      { kind: 'pid', pid: 812, attach: false },
      { kind: 'pid', pid: 1, attach: true },
    ]);
  });

  it('launch a program, found as a shell finds it', () => {
    const spec = { args: ['-x', ''], cwd: '/bin', env: {}, stopAt: 'main' };
    expect(parse({ command: ['./sh', '-x', ''], cwd: '/bin' })).toEqual({ kind: 'launch', spec: { ...spec, program: '/bin/sh' } });
    expect(parse({ command: ['sh', '-x', ''], cwd: '/bin', stopAt: '' })).toEqual({ kind: 'launch', spec: { ...spec, program: '/usr/bin/sh', stopAt: '' } });
    expect(parse({ command: ['sh'], cwd: '/bin', env: {} })).toMatchObject({ spec: { program: '/bin/sh' } });
  });

  it.each<[Partial<OpenWords>, string]>([
    [{ target: 'firefox' }, 'usage'],
    [{ target: '0' }, 'usage'],
    [{ target: '-5' }, 'usage'],
    [{ target: '1e3' }, 'usage'],
    [{ target: '99999999999999999999' }, 'usage'],
    [{ target: '12', demo: true }, 'usage'],
    [{ target: '12', command: ['sh'] }, 'usage'],
    [{ command: ['no-such-program'] }, 'executable-missing'],
    [{ command: ['/etc/passwd'] }, 'executable-missing'],
    [{ command: ['/etc'] }, 'executable-missing'],
  ])('%j is refused with %s', (words, code) => {
    expect(() => parse(words)).toThrow(expect.objectContaining({ code }));
  });
});

describe('Electron started by hand', () => {
  it.each<[readonly string[], WhatToOpen]>([
    [['electron', '.'], { kind: 'empty' }],
    [['electron'], { kind: 'empty' }],
    [['electron', '--no-sandbox', '--inspect=0', '/app', '--demo', '--remote-debugging-port=0'], { kind: 'demo' }],
    [['electron', '/app', '--pid', '12', '--attach'], { kind: 'pid', pid: 12, attach: true }],
    [['electron', '/app', '12', '--force-color-profile=srgb'], { kind: 'pid', pid: 12, attach: false }],
    [['electron', '/app', '--', '/bin/sh', '--demo'], { kind: 'launch', spec: { program: '/bin/sh', args: ['--demo'], cwd: '/', env: {}, stopAt: 'main' } }],
  ])('%j', (argv, open) => {
    expect(openFromElectronArguments(argv, '/', {})).toEqual(open);
  });
});

describe('handing it to another process', () => {
  const text = fc.string({ unit: 'binary' });
  const anything = fc.oneof(
    fc.constant<WhatToOpen>({ kind: 'empty' }),
    fc.constant<WhatToOpen>({ kind: 'demo' }),
    fc.record({ kind: fc.constant('pid' as const), pid: fc.integer({ min: 1 }), attach: fc.boolean() }),
    fc.record({
      kind: fc.constant('launch' as const),
      spec: fc.record({ program: text, args: fc.array(text), cwd: text, env: fc.dictionary(fc.stringMatching(/^[A-Z]+$/), text, { noNullPrototype: true }), stopAt: text }),
    }),
  );

  it('keeps it as it is', () => {
    const property = fc.property(anything, (open) => {
      expect(readWhatToOpen(writeWhatToOpen(open))).toEqual(open);
    });
    fc.assert(property);
  });

  it('takes nothing for empty', () => {
    expect([readWhatToOpen(undefined), readWhatToOpen('')]).toEqual([{ kind: 'empty' }, { kind: 'empty' }]);
  });

  it.each(['{', 'null', '[]', '{"kind":"pid"}', '{"kind":"pid","pid":-1,"attach":false}', '{"kind":"pid","pid":"1","attach":false}', '{"kind":"launch"}', '{"kind":"launch","spec":{"program":"x","args":[1],"cwd":"","env":{},"stopAt":""}}', '{"kind":"other"}'])(
    'refuses %s',
    (words) => {
      expect(() => readWhatToOpen(words)).toThrow(expect.objectContaining({ code: 'malformed-input' }));
    },
  );
});
