import { malformedProc } from './numbers.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * smaps as columns, one row per mapping: with sixty thousand mappings the file has 43 MB and a million and a half lines, so no object is made for a line. Fields that a kernel
 * does not print have no column.
 */
export interface SmapsColumns {
  readonly length: number;
  readonly startPage: Float64Array;
  readonly endPage: Float64Array;
  /** In kB as printed, by field name. */
  readonly kib: ReadonlyMap<string, Float64Array>;
  /** Index in `flagSets`. */
  readonly flagSet: Uint32Array;
  readonly flagSets: readonly (readonly string[])[];
  /** -1 where the kernel prints none. */
  readonly protectionKey: Int32Array;
}

interface Field {
  readonly name: string;
  /** Where its colon stands, and the letters at both ends of the name. */
  readonly colon: number;
  readonly first: number;
  readonly last: number;
  /** Bytes of the first line of this field, newline included. */
  readonly width: number;
  values: Float64Array;
}

/** Parses the bytes of /proc/PID/smaps (proc_pid_smaps(5)). Throws `malformed-input` when a field comes before any mapping. */
export function parseSmapsColumns(text: Uint8Array): SmapsColumns {
  const parser = new SmapsParser();
  parser.take(text, text.length, true);
  return parser.finish();
}

const PIECE_BYTES = 1 << 18;

/** The same from an open file, piece by piece: what is parsed is still in the processor's cache, and nothing of 43 MB is kept. `bytes` is how many there were. */
export function readSmapsColumns(read: (buffer: Uint8Array, offset: number) => number): { readonly smaps: SmapsColumns; readonly bytes: number } {
  const parser = new SmapsParser();
  const buffer = new Uint8Array(PIECE_BYTES);
  let kept = 0;
  let bytes = 0;
  for (;;) {
    const got = read(buffer, kept);
    bytes += got;
    const taken = parser.take(buffer, kept + got, got === 0);
    if (got === 0) return { smaps: parser.finish(), bytes };
    buffer.copyWithin(0, taken, kept + got);
    kept = kept + got - taken;
    // A line is a path and 100 bytes; one that fills the buffer is none of the kernel's.
    if (kept === buffer.length) throw malformedProc('The smaps file', Buffer.from(buffer.subarray(0, 200)).toString('latin1'));
  }
}

class SmapsParser {
  #text: Uint8Array = new Uint8Array(0);
  #size = 0;
  #capacity = 512;
  #length = 0;
  #startPage = new Float64Array(this.#capacity);
  #endPage = new Float64Array(this.#capacity);
  #flagSet = new Uint32Array(this.#capacity);
  #protectionKey = new Int32Array(this.#capacity).fill(-1);
  /** In the order of the file: every mapping prints the same fields in the same order, so the next one is nearly always the one that follows. */
  readonly #fields: Field[] = [];
  #expected = 0;
  readonly #flagSets: string[][] = [[]];
  readonly #flagIndex = new Map<string, number>([['', 0]]);

