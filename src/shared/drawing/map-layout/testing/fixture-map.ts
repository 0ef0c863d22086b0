import { readFileSync } from 'node:fs';
import { toAddress } from '../../../address/address.ts';
import type { ModuleRef, ModuleRole, Region, RegionKind } from '../../../model/region.ts';
import { RegionTableBuilder } from '../../../model/region-table-builder.ts';
import type { RegionTable } from '../../../model/region-table.ts';

const USER_END = 0x7fff_ffff_f000n;
const CANONICAL_END = 0x8000_0000_0000n;
const SPACE_END = 1n << 64n;

/**
 * A map of the whole space from a few lines, lowest address first, `START-END KIND [ROLE:PATH] [#TID]`: what lies between is filled with gaps, and the null page, the non-canonical hole and
 * the kernel half are added.
 *
 *     mapOf('400000-401000 text program:/bin/a', '7ffff0000000-7ffff0021000 stack')
 */
export function mapOf(...lines: readonly string[]): RegionTable {
  return wholeSpace(lines.map((line) => {
    const [range = '', kind = '', ...rest] = line.split(' ');
    const [start, end] = hexRange(range);
    const module = rest.find((word) => word.includes(':'));
    const tid = rest.find((word) => word.startsWith('#'));
    return region(start, end, kind as RegionKind, PERMS[kind as RegionKind] ?? 'rw-p', '', moduleOf(module), tid === undefined ? undefined : Number(tid.slice(1)));
  }));
}

/** The same in a space of 57-bit addresses (5-level paging). */
export function mapOf57(...lines: readonly string[]): RegionTable {
  return wholeSpace([...mapOf(...lines)].filter((one) => one.perms !== ''), 1n << 56n);
}

/** The recordings are stored once, beside the parser of /proc/PID/maps. */
const RECORDINGS = new URL('../../../../main/procfs/fixtures/', import.meta.url);

/** A recorded /proc/PID/maps as a map, with kinds guessed from names and permissions alone: enough for layout and drawing. */
export function recordedMap(name: 'c-program' | 'python3' | 'node' | 'chromium-renderer' | 'chromium-browser' | 'unusual'): RegionTable {
  return mapFromText(readFileSync(new URL(`${name}.maps.txt`, RECORDINGS), 'utf8'));
}

export function mapFromText(text: string): RegionTable {
  const regions: Region[] = [];
  let program = '';
  for (const line of text.split('\n')) {
    const match = /^(\S+) (\S{4}) (\S+) \S+ (\d+)\s*(.*)$/.exec(line);
    if (!match) continue;
    const [, range = '', perms = '', offset = '', inode = '', path = ''] = match;
    const [start, end] = hexRange(range);
    if (path.startsWith('/') && perms[2] === 'x' && program === '') program = path;
    const below = regions.at(-1);
    const adjoins = below?.end === start;
    const isElf = path !== '' && (path.includes('.so') || path === '/opt/demo/program' || path.endsWith('/node') || path.endsWith('/chromium'));
    const role: ModuleRole = path.includes('ld-linux') ? 'loader' : path.includes('.so') ? 'library' : 'program';
    if (isElf) {
      const kind: RegionKind = perms === 'r-xp' ? 'text' : perms === 'rw-p' ? 'data' : perms === '---p' ? 'guard' : below?.kind === 'rodata' && below.path === path && offset !== '00000000' ? 'relro' : 'rodata';
      regions.push({ ...region(start, end, kind, perms, path, { path, role }, undefined), inode: BigInt(inode) });
    } else if (path === '' && perms === 'rw-p' && adjoins && below.module && below.kind === 'data') {
      regions.push(region(start, end, 'bss', perms, '', below.module, undefined));
    } else if (path === '' && perms === 'rw-p' && adjoins && below.perms === '---p' && below.end - below.start === 4096n && end - start >= 0x20000n) {
      regions[regions.length - 1] = { ...below, kind: 'guard', label: 'thread guard', tid: regions.length };
      regions.push({ ...region(start, end, 'thread-stack', perms, '', undefined, regions.length - 1), tid: regions.length - 1 });
    } else regions.push(region(start, end, plainKind(path, perms), perms, path, path === '[vdso]' ? { path, role: 'vdso' } : undefined, undefined));
  }
  return wholeSpace(regions);
}

