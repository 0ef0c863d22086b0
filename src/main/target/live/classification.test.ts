import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { classify, type Classification } from '../../../shared/analysis/classify.ts';
import { evidenceOf, ruleOf } from '../../../shared/analysis/evidence.ts';
import { findModules, type ElfLookup } from '../../../shared/analysis/find-modules.ts';
import { fingerprintOf } from '../../../shared/analysis/fingerprint.ts';
import type { SpaceFacts } from '../../../shared/analysis/space-facts.ts';
import { PF_R, PF_W, PF_X, PT_LOAD, type ElfFacts, type ElfProgramHeader } from '../../../shared/model/elf-facts.ts';
import { isUnmappedKind, REGION_KINDS } from '../../../shared/model/region.ts';
import { parseAuxv } from '../../procfs/auxv.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { parseStat } from '../../procfs/stat.ts';

const fixtures = join(import.meta.dirname, '../../procfs/fixtures');
const NAMES = readdirSync(fixtures).filter((name) => name.endsWith('.maps.txt')).map((name) => name.slice(0, -'.maps.txt'.length));
const unreadable: ElfLookup = { kind: 'unreadable', path: undefined };

const NOTHING_KNOWN: SpaceFacts = {
  pid: undefined, auxv: undefined, startBrk: undefined, stackLimitBytes: undefined, stackLimitLine: '', mmapMinAddr: 65536n, fiveLevelPaging: false, genuineNames: new Set(),
  threads: [], threadStacks: [], arenaHeaps: [],
};

