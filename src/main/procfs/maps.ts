import { VmatlasError } from '../../shared/model/errors.ts';
import type { MappingColumns } from '../../shared/model/mapping-columns.ts';
import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_SHARED, PERM_WRITE } from '../../shared/model/region-table.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;
const DASH = 0x2d;
/** Value of a hex digit by its byte, 255 for every other byte. */
const HEX = new Uint8Array(256).fill(255);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

const utf8 = new TextDecoder();

/**
 * Parses /proc/PID/maps (proc_pid_maps(5)). Works on bytes, because names are arbitrary bytes of which the kernel escapes only the newline, and in one pass without an object
 * per line. `text` is kept by the result: hand over a buffer that nobody writes to again.
 *
 *     564b0f112000-564b0f113000 rw-p 00003000 fe:00 2147537                    /opt/demo/program
 *     start        end          perms offset  device inode                     name, to the end of the line
 *
 * Throws `malformed-input` with the line as evidence.
 */
export function parseMaps(text: Uint8Array): MappingColumns {
  const capacity = countLines(text);
  const startPage = new Float64Array(capacity);
  const endPage = new Float64Array(capacity);
  const perms = new Uint8Array(capacity);
  const offsetPage = new Float64Array(capacity);
  const dev = new Uint32Array(capacity);
  const inode = new Float64Array(capacity);
  const name = new Uint32Array(capacity);
  const lineStart = new Uint32Array(capacity);
  const lineEnd = new Uint32Array(capacity);
  const names = new NameTable(text);

  let row = 0;
  let i = 0;
  const size = text.length;
  while (i < size) {
    const begin = i;
    // Numbers are read digit by digit: an address is at most 16 digits, and without its last three it is a page number, exact in a double.
    let high = 0;
    let low = 0;
    let d: number;
    while ((d = HEX[text[i] ?? NEWLINE] ?? 255) !== 255) {
      high = high * 16 + (low >>> 8);
      low = ((low << 4) | d) & 0xfff;
      i++;
    }
    if (text[i] !== DASH || low !== 0 || i === begin) throw malformed(text, begin);
    startPage[row] = high;
    i++;
    high = 0;
    low = 0;
    while ((d = HEX[text[i] ?? NEWLINE] ?? 255) !== 255) {
      high = high * 16 + (low >>> 8);
      low = ((low << 4) | d) & 0xfff;
      i++;
    }
    if (text[i] !== SPACE || low !== 0) throw malformed(text, begin);
    endPage[row] = high;
    perms[row] = PERM_MAPPED | (text[i + 1] === 0x72 ? PERM_READ : 0) | (text[i + 2] === 0x77 ? PERM_WRITE : 0) | (text[i + 3] === 0x78 ? PERM_EXEC : 0) |
      (text[i + 4] === 0x73 ? PERM_SHARED : 0);
    if (text[i + 5] !== SPACE) throw malformed(text, begin);
    i += 6;
    high = 0;
    low = 0;
    while ((d = HEX[text[i] ?? NEWLINE] ?? 255) !== 255) {
      high = high * 16 + (low >>> 8);
      low = ((low << 4) | d) & 0xfff;
      i++;
    }
    if (text[i] !== SPACE) throw malformed(text, begin);
    offsetPage[row] = high;
    i++;
    let major = 0;
    while ((d = HEX[text[i] ?? NEWLINE] ?? 255) !== 255) {
      major = (major << 4) | d;
      i++;
    }
    if (text[i] !== COLON) throw malformed(text, begin);
    i++;
    let minor = 0;
    while ((d = HEX[text[i] ?? NEWLINE] ?? 255) !== 255) {
      minor = (minor << 4) | d;
      i++;
    }
    if (text[i] !== SPACE) throw malformed(text, begin);
    dev[row] = ((major << 20) | minor) >>> 0;
    i++;
    const inodeBegin = i;
    let inodeNumber = 0;
    while ((d = (text[i] ?? NEWLINE) - 0x30) >= 0 && d <= 9) {
      inodeNumber = inodeNumber * 10 + d;
      i++;
    }
    if (i === inodeBegin) throw malformed(text, begin);
    inode[row] = inodeNumber;
    while (text[i] === SPACE) i++;
    const nameBegin = i;
    if (i < size && text[i] !== NEWLINE) {
      i = text.indexOf(NEWLINE, i);
      if (i < 0) i = size;
    }
    name[row] = names.add(nameBegin, i);
    lineStart[row] = begin;
    lineEnd[row] = i;
    row++;
    i++;
  }
  return { length: row, startPage, endPage, perms, offsetPage, dev, inode, name, names: names.names, text, lineStart, lineEnd };
}

function countLines(text: Uint8Array): number {
  let count = text.length > 0 && text[text.length - 1] !== NEWLINE ? 1 : 0;
  for (let i = text.indexOf(NEWLINE); i >= 0; i = text.indexOf(NEWLINE, i + 1)) count++;
  return count;
}

/** Names, each decoded once. Neighbouring rows mostly share a name, so the bytes of the last one are compared before anything is decoded. */
class NameTable {
  readonly names: string[] = [''];
  readonly #text: Uint8Array;
  readonly #index = new Map<string, number>([['', 0]]);
  #lastBegin = 0;
  #lastEnd = 0;
  #lastIndex = 0;

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  add(begin: number, end: number): number {
    if (begin === end) return 0;
    if (this.#isLast(begin, end)) return this.#lastIndex;
    const decoded = utf8.decode(this.#text.subarray(begin, end));
    let index = this.#index.get(decoded);
    if (index === undefined) {
      index = this.names.push(decoded) - 1;
      this.#index.set(decoded, index);
    }
    this.#lastBegin = begin;
    this.#lastEnd = end;
    this.#lastIndex = index;
    return index;
  }

  #isLast(begin: number, end: number): boolean {
    const length = end - begin;
    if (length !== this.#lastEnd - this.#lastBegin) return false;
    for (let k = 0; k < length; k++) if (this.#text[begin + k] !== this.#text[this.#lastBegin + k]) return false;
    return true;
  }
}

function malformed(text: Uint8Array, lineBegin: number): VmatlasError {
  const end = text.indexOf(NEWLINE, lineBegin);
  return new VmatlasError({
    code: 'malformed-input',
    message: 'A line of the list of mappings does not have the form the kernel prints.',
    evidence: utf8.decode(text.subarray(lineBegin, end < 0 ? text.length : end)).slice(0, 300),
  });
}
