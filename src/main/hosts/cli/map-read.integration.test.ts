import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAPPED_KINDS, MODULE_ROLES, REGION_KINDS } from '../../../shared/model/region.ts';
import { compileC, programSource, scratchFolder } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import type { RegionJson } from './json.ts';
import { captureReal } from './testing/capture-real.ts';

interface MapDocument {
  readonly pid: number;
  readonly exe: string;
  readonly pageSize: number;
  readonly regions: readonly RegionJson[];
}

const hex: unknown = expect.stringMatching(/^0x[0-9a-f]+$/);

/** The shape as documented, to the letter: no key more, none less. */
function parseMap(text: string): MapDocument {
  const document = JSON.parse(text) as MapDocument;
  expect(Object.keys(document)).toEqual(['pid', 'exe', 'pageSize', 'regions']);
  expect(document.pageSize).toBe(4096);
  for (const region of document.regions) {
    expect(region).toEqual({
      start: hex, end: hex, perms: expect.stringMatching(/^([r-][w-][x-][ps])?$/), offset: hex, dev: expect.stringMatching(/^([0-9a-f]{2,}:[0-9a-f]{2,})?$/), inode: expect.any(Number),
      path: expect.any(String), kind: expect.toBeOneOf([...REGION_KINDS]), module: region.module && { path: expect.stringMatching(/./), role: expect.toBeOneOf([...MODULE_ROLES]) },
      part: expect.any(String), label: expect.stringMatching(/./), evidence: expect.any(Array),
    });
    expect(region.evidence?.length).toBeGreaterThan(0);
    for (const item of region.evidence ?? []) expect(item).toEqual({ source: expect.stringMatching(/./), text: expect.stringMatching(/./) });
  }
  return document;
}

let path = '';
let program: RunningProgram;
let pid = '';
beforeAll(async () => {
  path = compileC(readFileSync(programSource('regions.c'), 'utf8'));
  program = await runProgram(path);
  pid = String(program.pid);
});
afterAll(() => program.stop());

interface MapsLine {
  readonly start: bigint;
  readonly end: bigint;
  readonly perms: string;
  readonly offset: bigint;
  readonly name: string;
}

function mapsOf(target: string): MapsLine[] {
  return readFileSync(`/proc/${target}/maps`, 'utf8').trim().split('\n').map((line) => {
    const [, start = '', end = '', perms = '', offset = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) ([0-9a-f]+) \S+ \d+ *(.*)$/.exec(line) ?? [];
    return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), perms, offset: BigInt(`0x${offset}`), name };
  });
}

