import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { toAddress } from '../../../shared/address/address.ts';
import type { Address } from '../../../shared/address/address.ts';
import { PERM_EXEC, PERM_SHARED } from '../../../shared/model/region-table.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { PAGEMAP_FILE_OR_SHARED, PAGEMAP_PRESENT, PAGEMAP_SWAPPED, pagemapFlags } from '../../procfs/pagemap.ts';
import { readProcBytes } from '../../procfs/read-proc.ts';
import type { TargetMemory } from './target-memory.ts';

const PAGE = 4096;
export const BREAKPOINT_BYTE = 0xcc;

/** A byte of program text that is an INT3 in memory and something else in the file it was mapped from. */
export interface ForeignBreakpoint {
  readonly address: Address;
  readonly original: number;
}

interface TextMapping {
  readonly start: number;
  readonly end: number;
  readonly fileOffset: number;
  readonly path: string;
}

/**
 * Every INT3 in the process's text that its file does not have. Only private copies of text pages are looked at (pagemap bit 61 goes when a file page is written to), so this
 * costs next to nothing. It finds what gdb puts in by itself too: the loader's event breakpoint, a step's return breakpoint.
 */
export function findForeignBreakpoints(memory: TargetMemory): ForeignBreakpoint[] {
  const found: ForeignBreakpoint[] = [];
  for (const mapping of textMappings(memory.pid)) {
    withFile(mapping.path, (fd) => {
      for (const pageStart of copiedPages(memory.pid, mapping)) {
        const now = memory.read(BigInt(pageStart), PAGE);
        const file = Buffer.alloc(PAGE);
        const length = readSync(fd, file, 0, PAGE, mapping.fileOffset + (pageStart - mapping.start));
        for (let at = now.indexOf(BREAKPOINT_BYTE); at >= 0 && at < length; at = now.indexOf(BREAKPOINT_BYTE, at + 1)) {
          const original = file[at];
          if (original !== undefined && original !== BREAKPOINT_BYTE) found.push({ address: toAddress(BigInt(pageStart + at)), original });
        }
      }
    });
  }
  return found;
}

/** The byte that the file has at an address of the process's text; undefined for memory that comes from no file. */
export function fileByteAt(pid: number, address: Address): number | undefined {
  const mapping = textMappings(pid).find(({ start, end }) => BigInt(start) <= address && address < BigInt(end));
  if (mapping === undefined) return undefined;
  let byte: number | undefined;
  withFile(mapping.path, (fd) => {
    const one = Buffer.alloc(1);
    if (readSync(fd, one, 0, 1, mapping.fileOffset + Number(address) - mapping.start) === 1) byte = one[0];
  });
  return byte;
}

function textMappings(pid: number): TextMapping[] {
  const maps = parseMaps(readProcBytes(`/proc/${pid}/maps`));
  const exeInode = inodeOf(`/proc/${pid}/exe`);
  const mappings: TextMapping[] = [];
  for (let row = 0; row < maps.length; row++) {
    const perms = maps.perms[row] ?? 0;
    const inode = maps.inode[row] ?? 0;
    if ((perms & PERM_EXEC) === 0 || (perms & PERM_SHARED) !== 0 || inode === 0) continue;
    const name = maps.names[maps.name[row] ?? 0] ?? '';
    // A deleted or rebuilt program's own file is still behind the exe link. Any other file must still be the one that was mapped.
    const path = inode === exeInode ? `/proc/${pid}/exe` : name;
    if (inodeOf(path) !== inode) continue;
    mappings.push({ start: (maps.startPage[row] ?? 0) * PAGE, end: (maps.endPage[row] ?? 0) * PAGE, fileOffset: (maps.offsetPage[row] ?? 0) * PAGE, path });
  }
  return mappings;
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

function withFile(path: string, read: (fd: number) => void): void {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    read(fd);
  } finally {
    closeSync(fd);
  }
}

/** Starts of the pages of a mapping that the process has copies of its own of. */
function copiedPages(pid: number, mapping: TextMapping): number[] {
  const count = (mapping.end - mapping.start) / PAGE;
  const words = Buffer.alloc(count * 8);
  let length = 0;
  withFile(`/proc/${pid}/pagemap`, (fd) => (length = readSync(fd, words, 0, words.length, (mapping.start / PAGE) * 8)));
  const flags = pagemapFlags(words.subarray(0, length));
  const pages: number[] = [];
  for (const [at, flag] of flags.entries()) {
    const here = (flag & PAGEMAP_PRESENT) !== 0 && (flag & PAGEMAP_FILE_OR_SHARED) === 0;
    if (here || (flag & PAGEMAP_SWAPPED) !== 0) pages.push(mapping.start + at * PAGE);
  }
  return pages;
}