/** Classifies maps text as a test writes it. */
function picture(text: string | Uint8Array, facts: Partial<SpaceFacts> = {}, elf: ElfLookup = unreadable): Classification {
  const mappings = parseMaps(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  const known = { ...NOTHING_KNOWN, ...facts };
  return classify(mappings, findModules(mappings, known.auxv, () => elf), known);
}

function recorded(name: string): Classification {
  const file = (extension: string): Buffer => readFileSync(join(fixtures, `${name}.${extension}`));
  const stat = parseStat(file('stat.txt').toString('utf8'));
  const limit = parseLimits(file('limits.txt').toString('utf8')).get('Max stack size');
  return picture(file('maps.txt'), {
    pid: stat.pid, auxv: parseAuxv(file('auxv.bin')), startBrk: stat.startBrk, stackLimitBytes: limit?.soft ?? 'unlimited', stackLimitLine: limit?.line ?? '',
  });
}

/** Rows as short words: `start-end kind label`. */
function rows(result: Classification): string[] {
  return [...result.regions].map((region) => `${region.start.toString(16)}-${region.end.toString(16)} ${region.kind} ${region.label}`);
}

const mapped = (result: Classification): string[] => [...result.regions].filter((region) => region.perms !== '').map((region) => `${region.start.toString(16)}-${region.end.toString(16)} ${region.kind}`);

/** The whole space once, and the maps text exactly, line by line: its range, permissions, device, inode, name, and offsets that go on inside it. */
function checkCover(result: Classification, text: string): void {
  let at = 0n;
  const lines = text.split('\n').filter(Boolean);
  let line = -1;
  let lineEnd = 0n;
  let lineStart = 0n;
  for (const [row, region] of [...result.regions].entries()) {
    expect(region.start).toBe(at);
    expect(region.end).toBeGreaterThan(region.start);
    at = region.end;
    expect(REGION_KINDS).toContain(region.kind);
    expect(isUnmappedKind(region.kind)).toBe(region.perms === '');
    expect(region.label).not.toBe('');
    if (region.perms === '') {
      expect(region.start).toBeGreaterThanOrEqual(lineEnd);
      continue;
    }
    if (region.start === lineEnd || line < 0 || region.start > lineEnd) {
      if (line >= 0) expect(lineEnd).toBeLessThanOrEqual(region.start);
      line++;
      const [range = '', perms, , dev, inode] = (lines[line] ?? '').split(' ');
      const [start = '0', end = '0'] = range.split('-');
      lineStart = BigInt(`0x${start}`);
      lineEnd = BigInt(`0x${end}`);
      expect(region).toMatchObject({ start: lineStart, perms, dev, inode: BigInt(inode ?? 0) });
    }
    expect(region.end).toBeLessThanOrEqual(lineEnd);
    const offset = BigInt(`0x${(lines[line] ?? '').split(' ')[2]}`);
    if (region.inode !== 0n) expect(region.offset).toBe(offset + (region.start - lineStart));
    expect(evidenceOf(result, row)[0]).toEqual({ source: 'maps', text: lines[line] });
  }
  expect(at).toBe(1n << 64n);
  expect(line).toBe(lines.length - 1);
}

describe('recorded processes', () => {
  it.each(NAMES)('%s: every byte has one kind, every mapping is there, and each claim has evidence', (name) => {
    const result = recorded(name);
    checkCover(result, readFileSync(join(fixtures, `${name}.maps.txt`), 'utf8'));
    for (let row = 0; row < result.regions.length; row++) expect(evidenceOf(result, row).filter((evidence) => evidence.text !== '').length).toBeGreaterThan(0);
  });

  it('names the unusual mappings', () => {
    const result = recorded('unusual');
    const kinds = Object.fromEntries([...result.regions].filter((region) => region.perms !== '').map((region) => [region.label, region.kind]));
    expect(kinds).toMatchObject({
      anonymous: 'anon', 'generated code': 'jit', 'System V shm 0x1234': 'shm', 'System V shm (private)': 'shm', 'shm demoshm': 'shm', 'memfd my memfd': 'shm', 'shared anonymous': 'shm',
      io_uring: 'device', 'AIO ring': 'device', 'with space.bin': 'file-shared', 'gone.bin': 'file-shared', '[vvar_vclock]': 'vvar', '[vdso]': 'vdso', '[vsyscall]': 'vsyscall', '[heap]': 'heap',
    });
    expect(rows(result)[0]).toBe('0-1000 anon anonymous');
    expect(rows(result)[1]).toBe('1000-10000 null null guard');
  });

  it('keeps a file name that only looks deleted', () => {
    const text = readFileSync(join(fixtures, 'unusual.maps.txt'));
    const label = (facts: Partial<SpaceFacts>): string | undefined => [...picture(text, facts).regions].find((region) => region.path.includes('real'))?.label;
    expect(label({})).toBe('real');
    expect(label({ genuineNames: new Set(['/opt/demo/real (deleted)']) })).toBe('real (deleted)');
  });

  it('tells program, loader and libraries apart, and a second mapping of code', () => {
    const roles = new Map([...recorded('node').regions].flatMap((region) => (region.module ? [[region.module.path, region.module.role] as const] : [])));
    expect(roles.get('/usr/bin/node')).toBe('program');
    expect(roles.get('/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2')).toBe('loader');
    expect(roles.get('/usr/lib/x86_64-linux-gnu/libc.so.6')).toBe('library');
    expect(roles.get('[vdso]')).toBe('vdso');
    expect([...recorded('node').regions].filter((region) => region.part === 'second mapping').map((region) => region.kind)).toEqual(['text', 'text']);
  });
});

/** One mapping of a generated process, as facts. */
interface Line { gap: number; pages: number; perms: string; name: string; inode: number; offset: number }
const line: fc.Arbitrary<Line> = fc.record({
  gap: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 5000 })),
  pages: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(2048), fc.constant(16384)),
  perms: fc.constantFrom('r--p', 'r-xp', 'rw-p', 'rw-p', '---p', 'rwxp', '--xp', 'rw-s', 'r--s', '---s'),
  name: fc.constantFrom(
    '', '', '', '[heap]', '[stack]', '[vdso]', '[vvar]', '[anon:x y]', '[anon_shmem:z]', '[stack:7]', '/bin/a', '/bin/a', '/lib/b.so', '/lib/b.so', '/dev/zero (deleted)', '/memfd:m (deleted)', '/dev/dri/card0',
    'anon_inode:[perf_event]', '/SYSV00000001 (deleted)', '/tmp/\\012 b (deleted)', '/dev/zero', '/anon_hugepage (deleted)', '[uprobes]',
  ),
  inode: fc.integer({ min: 1, max: 3 }),
  offset: fc.integer({ min: 0, max: 50 }),
});
const maps: fc.Arbitrary<string> = fc.tuple(fc.constantFrom(0, 1, 16, 0x555555554, 0x7ffff7000, 0x7fffffff0000 - 4_000_000), fc.array(line, { maxLength: 40 })).map(([firstPage, list]) => {
  let page = firstPage;
  return list.map(({ gap, pages, perms, name, inode, offset }) => {
    const start = page + gap;
    page = start + pages;
    const file = name.startsWith('/') && !name.startsWith('[');
    const head = `${(start * 4096).toString(16).padStart(8, '0')}-${(page * 4096).toString(16).padStart(8, '0')} ${perms} ${((file ? offset : 0) * 4096).toString(16).padStart(8, '0')} ${file ? `fe:00 ${inode}` : '00:00 0'}`;
    return name === '' ? `${head} \n` : `${head.padEnd(73)}${name}\n`;
  }).join('');
});