describe('map', () => {
  test('--json: the documented shape, and exactly the bytes of /proc/PID/maps', async () => {
    const { code, out, err } = await captureReal('map', pid, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const document = parseMap(out);
    expect(document).toMatchObject({ pid: program.pid, exe: path });
    const rows = [...document.regions];
    for (const line of mapsOf(pid)) {
      let at = line.start;
      while (at < line.end) {
        const region = rows.shift();
        expect(region).toBeDefined();
        expect(BigInt(region?.start ?? 0)).toBe(at);
        expect(region?.perms).toBe(line.perms);
        expect(region?.path).toBe(line.name);
        if (line.name.startsWith('/')) expect(BigInt(region?.offset ?? 0)).toBe(line.offset + (at - line.start));
        expect(MAPPED_KINDS).toContain(region?.kind);
        at = BigInt(region?.end ?? 0);
      }
      expect(at).toBe(line.end);
    }
    expect(rows).toEqual([]);
  });

  test('--gaps: the whole 64-bit space without a hole', async () => {
    const { regions } = parseMap((await captureReal('map', pid, '--json', '--gaps')).out);
    let at = 0n;
    for (const region of regions) {
      expect(BigInt(region.start)).toBe(at);
      at = BigInt(region.end);
    }
    expect(at).toBe(1n << 64n);
    const kinds = regions.map(({ kind }) => kind);
    for (const kind of ['null', 'gap', 'stack-room', 'non-canonical', 'kernel', 'text', 'heap', 'stack', 'vdso', 'vvar']) expect(kinds).toContain(kind);
  });

  test('as a table: aligned columns, no colour in a pipe', async () => {
    const { out } = await captureReal('map', pid);
    const lines = out.trimEnd().split('\n');
    expect(out).not.toContain('\x1b');
    const column = lines[0]?.indexOf('PERM') ?? -1;
    for (const line of lines.slice(1)) expect(line.slice(column, column + 4)).toMatch(/^[r-][w-][x-][ps]$/);
  });
});

describe('read', () => {
  test('the value the program was compiled with', async () => {
    const { code, out } = await captureReal('read', pid, 'filled_counter', '4');
    expect(code).toBe(0);
    expect(out).toMatch(/^0x[0-9a-f_]+ {2}2a 00 00 00 +\|\*\.\.\.\|\n$/);
    expect((await captureReal('read', pid, 'greeting', '31', '--raw')).out).toBe('a string that nobody may change');
  });

  test('past the end of a mapping: ??, the reason at the end, and no byte made up', async () => {
    const stack = mapsOf(pid).find(({ name }) => name === '[stack]');
    const end = stack?.end ?? 0n;
    const { code, out } = await captureReal('read', pid, `0x${(end - 8n).toString(16)}`, '16');
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toMatch(/ {2}(?:[0-9a-f]{2} ){7}[0-9a-f]{2} {2}\?\? \?\? \?\? \?\? \?\? \?\? \?\? \?\? {2}\|.{8} {8}\|$/);
    expect(out.split('\n')[1]).toMatch(/^\?\? 0x[0-9a-f_]+ – 0x[0-9a-f_]+ \(8 B\): no mapping covers these bytes$/);
  });

  test('[vvar] is mapped and the kernel refuses to read it: the errno is named', async () => {
    const { code, out } = await captureReal('read', pid, '[vvar]', '16');
    expect(code).toBe(1);
    expect(out).toMatch(/EIO/);
  });

  test('--raw -o: the bytes, or no file at all', async () => {
    const stack = mapsOf(pid).find(({ name }) => name === '[stack]');
    const size = (stack?.end ?? 0n) - (stack?.start ?? 0n);
    const whole = join(scratchFolder(), 'stack.bin');
    expect(await captureReal('read', pid, '[stack]', String(size), '--raw', '-o', whole)).toMatchObject({ code: 0, out: '', err: '' });
    expect(BigInt(statSync(whole).size)).toBe(size);
    const file = join(scratchFolder(), 'refused.bin');
    const refused = await captureReal('read', pid, '[stack]', String(size + 4096n), '--raw', '-o', file);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^vmatlas: [^\n]+\n$/);
    expect(existsSync(file)).toBe(false);
    expect(await captureReal('read', pid, '[stack]', String(size + 4096n), '--raw', '-o', file, '--fill', '0xee')).toMatchObject({ code: 0 });
    const filled = readFileSync(file);
    expect(filled.subarray(0, Number(size)).length).toBe(Number(size));
    expect(filled.subarray(Number(size))).toEqual(Buffer.alloc(4096, 0xee));
  });

  test('a file that cannot be made: the file the user named, and why', async () => {
    const file = join(scratchFolder(), 'no such folder', 'x');
    for (const raw of [[], ['--raw']]) {
      const { code, err } = await captureReal('read', pid, '[stack]', '16', '-o', file, ...raw);
      expect(code).toBe(1);
      expect(err).toMatch(/^vmatlas: \S+\/no such folder\/x can(not|'t) be written: [^\n]+\.\n$/);
    }
  });

  test('--raw to a pipe: all or nothing', async () => {
    const refused = await captureReal('read', pid, '[vvar]', '16', '--raw');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect((await captureReal('read', pid, '[vvar]', '4', '--raw', '--fill', '65')).out).toBe('AAAA');
  });

  test('a page the program never touched stays so with --no-touch', async () => {
    // The third page of a mapping of which only the first was written to.
    const untouched = `0x${(program.address('anonymous') + 0x2000n).toString(16)}`;
    const { code, out } = await captureReal('read', pid, untouched, '16', '--no-touch');
    expect(code).toBe(1);
    expect(out).toMatch(/never touched/);
    expect((await captureReal('read', pid, untouched, '16')).out).toMatch(/ {2}00 00 00 00 /);
  });
});

describe('targets that are not there', () => {
  test('no such process: 3', async () => {
    // The highest PID the kernel may give is 2^22 - 1, and a machine that is there already would be remarkable.
    for (const argv of [['map', '4194303'], ['where', '4194303', '0x1000'], ['read', '4194303', '0x1000', '4']]) {
      const { code, out, err } = await captureReal(...argv, '--json');
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(JSON.parse(err)).toMatchObject({ error: { code: 'no-such-process' } });
    }
  });

  test('a zombie: 3, in words', async () => {
    // The shell's child ends; what the shell has become does not wait for it.
    const parent: ChildProcess = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [chunk] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
      const zombie = chunk.toString().trim();
      while (!/^State:\tZ/m.test(readFileSync(`/proc/${zombie}/status`, 'utf8'))) await new Promise((resolve) => setTimeout(resolve, 20));
      const { code, err } = await captureReal('map', zombie);
      expect(code).toBe(3);
      expect(err).toMatch(/^vmatlas: [^\n]+\n$/);
    } finally {
      parent.kill('SIGKILL');
    }
  });
});

test('ps finds the program by a part of its path', async () => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const { code, out } = await captureReal('ps', name, '--json');
  expect(code).toBe(0);
  const rows = JSON.parse(out) as { pid: number; exe: string; cannotOpen: unknown }[];
  expect(rows).toContainEqual(expect.objectContaining({ pid: program.pid, exe: path, cannotOpen: null }));
  expect((await captureReal('ps', name)).out).toContain(pid);
  expect((await captureReal('ps', 'no'.repeat(40))).code).toBe(1);
});
