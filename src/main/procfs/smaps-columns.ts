import { malformedProc } from './numbers.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;

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
  readonly key: Uint8Array;
  readonly name: string;
  values: Float64Array;
}

/** Parses the bytes of /proc/PID/smaps (proc_pid_smaps(5)). Throws `malformed-input` when a field comes before any mapping. */
export function parseSmapsColumns(text: Uint8Array): SmapsColumns {
  return new SmapsParser(text).run();
}

class SmapsParser {
  readonly #text: Uint8Array;
  #capacity = 512;
  #length = 0;
  #startPage = new Float64Array(this.#capacity);
  #endPage = new Float64Array(this.#capacity);
  #flagSet = new Uint32Array(this.#capacity);
  #protectionKey = new Int32Array(this.#capacity).fill(-1);
  /** In the order of the file: every mapping prints the same fields in the same order, so the next one is nearly always the one that follows. */
  readonly #fields: Field[] = [];
  readonly #flagSets: string[][] = [[]];
  readonly #flagIndex = new Map<string, number>([['', 0]]);

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  run(): SmapsColumns {
    const text = this.#text;
    let expected = 0;
    for (let at = 0; at < text.length; ) {
      const byte = text[at] ?? 0;
      // A mapping's line begins with a hex digit in lower case, a field with a capital.
      if (byte < 0x41 || byte > 0x5a) {
        this.#startMapping(at);
        expected = 0;
        at = this.#lineEnd(at) + 1;
        continue;
      }
      if (this.#length === 0) throw malformedProc('The smaps file', this.#line(at));
      const field = this.#fields[expected];
      if (field && this.#begins(at, field.key)) {
        expected++;
        at = this.#readNumber(at + field.key.length, field);
      } else {
        [at, expected] = this.#otherField(at, expected);
      }
    }
    const n = this.#length;
    return {
      length: n, startPage: this.#startPage.slice(0, n), endPage: this.#endPage.slice(0, n),
      kib: new Map(this.#fields.map(({ name, values }) => [name, values.slice(0, n)])),
      flagSet: this.#flagSet.slice(0, n), flagSets: this.#flagSets, protectionKey: this.#protectionKey.slice(0, n),
    };
  }

  #begins(at: number, key: Uint8Array): boolean {
    const text = this.#text;
    // Names that share a length also share a beginning (Shared_Clean, Shared_Dirty): compare from the end.
    for (let k = key.length - 1; k >= 0; k--) if (text[at + k] !== key[k]) return false;
    return true;
  }

  #readNumber(from: number, field: Field): number {
    const text = this.#text;
    let at = from;
    while (text[at] === SPACE) at++;
    let value = 0;
    let digit: number;
    while ((digit = (text[at] ?? 0) - 0x30) >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at++;
    }
    field.values[this.#length - 1] = value;
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
        place = this.#fields.push({ name, key: this.#text.slice(at, at + colon + 1), values: new Float64Array(this.#capacity) }) - 1;
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
    return end < 0 ? this.#text.length : end;
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
