import { at, lowerBound, orderByKey } from './radix-order.ts';

/**
 * The names of a symbol table: bytes of the string table and one offset per row. Nothing is decoded before it is asked for. A linker stores a name that ends another one inside it
 * (`printf` in `snprintf`), so an offset may point anywhere into a string. A version that the linker wrote into the name (`stdout@GLIBC_2.2.5`) is no part of it here.
 */
export class SymbolNames {
  readonly #strings: Buffer;
  readonly #offset: Uint32Array;
  #hashed: NameHash | undefined;
  #byOffset: Uint32Array | undefined;

  constructor(strings: Uint8Array, offset: Uint32Array) {
    this.#strings = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
    this.#offset = offset;
  }

  name(row: number): string {
    const start = at(this.#offset, row);
    return this.#strings.toString('utf8', start, this.#end(start));
  }

  leadingUnderscores(row: number): number {
    const start = at(this.#offset, row);
    let count = 0;
    while (this.#strings[start + count] === 0x5f) count++;
    return count;
  }

  /** Rows with exactly this name, ascending. */
  rowsNamed(name: string): number[] {
    const wanted = Buffer.from(name, 'utf8');
    if (wanted.length === 0 || wanted.includes(0)) return [];
    this.#hashed ??= new NameHash(this.#strings, this.#offset);
    return this.#hashed.candidates(wanted).filter((row) => {
      const start = at(this.#offset, row);
      return this.#end(start) - start === wanted.length && this.#strings.compare(wanted, 0, wanted.length, start, start + wanted.length) === 0;
    });
  }

  /** Rows whose name contains `text` (a few more may come: look at the name), in the order of the string table. Found by a byte search over the whole table, so that nothing is decoded in vain. */
  *rowsContaining(text: string): Generator<number> {
    const wanted = Buffer.from(text, 'utf8');
    if (wanted.length === 0 || wanted.includes(0)) return;
    const order = (this.#byOffset ??= orderByKey(this.#offset));
    let from = 0;
    for (;;) {
      const found = this.#strings.indexOf(wanted, from);
      if (found < 0) return;
      const start = found === 0 ? 0 : this.#strings.lastIndexOf(0, found) + 1;
      const nul = this.#strings.indexOf(0, found);
      const end = nul < 0 ? this.#strings.length : nul;
      // Names that begin in this string and still hold a match: every one that begins at or before its last occurrence.
      const last = this.#strings.subarray(start, end).lastIndexOf(wanted) + start;
      for (let position = lowerBound(order, this.#offset, start); position < order.length; position++) {
        const row = at(order, position);
        if (at(this.#offset, row) > last) break;
        yield row;
      }
      from = end;
    }
  }

  #end(start: number): number {
    return nameEnd(this.#strings, start);
  }
}

const AT_SIGN = 0x40;

function nameEnd(strings: Uint8Array, start: number): number {
  let end = start;
  while (end < strings.length && strings[end] !== 0 && (strings[end] !== AT_SIGN || end === start)) end++;
  return end;
}

/** Rows by hash of their name: open chains in two columns, no object per symbol. */
class NameHash {
  readonly #head: Int32Array;
  readonly #next: Int32Array;

  constructor(strings: Uint8Array, offset: Uint32Array) {
    let buckets = 16;
    while (buckets < offset.length * 2) buckets *= 2;
    this.#head = new Int32Array(buckets).fill(-1);
    this.#next = new Int32Array(offset.length);
    // Downwards, so that each chain ends up ascending.
    for (let row = offset.length - 1; row >= 0; row--) {
      const bucket = hashName(strings, at(offset, row)) & (buckets - 1);
      this.#next[row] = this.#head[bucket] ?? -1;
      this.#head[bucket] = row;
    }
  }

  candidates(name: Uint8Array): number[] {
    const rows: number[] = [];
    for (let row = this.#head[hashName(name, 0) & (this.#head.length - 1)] ?? -1; row >= 0; row = this.#next[row] ?? -1) rows.push(row);
    return rows;
  }
}

/** FNV-1a over the name that begins at `start`. */
function hashName(bytes: Uint8Array, start: number): number {
  let hash = 0x811c9dc5;
  const end = nameEnd(bytes, start);
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return hash >>> 0;
}