const header = (offset: bigint, vaddr: bigint, fileSize: bigint, memSize: bigint, flags: number): ElfProgramHeader => ({ type: PT_LOAD, flags, offset, vaddr: toAddress(vaddr), fileSize, memSize, align: 4096n });

function elfOf(type: 'exec' | 'dyn', base: bigint): ElfFacts {
  return {
    type, machine: 62, is64Bit: true, entry: toAddress(base + 0x1000n), phdrOffset: 64n, sections: [], gnuStackFlags: 6, buildId: undefined, interp: undefined, soname: undefined,
    relro: { vaddr: toAddress(base + 0x3db0n), memSize: 0x250n },
    programHeaders: [
      header(0n, base, 0x600n, 0x600n, PF_R), header(0x1000n, base + 0x1000n, 0x3f5n, 0x3f5n, PF_R | PF_X), header(0x2000n, base + 0x2000n, 0x1b0n, 0x1b0n, PF_R),
      header(0x2db0n, base + 0x3db0n, 0x2a0n, 0x6000n, PF_R | PF_W),
    ],
  };
}

const facts: fc.Arbitrary<Partial<SpaceFacts>> = fc.record({
  stackLimitBytes: fc.constantFrom<SpaceFacts['stackLimitBytes']>(undefined, 'unlimited', 0n, 8n << 20n, 1n << 50n, (1n << 64n) - 1n),
  mmapMinAddr: fc.constantFrom(0n, 4096n, 65536n, 1n << 50n),
  fiveLevelPaging: fc.boolean(),
  threads: fc.constantFrom([], [{ tid: 9, sp: toAddress(0x7ffff7020n << 12n), line: 'x' }]),
  arenaHeaps: fc.constantFrom([], [{ start: toAddress(0x7ffff8000000n), usedEnd: toAddress(0x7ffff8021000n), reservedEnd: toAddress(0x7ffffc000000n), arena: toAddress(0x7ffff8000030n), evidence: [{ source: 'memory' as const, text: 'heap_info' }] }]),
});

describe('any process', () => {
  it('has its whole space covered, byte by byte, by one kind each', () => {
    const elf = fc.constantFrom<ElfLookup>(unreadable, { kind: 'not-elf' }, { kind: 'elf', facts: elfOf('dyn', 0n), path: '/bin/a' }, { kind: 'elf', facts: elfOf('exec', 0x10000n), path: '/bin/a' });
    fc.assert(fc.property(maps, facts, elf, (text, known, lookup) => {
      const result = picture(text, known, lookup);
      checkCover(result, text);
      expect(result.regions.length).toBeGreaterThanOrEqual(text.split('\n').length - 1);
    }), { numRuns: 400 });
  });

  it('has equal fingerprints for equal maps only', () => {
    fc.assert(fc.property(maps, maps, (a, b) => {
      const [one, two] = [fingerprintOf(picture(a).regions.columns), fingerprintOf(picture(b).regions.columns)];
      expect(fingerprintOf(picture(a).regions.columns)).toBe(one);
      expect(one === two).toBe(a === b);
    }));
  });
});

const PIE = `555555554000-555555555000 r--p 00000000 fe:00 7 /bin/a
555555555000-555555556000 r-xp 00001000 fe:00 7 /bin/a
555555556000-555555557000 r--p 00002000 fe:00 7 /bin/a
555555557000-555555558000 r--p 00002000 fe:00 7 /bin/a
555555558000-555555559000 rw-p 00003000 fe:00 7 /bin/a
`;

