import { describe, expect, test } from 'vitest';
import { capture } from './testing/capture.ts';
import { sampleProcess } from './testing/sample-process.ts';

describe('what the words mean', () => {
  test.each([
    [[], { open: { kind: 'empty' }, window: true }],
    [['42'], { open: { kind: 'pid', pid: 42, attach: false }, window: true }],
    [['open', '--demo'], { open: { kind: 'demo' }, window: true }],
    [['open', '--empty', '--no-window'], { open: { kind: 'empty' }, window: false }],
    [['open', '--pid', '42', '--attach'], { open: { kind: 'pid', pid: 42, attach: true }, window: true }],
    [['open', '42', '--no-window'], { open: { kind: 'pid', pid: 42, attach: false }, window: false }],
    [['--', '/bin/sh', '-c', 'map 1', '--json'], { open: { kind: 'launch', spec: { program: '/bin/sh', args: ['-c', 'map 1', '--json'], stopAt: 'main' } }, window: true }],
    [['open', '--stop-at', 'work', '--', '/bin/sh'], { open: { kind: 'launch', spec: { program: '/bin/sh', args: [], stopAt: 'work' } } }],
    [['serve'], { open: { kind: 'empty' }, window: false, port: 0, address: undefined, names: [], json: false }],
    [['serve', '--json'], { json: true }],
    [['serve', '42', '--port', '8080', '--address', '0.0.0.0', '--name', 'a', 'b'], { open: { kind: 'pid', pid: 42 }, window: false, port: 8080, address: '0.0.0.0', names: ['a', 'b'] }],
  ])('%j', async (argv, request) => {
    const { code, host, err } = await capture(argv);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(host).toMatchObject(request);
  });

  test.each([
    [['maap', '42'], /"maap" is neither a command nor the PID of a process\. Did you mean "vmatlas map"\?/],
    [['./a.out'], /To start a program: vmatlas -- \.\/a\.out/],
    [['42', '43'], /Name one target only/],
    [['--'], /no program behind --/],
    [['open', '--demo', '42'], /Open one thing/],
    [['open', '--pid', '42', '43'], /Give the PID once/],
    [['open', '--pid', 'x'], /"x" is not a process ID/],
    [['open', '--attach'], /--attach goes with a PID/],
    [['serve', '--port', '70000'], /"70000" is not a port number/],
    [['map'], /Missing required argument 'PID'\. See vmatlas map --help\./],
    [['map', '0'], /"0" is not a process ID/],
    [['map', '42', '--jsn'], /Unknown option '--jsn'\. Did you mean --json\?/],
    [['map', '42', '43'], /Too many arguments/],
    [['map', '42', '--', 'x'], /takes no program/],
    [['where', '42'], /Missing required argument 'LOCATION'/],
    [['read', '42', '0x1000', 'much'], /"much" is not a length/],
    [['read', '42', '0x1000', '0'], /"0" is not a length/],
    [['read', '42', '0x1000', '16', '--fill', '256', '--raw'], /"256" is not a byte value/],
    [['read', '42', '0x1000', '16', '--fill', '0'], /--fill goes with --raw/],
  ])('%j is wrong, and nothing is started', async (argv, words) => {
    const { code, out, err, host } = await capture(argv, { startServices: () => Promise.reject(new Error('started')) });
    expect(err).toMatch(words);
    expect(err).toMatch(/^vmatlas: [^\n]+\n$/);
    expect({ code, out, host }).toEqual({ code: 2, out: '', host: undefined });
  });

  test('with --json a mistake is JSON too, on stderr', async () => {
    const { code, out, err } = await capture(['map', '--json']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const both = await capture(['read', '42', '0x1000', '16', '--json', '--raw']);
    expect(JSON.parse(both.err)).toEqual({ error: { code: 'usage', message: '--json and --raw exclude each other.' } });
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'usage', message: "Missing required argument 'PID'." } });
  });

  test.each([[], ['open'], ['serve'], ['ps'], ['map'], ['where'], ['read'], ['pages'], ['security'], ['usage']])('--help of "%s" has examples and the exit codes', async (...words) => {
    const { code, out, err } = await capture([...words.filter((word) => word !== ''), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: vmatlas/);
    expect(out).toMatch(/\n(Examples|TARGET)[^]*\n {2}vmatlas /);
    expect(out).toMatch(/Exit status:\n {2}0 {2}done/);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThan(121);
  });

  test('--version', async () => {
    expect(await capture(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n', err: '' });
  });
});

describe('a process', () => {
  const { handlers, log } = sampleProcess();
  const run = (...argv: string[]) => capture(argv, { handlers });

  test('that is not there: exit code 3, one sentence', async () => {
    expect(await run('map', '7')).toMatchObject({ code: 3, out: '', err: 'vmatlas: There is no process 7. Look with vmatlas ps.\n', servicesLeft: 0 });
    const { code, err } = await run('where', '7', '0x1000', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(err)).toEqual({ error: { code: 'no-such-process', message: 'There is no process 7.', remedy: 'Look with vmatlas ps.' } });
  });

  test('map: what is mapped, aligned; control characters of a name stay text', async () => {
    const { code, out, servicesLeft } = await run('map', '42');
    expect({ code, servicesLeft }).toEqual({ code: 0, servicesLeft: 0 });
    expect(out).toBe(
      'START             END                SIZE  PERM  OFFSET  KIND  WHAT\n' +
        '0x0000_0000_1000  0x0000_0000_2000  4 KiB  r-xp    1000  text  sample text (.text)  /bin/sample\n' +
        '0x0000_0000_2000  0x0000_0000_4000  8 KiB  rw-p    2000  data  sample\\x1b[31m data  /bin/sample\n',
    );
  });

  test('map --gaps lists the whole space', async () => {
    const { out } = await run('map', '42', '--gaps');
    expect(out.split('\n').slice(1, -1).map((line) => line.split(/ {2,}/)[0])).toEqual(['0x0000_0000_0000', '0x0000_0000_1000', '0x0000_0000_2000', '0x0000_0000_4000']);
  });

  test('map --json', async () => {
    const document: unknown = JSON.parse((await run('map', '42', '--json')).out);
    expect(document).toEqual({
      pid: 42, exe: '/bin/sample', pageSize: 4096,
      regions: [
        {
          start: '0x1000', end: '0x2000', perms: 'r-xp', offset: '0x1000', dev: '08:01', inode: 77, path: '/bin/sample', kind: 'text',
          module: { path: '/bin/sample', role: 'program' }, part: '.text', label: 'sample text', evidence: [{ source: 'maps', text: 'line 1 of text' }],
        },
        expect.objectContaining({ start: '0x2000', end: '0x4000', evidence: [{ source: 'maps', text: 'line 2 of data' }] }),
      ],
    });
    const withGaps = JSON.parse((await run('map', '42', '--json', '--gaps')).out) as { regions: { kind: string; module: unknown; perms: string; end: string }[] };
    expect(withGaps.regions.map(({ kind }) => kind)).toEqual(['null', 'text', 'data', 'gap']);
    expect(withGaps.regions[3]).toMatchObject({ module: null, perms: '', end: '0x10000000000000000' });
  });

  test('colours: on a terminal, not in a pipe, never with NO_COLOR', async () => {
    const coloured = (isTerminal: boolean, env: NodeJS.ProcessEnv): Promise<boolean> =>
      capture(['map', '42'], { handlers, isTerminal, env }).then(({ out }) => out.includes('\x1b['));
    expect(await coloured(true, {})).toBe(true);
    expect(await coloured(false, {})).toBe(false);
    expect(await coloured(true, { NO_COLOR: '1' })).toBe(false);
    expect(await coloured(true, { TERM: 'dumb' })).toBe(false);
    expect(await coloured(false, { FORCE_COLOR: '1' })).toBe(true);
  });

  test('where --json answers in the order asked; a gap makes the exit code 1', async () => {
    const { code, out } = await run('where', '42', '0x5000', '0x1010', '--json');
    expect(code).toBe(1);
    const unmapped = { outcome: 'fault', signal: 'SIGSEGV', code: 'SEGV_MAPERR', reason: 'nothing is mapped here' };
    const fine = { outcome: 'ok', reason: 'the page is present' };
    expect(JSON.parse(out)).toEqual([
      { address: '0x5000', region: null, gap: { kind: 'gap', below: expect.objectContaining({ kind: 'data' }), above: null }, section: null, symbol: null, perms: '',
        page: null, access: { read: unmapped, write: unmapped, execute: unmapped } },
      { address: '0x1010', region: expect.objectContaining({ kind: 'text', start: '0x1000' }), gap: null, section: '.text', symbol: { name: 'a::a()', offset: 16 }, perms: 'r-xp',
        page: { start: '0x1010', state: 'file', flags: [], word: '0xa100000000000000', pfn: null, words: 'present' },
        access: { read: fine, write: { outcome: 'fault', signal: 'SIGSEGV', code: 'SEGV_ACCERR', reason: 'the mapping has no w' }, execute: fine } },
    ]);
    expect((await run('where', '42', '0x1010', '0x2000')).code).toBe(0);
  });

  test('where in words', async () => {
    const { out } = await run('where', '42', '0x1010', '--evidence');
    expect(out).toBe(
      '0x0000_0000_1010\n' +
        '  kind     text  sample text\n' +
        '  region   0x0000_0000_1000 – 0x0000_0000_2000  4 KiB  r-xp  /bin/sample\n' +
        '  section  .text+0x10\n' +
        '  symbol   a::a()+0x10\n' +
        '  in ELF   0x0000_0000_0010  (load bias 0x1000)\n' +
        '  page     present\n' +
        '  read     ok: the page is present\n' +
        '  write    SIGSEGV SEGV_ACCERR: the mapping has no w\n' +
        '  execute  ok: the page is present\n' +
        '  maps     line 1 of text\n',
    );
  });

  test('an unknown name prints nothing but the error, whatever else was asked', async () => {
    expect(await run('where', '42', '0x1000', 'nonsense')).toMatchObject({ code: 1, out: '', err: 'vmatlas: There is nothing called nonsense.\n', servicesLeft: 0 });
  });

  test('the session is closed at the end, and gdb attached only when asked', async () => {
    log.length = 0;
    await run('where', '42', '0x1000');
    await run('where', '42', 'nonsense');
    await run('where', '42', '0x1000', '--attach');
    expect(log).toEqual(['observe', 'close', 'observe', 'close', 'observe', 'attach', 'close']);
  });

  test('read: sixteen bytes a row from the very address, ?? and its reason', async () => {
    expect(await run('read', '42', '0x1041', '20')).toMatchObject({
      code: 0,
      out:
        '0x0000_0000_1041  41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50  |ABCDEFGHIJKLMNOP|\n' +
        '0x0000_0000_1051  51 52 53 54                                       |QRST|\n',
    });
    expect((await run('read', '42', '0x37fe', '4')).out).toBe(
      '0x0000_0000_37fe  fe ff ?? ??                                       |..  |\n' +
        '?? 0x0000_0000_3800 – 0x0000_0000_3802 (2 B): the kernel refuses (EIO): past the end of the file\n',
    );
    expect((await run('read', '42', '0x3ffe', '4')).out.split('\n').slice(1, -1)).toHaveLength(2);
  });

  test('read exits with 1 when not a byte could be read', async () => {
    expect((await run('read', '42', '0x37fe', '4')).code).toBe(0);
    expect((await run('read', '42', '0x3800', '4')).code).toBe(1);
    expect((await run('read', '42', '0x10', '4', '--json')).code).toBe(1);
  });

  test('read --raw writes all or nothing', async () => {
    const whole = await run('read', '42', '0x1000', '10K', '--raw');
    expect(whole.outBytes).toEqual(Buffer.from(Uint8Array.from({ length: 10_240 }, (_, i) => i & 0xff)));
    const refused = await run('read', '42', '0x37fe', '4', '--raw');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/Nothing was written/);
    expect((await run('read', '42', '0x37fe', '4', '--raw', '--fill', '0xaa')).outBytes).toEqual(Buffer.from([0xfe, 0xff, 0xaa, 0xaa]));
  });

  test('read --json', async () => {
    expect(JSON.parse((await run('read', '42', '0x37fe', '4', '--json')).out)).toEqual({
      pid: 42, address: '0x37fe', length: 4,
      ranges: [
        { start: '0x37fe', length: 2, kind: 'valid', bytes: 'feff' },
        { start: '0x3800', length: 2, kind: 'unreadable', reason: 'the kernel refuses (EIO): past the end of the file' },
      ],
    });
  });

  test('read stops at the end of the address space', async () => {
    expect((await run('read', '42', '0xffffffffffffffff', '2')).code).toBe(2);
  });
});
