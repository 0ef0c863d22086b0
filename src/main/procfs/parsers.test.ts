import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAuxv } from './auxv.ts';
import { parseLimits } from './limits.ts';
import { PAGEMAP_EXCLUSIVE, PAGEMAP_FILE_OR_SHARED, PAGEMAP_GUARD, PAGEMAP_PRESENT, PAGEMAP_SOFT_DIRTY, PAGEMAP_SWAPPED, PAGEMAP_UFFD_WP, pagemapFlags, pagemapFrame } from './pagemap.ts';
import { hasFiveLevelPaging, parseCmdline, parsePasswd, parseUptimeSeconds } from './small-files.ts';
import { parseSmaps } from './smaps.ts';
import { parseStat } from './stat.ts';
import { parseStatus } from './status.ts';
import { parseSyscall } from './syscall.ts';

const NAMES = ['c-program', 'unusual', 'python3', 'node', 'chromium-browser', 'chromium-renderer'] as const;
const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'fixtures', name));
const text = (name: string): string => fixture(name).toString('utf8');

describe('recorded processes', () => {
  it.each(NAMES)('stat, status, limits, auxv and maps of %s agree with each other', (name) => {
    const stat = parseStat(text(`${name}.stat.txt`));
    const status = parseStatus(text(`${name}.status.txt`));
    const auxv = parseAuxv(fixture(`${name}.auxv.bin`));
    const maps = text(`${name}.maps.txt`).split('\n').filter(Boolean);
    const mappingOf = (address: bigint): string | undefined => maps.find((line) => {
      const [start = '', end = ''] = (line.split(' ')[0] ?? '').split('-');
      return BigInt(`0x${start}`) <= address && address < BigInt(`0x${end}`);
    });
    expect(stat.pid).toBe(status.tgid);
    expect(stat.threads).toBe(status.threads);
    expect(stat.virtualBytes).toBe(status.virtualBytes);
    expect(mappingOf(stat.startStack)).toContain('[stack]');
    expect(mappingOf(auxv.entry ?? 0n)).toMatch(/ r-xp .*\/(opt|usr)\//);
    expect(mappingOf(auxv.vdso ?? 0n)).toContain('[vdso]');
    expect(mappingOf(auxv.base ?? 0n)).toContain('ld-linux');
    expect(mappingOf(auxv.random ?? 0n)).toContain('[stack]');
    expect(mappingOf(auxv.phdr ?? 0n)).toMatch(/ r--p 00000000 .*\//);
    expect(auxv.entries.get(6)).toBe(4096n);
    expect(parseLimits(text(`${name}.limits.txt`)).get('Max stack size')?.soft).toBe(8388608n);
  });

  it.each(NAMES)('smaps of %s has every mapping, and sizes that fit its range', (name) => {
    const entries = parseSmaps(text(`${name}.smaps.txt`));
    expect(entries.map((entry) => entry.line)).toEqual(text(`${name}.maps.txt`).split('\n').filter(Boolean));
    for (const entry of entries) {
      const [start = '', end = ''] = (entry.line.split(' ')[0] ?? '').split('-');
      expect(entry.bytes.get('Size')).toBe(BigInt(`0x${end}`) - BigInt(`0x${start}`));
      expect(entry.flags.length).toBeGreaterThan(0);
    }
  });
});

describe('parseStat', () => {
  it('takes any name, with spaces, parentheses and newlines', () => {
    const stat = parseStat(text('c-program.stat.txt').replace('(tgt)', '(a) S 1 (\n b))'));
    expect(stat.comm).toBe('a) S 1 (\n b)');
    expect(stat).toMatchObject({ pid: 16710, state: 'S', ppid: 16669, startTime: 183578n });
  });

  it('refuses other text', () => expect(() => parseStat('12 tgt S')).toThrow(expect.objectContaining({ code: 'malformed-input' })));
});

describe('parseStatus', () => {
  it('leaves out what a kernel thread has not', () => {
    const status = parseStatus('Name:\tkthreadd\nState:\tS (sleeping)\nPid:\t2\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nKthread:\t1\nNSpid:\t2\n');
    expect(status).toMatchObject({ name: 'kthreadd', kernelThread: true, residentBytes: undefined, nsPids: [2], uids: [0, 0, 0, 0] });
  });

  it('reads nested PID namespaces and a tracer', () => {
    expect(parseStatus('NSpid:\t4711\t1\nTracerPid:\t812\n')).toMatchObject({ nsPids: [4711, 1], tracerPid: 812 });
  });
});

describe('parseLimits', () => {
  it('tells unlimited from a number', () => {
    const limits = parseLimits('Limit                     Soft Limit           Hard Limit           Units     \nMax stack size            unlimited            unlimited            bytes     \nMax nice priority         0                    0                    \n');
    expect(limits.get('Max stack size')).toMatchObject({ soft: undefined, hard: undefined, units: 'bytes' });
    expect(limits.get('Max nice priority')).toMatchObject({ soft: 0n, hard: 0n, units: '' });
  });
});

describe('parseAuxv', () => {
  it('is empty for a process without memory', () => expect(parseAuxv(new Uint8Array()).entries.size).toBe(0));
  it('refuses the vector of a 32-bit process', () => expect(() => parseAuxv(new Uint8Array(24))).toThrow(expect.objectContaining({ code: 'malformed-input' })));
  it('stops at AT_NULL', () => {
    const words = new BigUint64Array([6n, 4096n, 0n, 0n, 9n, 1n]);
    expect([...parseAuxv(new Uint8Array(words.buffer)).entries]).toEqual([[6, 4096n]]);
  });
});

describe('parseSmaps', () => {
  it('takes fields it does not know and file names that look like fields', () => {
    const entries = parseSmaps('1000-2000 rw-p 00000000 00:00 0                          /tmp/Rss: 4 kB\nSize:                  4 kB\nNewThing:              8 kB\nProtectionKey:         3\nVmFlags: rd wr \n');
    expect(entries).toHaveLength(1);
    expect(entries[0]?.bytes.get('NewThing')).toBe(8192n);
    expect(entries[0]?.other.get('ProtectionKey')).toBe('3');
    expect(entries[0]?.flags).toEqual(['rd', 'wr']);
  });

  it('reads the rollup', () => {
    const [rollup] = parseSmaps('55d1-7ffc rw-p 00000000 00:00 0                          [rollup]\nRss:                 884 kB\nPss:                 100 kB\n'.replace('55d1-7ffc rw-p', '55d1000-7ffc000 ---p'));
    expect(rollup?.bytes.get('Rss')).toBe(884n * 1024n);
  });
});

describe('parseSyscall', () => {
  it('reads a blocked thread', () => {
    expect(parseSyscall('0 0x0 0x55d0 0x400 0x0 0x0 0x0 0x7ffc5a1e3a88 0x7f2d4c0f31dd\n')).toMatchObject({ state: 'blocked', number: 0, sp: 0x7ffc5a1e3a88n, pc: 0x7f2d4c0f31ddn });
  });
  it('reads a thread that blocks outside a system call', () => expect(parseSyscall('-1 0x7ffc5a1e3a88 0x7f2d4c0f31dd\n')).toMatchObject({ state: 'blocked', number: -1, sp: 0x7ffc5a1e3a88n }));
  it('knows nothing of a running one', () => expect(parseSyscall('running\n')).toEqual({ state: 'running' }));
});

describe('pagemap', () => {
  it('finds each documented bit in its place', () => {
    const bits = [63n, 62n, 61n, 58n, 57n, 56n, 55n];
    const words = BigUint64Array.from(bits, (bit) => 1n << bit);
    expect([...pagemapFlags(new Uint8Array(words.buffer))]).toEqual([
      PAGEMAP_PRESENT, PAGEMAP_SWAPPED, PAGEMAP_FILE_OR_SHARED, PAGEMAP_GUARD, PAGEMAP_UFFD_WP, PAGEMAP_EXCLUSIVE, PAGEMAP_SOFT_DIRTY,
    ]);
  });

  it('gives the frame only of a present page that the kernel shows', () => {
    expect(pagemapFrame(0x127539, 0x8100_0000)).toBe(0x127539n);
    expect(pagemapFrame(0xffff_ffff, 0x807f_ffff)).toBe((1n << 55n) - 1n);
    expect(pagemapFrame(0, 0x8100_0000)).toBeUndefined();
    expect(pagemapFrame(0x12, 0x4000_0000)).toBeUndefined();
  });
});

describe('small files', () => {
  it('splits a command line', () => {
    expect(parseCmdline('ls\0-l\0\0')).toEqual(['ls', '-l', '']);
    expect(parseCmdline('')).toEqual([]);
    expect(parseCmdline('nginx: worker process')).toEqual(['nginx: worker process']);
  });
  it('takes the first name of a uid', () => expect([...parsePasswd('root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\n\n+::\nada:x:1000:1000::/:/bin/sh')]).toEqual([[0, 'root'], [1000, 'ada']]));
  it('reads uptime', () => expect(parseUptimeSeconds('350735.47 234388.90\n')).toBe(350735.47));
  it('tells 5-level paging by its flag', () => {
    expect(hasFiveLevelPaging('processor : 0\nflags\t\t: fpu vme la57 smap\nbugs\t\t:\n')).toBe(true);
    expect(hasFiveLevelPaging('flags\t\t: fpu vme la57')).toBe(true);
    expect(hasFiveLevelPaging('flags\t\t: fpu la57x smap\n')).toBe(false);
  });
});
