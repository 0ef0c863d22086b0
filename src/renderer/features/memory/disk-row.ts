import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import { CELL_VALID, type PageCells } from '../../kernels/hex-cells.ts';
import { DISK_FILE, type DiskPage } from './disk-cache.ts';
import type { PageOverlay } from './page-overlay.ts';

/** The file's side of one row, where it differs from memory. */
export interface DiskRow {
  /** `ELF file +0x3020`. */
  readonly label: string;
  /** Why it differs: `ld.so wrote R_X86_64_RELATIVE`. */
  readonly words: string;
  readonly differing: number;
}

/** Is there anything to say of a row? */
export function differsFromDisk(cells: PageCells, disk: DiskPage, patched: readonly PatchedByte[], start: bigint, offset: number, count: number): boolean {
  for (let at = offset; at < offset + count; at++) {
    if (disk.states[at] !== DISK_FILE || cells.states[at] !== CELL_VALID) continue;
    if (disk.values[at] !== cells.values[at] || patched.some((byte) => byte.address === start + BigInt(at))) return true;
  }
  return false;
}

/** Undefined where memory holds what the file holds, or nothing to compare is known. `perms`: of the mapping now. */
export function diskRow(page: PageNumber, offset: number, count: number, cells: PageCells, disk: DiskPage, overlay: PageOverlay | undefined, patched: readonly PatchedByte[], perms: string): DiskRow | undefined {
  const start = pageStart(page);
  const reasons: string[] = [];
  const add = (reason: string): void => {
    if (!reasons.includes(reason)) reasons.push(reason);
  };
  /** Symbols by the type of relocation. */
  const relocated = new Map<string, Set<string>>();
  let differing = 0;
  let unexplained = 0;
  const writers = new Set<string>();
  for (let at = offset; at < Math.min(offset + count, PAGE_SIZE_BYTES); at++) {
    if (disk.states[at] !== DISK_FILE || cells.states[at] !== CELL_VALID) continue;
    if (patched.length === 0 && disk.values[at] === cells.values[at]) continue;
    const address = start + BigInt(at);
    const patch = patched.find((byte) => byte.address === address);
    if (patch !== undefined) {
      differing++;
      add(`breakpoint ${patch.breakpoint}: memory holds cc`);
    }
    if (disk.values[at] === cells.values[at]) continue;
    differing++;
    const relocation = disk.relocations.find((one) => one.address <= address && address < one.address + BigInt(one.sizeBytes));
    if (relocation !== undefined) {
      const symbols = relocated.get(relocation.type) ?? new Set();
      relocated.set(relocation.type, relocation.symbol === '' ? symbols : symbols.add(relocation.symbol));
      continue;
    }
    unexplained++;
    const owner = overlay?.pieces[overlay.owners[at] ?? -1]?.owner.name;
    if (owner !== undefined) writers.add(owner);
  }
  if (differing === 0) return undefined;
  for (const [type, symbols] of relocated) add(`ld.so wrote ${[type, [...symbols].join(', ')].join(' ').trim()}`);
  if (unexplained > 0) {
    const what = perms[1] === 'w' ? `program wrote${writers.size > 0 ? ` ${[...writers].join(', ')}` : ''}` : perms[2] === 'x' ? 'code patched after it was loaded' : 'written before it was made read-only';
    reasons.unshift(`${unexplained} byte${unexplained === 1 ? '' : 's'} ${unexplained === 1 ? 'differs' : 'differ'}: ${what}`);
  }
  const fileOffset = disk.offsetOf(offset) ?? disk.offsetOf(offset + count - 1);
  return { label: fileOffset === undefined ? 'ELF file' : `ELF file +0x${(disk.offsetOf(offset) === undefined ? fileOffset - BigInt(count - 1) : fileOffset).toString(16)}`, words: reasons.join('; '), differing };
}
