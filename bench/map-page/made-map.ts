import { toAddress, type Address } from '../../src/shared/address/address.ts';
import { RegionTableBuilder } from '../../src/shared/model/region-table-builder.ts';
import type { RegionTable } from '../../src/shared/model/region-table.ts';
import type { ModuleRef, Region, RegionKind } from '../../src/shared/model/region.ts';

const PAGE = 4096n;
const USER_END = 0x7fff_ffff_f000n;
const CANONICAL_END = 1n << 47n;
const KERNEL_START = 0xffff_8000_0000_0000n;
const SPACE_END = 1n << 64n;

/**
 * A map with `mappings` mappings: a program, a heap, a stack, a library for every hundred, and in between what fills a large process: anonymous memory and reservations of many sizes, every
 * other one after a gap. `changes` of them, spread over all, are another size than with 0.
 */
export function madeMap(mappings: number, changes = 0): RegionTable {
  const builder = new RegionTableBuilder();
  let at = 0n;
  const gapTo = (to: bigint, kind: RegionKind = 'gap'): void => {
    if (to > at) builder.add(region(at, to, kind, '', undefined, kind));
    at = to;
  };
  const add = (pages: bigint, kind: RegionKind, perms: string, module: ModuleRef | undefined, label: string): void => {
    builder.add(region(at, at + pages * PAGE, kind, perms, module, label));
    at += pages * PAGE;
  };
  gapTo(0x10000n, 'null');
  gapTo(0x5555_5555_4000n);
  addModule({ path: '/opt/demo/program', role: 'program' });
  gapTo(0x5555_5600_0000n);
  add(33n, 'heap', 'rw-p', undefined, '[heap]');
  gapTo(0x7000_0000_0000n);
  // Even steps: there is a gap after every even mapping.
  const changeEvery = changes === 0 ? Infinity : Math.max(2, Math.floor((mappings * 0.95) / changes / 2) * 2);
  let count = 7;
  for (let i = 0; count < mappings; i++) {
    if (i % 100 === 99 && count + 5 <= mappings) {
      addModule({ path: `/usr/lib/libnumber-${i}.so`, role: 'library' });
      count += 5;
    } else {
      const changed = i % changeEvery === 0 ? 1n : 0n;
      add(1n + BigInt((i * 7) % 64) + changed, i % 3 === 0 ? 'reserved' : 'anon', i % 3 === 0 ? '---p' : 'rw-p', undefined, i % 3 === 0 ? 'reserved' : 'anonymous');
      // The gap takes up the change, so that what lies above stays where it is.
      if (changed > 0n) {
        gapTo(at + PAGE * 2n);
        count++;
        continue;
      }
      count++;
    }
    if (i % 2 === 0) gapTo(at + PAGE * 3n);
  }
  gapTo(0x7ffe_0000_0000n);
  add(33n, 'stack', 'rw-p', undefined, '[stack]');
  gapTo(USER_END);
  gapTo(CANONICAL_END);
  gapTo(KERNEL_START, 'non-canonical');
  gapTo(SPACE_END, 'kernel');
  return builder.build();

  function addModule(module: ModuleRef): void {
    add(4n, 'rodata', 'r--p', module, 'ELF headers');
    add(40n, 'text', 'r-xp', module, 'text');
    add(12n, 'rodata', 'r--p', module, 'rodata');
    add(2n, 'relro', 'r--p', module, 'relro');
    add(2n, 'data', 'rw-p', module, 'data');
  }
}

function region(start: bigint, end: bigint, kind: RegionKind, perms: string, module: ModuleRef | undefined, label: string): Region {
  return { start: toAddress(start), end: toAddress(end), kind, perms, offset: toAddress(0n), dev: perms === '' ? '' : '00:00', inode: 0n, path: module?.path ?? '', module, part: '', label, tid: undefined };
}

/** Starts of mapped rows that differ between two maps. */
export function changedStarts(before: RegionTable, after: RegionTable): readonly Address[] {
  const starts: Address[] = [];
  for (let row = 0; row < Math.min(before.length, after.length); row++) if (before.endAt(row) - before.startAt(row) !== after.endAt(row) - after.startAt(row) && after.columns.perms[row] !== 0) starts.push(after.startAt(row));
  return starts;
}