/** `count` neighbouring mappings of one page to 64 KiB, every other one after a gap. */
export function crowdedMap(count: number): RegionTable {
  const regions: Region[] = [];
  let at = 0x7f00_0000_0000n;
  for (let i = 0; i < count; i++) {
    const end = at + BigInt(1 + ((i * 7) % 16)) * 4096n;
    regions.push(region(at, end, i % 3 === 0 ? 'reserved' : 'anon', i % 3 === 0 ? '---p' : 'rw-p', '', undefined, undefined));
    at = i % 2 === 0 ? end : end + 4096n * 3n;
  }
  return wholeSpace([region(0x5555_0000_0000n, 0x5555_0002_1000n, 'heap', 'rw-p', '[heap]', undefined, undefined), ...regions, region(0x7fff_0000_0000n, 0x7fff_0002_1000n, 'stack', 'rw-p', '[stack]', undefined, undefined)]);
}

const PERMS: Partial<Record<RegionKind, string>> = { text: 'r-xp', rodata: 'r--p', relro: 'r--p', guard: '---p', reserved: '---p', jit: 'rwxp', vdso: 'r-xp', vsyscall: '--xp' };

function plainKind(path: string, perms: string): RegionKind {
  if (path === '[heap]') return 'heap';
  if (path === '[stack]') return 'stack';
  if (path === '[vdso]') return 'vdso';
  if (path.startsWith('[vvar')) return 'vvar';
  if (path === '[vsyscall]') return 'vsyscall';
  if (path.includes('memfd:') || path.startsWith('/dev/shm')) return 'shm';
  if (path.startsWith('/')) return 'file-private';
  if (perms === '---p') return 'reserved';
  return perms[2] === 'x' ? 'jit' : 'anon';
}

function wholeSpace(mapped: readonly Region[], canonicalEnd = CANONICAL_END): RegionTable {
  const kernelStart = SPACE_END - canonicalEnd;
  const builder = new RegionTableBuilder();
  let at = 0n;
  const fill = (to: bigint): void => {
    while (at < to) {
      const [kind, limit]: [RegionKind, bigint] = at < 0x10000n ? ['null', 0x10000n] : at < USER_END ? ['gap', USER_END] : at < canonicalEnd ? ['gap', canonicalEnd] : at < kernelStart ? ['non-canonical', kernelStart] : ['kernel', SPACE_END];
      const end = to < limit ? to : limit;
      builder.add(region(at, end, kind, '', '', undefined, undefined));
      at = end;
    }
  };
  for (const one of mapped) {
    fill(one.start);
    builder.add(one);
    at = one.end;
  }
  fill(SPACE_END);
  return builder.build();
}

function region(start: bigint, end: bigint, kind: RegionKind, perms: string, path: string, module: ModuleRef | undefined, tid: number | undefined): Region {
  const name = module ? `${module.path.split('/').at(-1) ?? ''} ${kind}` : path === '' ? (UNMAPPED_NAMES[kind] ?? kind) : (path.split('/').at(-1) ?? path);
  return { start: toAddress(start), end: toAddress(end), kind, perms, offset: 0n, dev: '00:00', inode: 0n, path, module, part: '', label: name, tid };
}

const UNMAPPED_NAMES: Partial<Record<RegionKind, string>> = { kernel: 'Kernel half', 'non-canonical': 'Non-canonical', gap: 'unmapped', null: 'null guard', anon: 'anonymous', jit: 'anonymous, jit' };

function moduleOf(word: string | undefined): ModuleRef | undefined {
  if (word === undefined) return undefined;
  const [role = '', path = ''] = word.split(':');
  return { path, role: role as ModuleRole };
}

function hexRange(text: string): [bigint, bigint] {
  const [start = '', end = ''] = text.split('-');
  return [BigInt(`0x${start}`), BigInt(`0x${end}`)];
}