describe('ELF images', () => {
  const elf: ElfLookup = { kind: 'elf', facts: elfOf('dyn', 0n), path: '/bin/a' };
  const head = ['555555554000-555555555000 rodata', '555555555000-555555556000 text', '555555556000-555555557000 rodata', '555555557000-555555558000 relro', '555555558000-555555558050 data', '555555558050-555555559000 bss'];

  it('cuts .bss from the byte where the file’s data end, and RELRO from the rest', () => {
    expect(mapped(picture(`${PIE}555555559000-55555555a000 rw-p 00000000 00:00 0 \n`, {}, elf))).toEqual([...head, '555555559000-55555555a000 bss']);
  });

  it('parts .bss from a heap that the kernel merged with it', () => {
    const result = picture(`${PIE}555555559000-55555557a000 rw-p 00000000 00:00 0 [heap]\n`, { startBrk: toAddress(0x55555555en << 12n) }, elf);
    expect(mapped(result)).toEqual([...head, '555555559000-55555555e000 bss', '55555555e000-55555557a000 heap']);
    expect(result.programBreak).toBe(0x55555557a000n);
  });

  it('parts .bss from anonymous memory that was merged with it', () => {
    expect(mapped(picture(`${PIE}555555559000-555555569000 rw-p 00000000 00:00 0 \n`, {}, elf)).slice(6)).toEqual(['555555559000-55555555e000 bss', '55555555e000-555555569000 anon']);
  });

  it('says so while RELRO is not protected yet, as before the loader has run', () => {
    const early = PIE.replace('555555557000-555555558000 r--p 00002000', '555555557000-555555558000 rw-p 00002000');
    const region = picture(early, {}, elf).regions.regionAt(toAddress(0x555555557100n));
    expect(region).toMatchObject({ kind: 'data', part: 'relro, still writable' });
  });

  it('knows two images of one file', () => {
    const twice = PIE + PIE.replaceAll('5555555', '7777777');
    const result = picture(twice, {}, elf);
    expect(result.modules.map((module) => module.bias)).toEqual([0x555555554000n, 0x777777754000n]);
    expect(mapped(result).filter((row) => row.endsWith('relro'))).toHaveLength(2);
  });

  it('takes a program linked at fixed addresses only there', () => {
    const fixed: ElfLookup = { kind: 'elf', facts: elfOf('exec', 0x400000n), path: '/bin/a' };
    expect(picture(PIE.replaceAll('555555554000', '400000').replaceAll('555555555000', '401000').replaceAll('555555556000', '402000').replaceAll('555555557000', '403000').replaceAll('555555558000', '404000').replaceAll('555555559000', '405000'), {}, fixed).modules).toMatchObject([{ bias: 0n, start: 0x400000n }]);
    expect(picture(PIE, {}, fixed).modules).toEqual([]);
  });

  it('does not take a lone piece of a library for the library', () => {
    const result = picture('7f0000000000-7f0000001000 r-xp 00001000 fe:00 7 /bin/a\n', {}, elf);
    expect(result.modules).toEqual([]);
    expect(mapped(result)).toEqual(['7f0000000000-7f0000001000 file-private']);
  });

  it('marks holes that ld.so left between segments', () => {
    const holed = { ...elfOf('dyn', 0n), programHeaders: [header(0n, 0n, 0x600n, 0x600n, PF_R | PF_X), header(0x600n, 0x200600n, 0x100n, 0x200n, PF_R | PF_W)], relro: undefined };
    const text = '7f0000000000-7f0000001000 r-xp 00000000 fe:00 7 /lib/b.so\n7f0000001000-7f0000200000 ---p 00001000 fe:00 7 /lib/b.so\n7f0000200000-7f0000201000 rw-p 00000000 fe:00 7 /lib/b.so\n';
    expect(mapped(picture(text, {}, { kind: 'elf', facts: holed, path: '/lib/b.so' }))).toEqual([
      '7f0000000000-7f0000001000 text', '7f0000001000-7f0000200000 reserved', '7f0000200000-7f0000200700 data', '7f0000200700-7f0000201000 bss',
    ]);
  });
});