  /** Takes whole lines of the first `size` bytes, the last one too when `atEnd`. Answers with the number of bytes taken. */
  take(text: Uint8Array, size: number, atEnd: boolean): number {
    this.#text = text;
    this.#size = size;
    const end = atEnd ? size : text.lastIndexOf(NEWLINE, size - 1) + 1;
    const fields = this.#fields;
    let expected = this.#expected;
    let at = 0;
    while (at < end) {
      const first = text[at] ?? 0;
      // A mapping's line begins with a hex digit in lower case, a field with a capital.
      if (first < 0x41 || first > 0x5a) {
        this.#startMapping(at);
        expected = 0;
        at = this.#lineEnd(at) + 1;
        continue;
      }
      if (this.#length === 0) throw malformedProc('The smaps file', this.#line(at));
      const field = fields[expected];
      // One kernel prints one order: where the next field's colon, first and last letter stand, it is that field.
      if (field !== undefined && first === field.first && text[at + field.colon] === COLON && text[at + field.colon - 1] === field.last) {
        expected++;
        at = this.#readNumber(at, field);
      } else {
        [at, expected] = this.#otherField(at, expected);
      }
    }
    this.#expected = expected;
    return at < size ? at : size;
  }

  finish(): SmapsColumns {
    const n = this.#length;
    return {
      length: n, startPage: this.#startPage.slice(0, n), endPage: this.#endPage.slice(0, n),
      kib: new Map(this.#fields.map(({ name, values }) => [name, values.slice(0, n)])),
      flagSet: this.#flagSet.slice(0, n), flagSets: this.#flagSets, protectionKey: this.#protectionKey.slice(0, n),
    };
  }

  /** Answers with the start of the next line. The kernel pads to a fixed width, so that a line mostly ends where the first of its kind did; then it is read from its end. */
  #readNumber(line: number, field: Field): number {
    const text = this.#text;
    const next = line + field.width;
    if (text[next - 1] === NEWLINE && text[next - 2] === 0x42 && next <= this.#size) {
      let value = 0;
      let unit = 1;
      for (let back = next - 5, digit = 0; (digit = (text[back] ?? 0) - 0x30) >= 0 && digit <= 9; back--) {
        value += digit * unit;
        unit *= 10;
      }
      if (value !== 0) field.values[this.#length - 1] = value;
      return next;
    }
    let at = line + field.colon + 1;
    while (text[at] === SPACE) at++;
    let value = 0;
    let digit: number;
    while ((digit = (text[at] ?? 0) - 0x30) >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
    }
    if (value !== 0) field.values[this.#length - 1] = value;
    // ` kB` and the newline.
    return text[at + 3] === NEWLINE ? at + 4 : this.#lineEnd(at) + 1;
  }

  /** A field not met before at this place, or one without a kB unit. */
  #otherField(at: number, expected: number): [next: number, expected: number] {
    const line = this.#line(at);
    const next = at + Buffer.byteLength(line) + 1;
    const colon = line.indexOf(':');
    if (colon < 0) throw malformedProc('A line of the smaps file', line);
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name === 'VmFlags') this.#flagSet[this.#length - 1] = this.#flags(value);
    else if (name === 'ProtectionKey') this.#protectionKey[this.#length - 1] = Number(value);
    else if (/^\d+ kB$/.test(value)) {
      let place = this.#fields.findIndex((field) => field.name === name);
      if (place < 0) {
        place = this.#fields.push({ name, colon, first: name.charCodeAt(0), last: name.charCodeAt(colon - 1), width: next - at, values: new Float64Array(this.#capacity) }) - 1;
      }
      const field = this.#fields[place];
      if (field) field.values[this.#length - 1] = Number.parseInt(value, 10);
      return [next, place + 1];
    }
    return [next, expected];
  }

  #flags(value: string): number {
    let index = this.#flagIndex.get(value);
    if (index === undefined) {
      index = this.#flagSets.push(value.split(' ').filter(Boolean)) - 1;
      this.#flagIndex.set(value, index);
    }
    return index;
  }

  #startMapping(at: number): void {
    if (this.#length === this.#capacity) this.#grow();
    const row = this.#length++;
    const [start, dash] = this.#page(at);
    const [end, space] = this.#page(dash + 1);
    if (this.#text[dash] !== 0x2d || this.#text[space] !== SPACE) throw malformedProc('A line of the smaps file', this.#line(at));
    this.#startPage[row] = start;
    this.#endPage[row] = end;
  }

  /** A hex address without its last three digits. */
  #page(from: number): [page: number, end: number] {
    let at = from;
    let high = 0;
    let low = 0;
    for (;;) {
      const byte = this.#text[at] ?? 0;
      const digit = byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : -1;
      if (digit < 0) return [high, at];
      high = high * 16 + (low >>> 8);
      low = ((low << 4) | digit) & 0xfff;
      at++;
    }
  }

  #lineEnd(at: number): number {
    const end = this.#text.indexOf(NEWLINE, at);
    return end < 0 || end > this.#size ? this.#size : end;
  }

  #line(at: number): string {
    return Buffer.from(this.#text.subarray(at, this.#lineEnd(at))).toString('latin1');
  }

  #grow(): void {
    this.#capacity *= 2;
    const larger = <T extends Float64Array | Uint32Array | Int32Array>(from: T, to: T): T => (to.set(from), to);
    this.#startPage = larger(this.#startPage, new Float64Array(this.#capacity));
    this.#endPage = larger(this.#endPage, new Float64Array(this.#capacity));
    this.#flagSet = larger(this.#flagSet, new Uint32Array(this.#capacity));
    this.#protectionKey = larger(this.#protectionKey, new Int32Array(this.#capacity).fill(-1));
    for (const field of this.#fields) field.values = larger(field.values, new Float64Array(this.#capacity));
  }
}

/** Row that begins at a page, or -1. */
export function smapsRowAt(smaps: SmapsColumns, startPage: number): number {
  let low = 0;
  let high = smaps.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const start = smaps.startPage[middle] ?? 0;
    if (start === startPage) return middle;
    if (start < startPage) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** A field in bytes; undefined when this kernel does not print it. */
export function smapsBytes(smaps: SmapsColumns, row: number, field: string): bigint | undefined {
  const value = smaps.kib.get(field)?.[row];
  return value === undefined ? undefined : BigInt(value) * 1024n;
}
