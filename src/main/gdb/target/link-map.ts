import { closeSync, openSync, readSync } from 'node:fs';
import { parseAuxv } from '../../procfs/auxv.ts';
import { errnoOf, readProcBytes } from '../../procfs/read-proc.ts';

/** A library as the dynamic loader has it: the name it was loaded by, and its load bias. */
export interface LoadedLibrary {
  readonly path: string;
  readonly bias: bigint;
}

const PT_DYNAMIC = 2;
const PT_PHDR = 6;
const DT_DEBUG = 21n;
const MAX_LIBRARIES = 4096;
const MAX_NAME_BYTES = 4096;

/**
 * The loader's list of libraries (link.h: r_debug and link_map), read from the process's memory without stopping it. Empty for a static program, and where the list cannot be
 * read or changes meanwhile: whoever asks must do without.
 *
 *     auxv AT_PHDR → PT_DYNAMIC → DT_DEBUG → r_debug.r_map → link_map { l_addr, l_name, l_ld, l_next } → …
 */
export function readLinkMap(pid: number): LoadedLibrary[] {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/mem`, 'r');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(errnoOf(error))) return [];
    throw error;
  }
  try {
    return walk(fd, pid);
  } catch (error) {
    // An address that is not mapped (any more).
    if (error instanceof Unreadable || errnoOf(error) !== '') return [];
    throw error;
  } finally {
    closeSync(fd);
  }
}

class Unreadable extends Error {}

function walk(fd: number, pid: number): LoadedLibrary[] {
  const debug = debugAddress(fd, pid);
  const libraries: LoadedLibrary[] = [];
  if (debug === undefined || debug === 0n) return libraries;
  // struct r_debug { int r_version; struct link_map *r_map; … }
  let map = readAt(fd, debug + 8n, 8).readBigUInt64LE();
  while (map !== 0n && libraries.length < MAX_LIBRARIES) {
    const entry = readAt(fd, map, 32);
    const path = readName(fd, entry.readBigUInt64LE(8));
    if (path.startsWith('/') && !path.includes('\ufffd')) libraries.push({ path, bias: entry.readBigUInt64LE(0) });
    map = entry.readBigUInt64LE(24);
  }
  return libraries;
}

/** Value of DT_DEBUG, where the loader leaves the address of its r_debug. */
function debugAddress(fd: number, pid: number): bigint | undefined {
  const { phdr: headersAt, phnum } = parseAuxv(readProcBytes(`/proc/${pid}/auxv`));
  const count = Number(phnum ?? 0n);
  if (headersAt === undefined || count === 0 || count > 256) return undefined;
  const headers = readAt(fd, headersAt, count * 56);
  const header = (type: number): number => Array.from({ length: count }, (_, at) => at * 56).find((at) => headers.readUInt32LE(at) === type) ?? -1;
  const dynamic = header(PT_DYNAMIC);
  const self = header(PT_PHDR);
  if (dynamic < 0) return undefined;
  const bias = self < 0 ? 0n : headersAt - headers.readBigUInt64LE(self + 16);
  const entries = readAt(fd, bias + headers.readBigUInt64LE(dynamic + 16), Number(headers.readBigUInt64LE(dynamic + 40)));
  for (let at = 0; at + 16 <= entries.length; at += 16) if (entries.readBigInt64LE(at) === DT_DEBUG) return entries.readBigUInt64LE(at + 8);
  return undefined;
}

function readName(fd: number, address: bigint): string {
  // A name may end just before the end of a mapping.
  const bytes = Buffer.alloc(MAX_NAME_BYTES);
  const length = address === 0n ? 0 : readSync(fd, bytes, 0, bytes.length, Number(address));
  const end = bytes.subarray(0, length).indexOf(0);
  if (end < 0) throw new Unreadable();
  return bytes.toString('utf8', 0, end);
}

function readAt(fd: number, address: bigint, length: number): Buffer {
  if (length > 1 << 20) throw new Unreadable();
  const bytes = Buffer.alloc(length);
  if (readSync(fd, bytes, 0, length, Number(address)) !== length) throw new Unreadable();
  return bytes;
}