describe('stacks', () => {
  const stack = '7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0 [stack]\n';
  const room = (text: string, limit: SpaceFacts['stackLimitBytes']): string[] => rows(picture(text, { stackLimitBytes: limit })).filter((row) => row.includes('room') || row.includes('stack guard'));

  it('has room down to the limit, and a guard gap below', () => {
    expect(room(stack, 8n << 20n)).toEqual(['7fffff6ff000-7fffff7ff000 gap stack guard gap', '7fffff7ff000-7ffffffde000 stack-room room to grow']);
  });
  it('without a limit has room down to its neighbour’s gap', () => {
    expect(room(`7ff000000000-7ff000001000 rw-p 00000000 00:00 0 \n${stack}`, 'unlimited')).toEqual(['7ff000001000-7ff000101000 gap stack guard gap', '7ff000101000-7ffffffde000 stack-room room to grow']);
  });
  it('has no gap above a neighbour without access', () => {
    expect(room(`7ff000000000-7ff000001000 ---p 00000000 00:00 0 \n${stack}`, 'unlimited')).toEqual(['7ff000001000-7ffffffde000 stack-room room to grow']);
  });
  it('with a limit beyond the space has room down to mmap_min_addr', () => {
    expect(room(stack, (1n << 64n) - 1n)).toEqual(['10000-7ffffffde000 stack-room room to grow']);
  });
  it('has no room when it has reached its limit', () => expect(room(stack, 0x21000n).filter((row) => row.includes('stack-room'))).toEqual([]));
  it('includes pieces with changed permissions', () => {
    expect(mapped(picture(`7ffffffdc000-7ffffffdd000 ---p 00000000 00:00 0 \n7ffffffdd000-7ffffffde000 r--p 00000000 00:00 0 \n${stack}`, { stackLimitBytes: 8n << 20n }))).toEqual([
      '7ffffffdc000-7ffffffdd000 guard', '7ffffffdd000-7ffffffde000 stack', '7ffffffde000-7ffffffff000 stack',
    ]);
  });

  const thread = '7f0000000000-7f0000001000 ---p 00000000 00:00 0 \n7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n';
  it('knows a thread’s by its stack pointer', () => {
    const result = picture(thread.replace('801000', '501000'), { threads: [{ tid: 42, sp: toAddress(0x7f0000400000n), line: 'syscall' }] });
    expect(rows(result).filter((row) => row.includes('thread'))).toEqual(['7f0000000000-7f0000001000 guard thread 42 guard', '7f0000001000-7f0000501000 thread-stack thread 42 stack']);
    expect(ruleOf(result, 2)).toBe('thread-sp');
  });
  it('knows one that no thread uses by its shape, and claims no thread', () => {
    const result = picture(thread, { stackLimitBytes: 8n << 20n });
    expect([...result.regions].filter((region) => region.kind === 'thread-stack')).toMatchObject([{ label: 'thread stack', tid: undefined }]);
  });
  it('does not take any mapping above a closed one for a stack', () => {
    expect(mapped(picture(thread.replace('801000', '7ff000'), { stackLimitBytes: 8n << 20n }))).toEqual(['7f0000000000-7f0000001000 reserved', '7f0000001000-7f00007ff000 anon']);
  });
  it('cuts a proven stack out of a merged mapping, with a guard region inside it', () => {
    const stacks = [{
      tid: 5, guardStart: toAddress(0x7f0000001000n), stackStart: toAddress(0x7f0000002000n), stackEnd: toAddress(0x7f0000100000n), guardInMapping: true, evidence: [{ source: 'memory' as const, text: 'tcb' }],
    }];
    expect(mapped(picture('7f0000001000-7f0000801000 rw-p 00000000 00:00 0 \n', { threadStacks: stacks }))).toEqual([
      '7f0000001000-7f0000002000 guard', '7f0000002000-7f0000100000 thread-stack', '7f0000100000-7f0000801000 anon',
    ]);
  });
});

describe('the halves of the space', () => {
  const unmapped = (five: boolean): string[] => rows(picture('ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n', { fiveLevelPaging: five }));
  it('are cut at 47 bits', () => {
    expect(unmapped(false)).toEqual([
      '0-10000 null null guard', '10000-800000000000 gap unmapped', '800000000000-ffff800000000000 non-canonical non-canonical', 'ffff800000000000-ffffffffff600000 kernel kernel half',
      'ffffffffff600000-ffffffffff601000 vsyscall [vsyscall]', 'ffffffffff601000-10000000000000000 kernel kernel half',
    ]);
  });
  it('and at 56 with 5-level paging', () => expect(unmapped(true).slice(2, 4)).toEqual(['100000000000000-ff00000000000000 non-canonical non-canonical', 'ff00000000000000-ffffffffff600000 kernel kernel half']));
});
