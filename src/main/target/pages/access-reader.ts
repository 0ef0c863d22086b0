import type { Address } from '../../../shared/address/address.ts';
import type { AccessFacts, AccessMapping, AccessSpace } from '../../../shared/analysis/access/access-facts.ts';
import { predictAccess } from '../../../shared/analysis/access/predict-access.ts';
import type { AccessPrediction } from '../../../shared/model/access.ts';
import { firstMappingAfter, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { smapsRowAt, type SmapsColumns } from '../../procfs/smaps-columns.ts';
import type { PageSource } from './page-source.ts';

export interface AccessReaderOptions {
  /** Also ask smaps, for VmFlags and protection keys: dear for many mappings. `maxAgeMs` takes one read so recently. */
  readonly smaps: { readonly maxAgeMs: number } | undefined;
  /** PKRU of the thread in question, where it is known. */
  readonly pkru: number | undefined;
}

/** User addresses end here at the latest; pagemap tells nothing above. */
const USER_PAGES = 2 ** 44;

/** Collects what predictions need, of one moment: mappings, limits and smaps are read once for all addresses. */
export class AccessReader {
  readonly mappings: MappingColumns;
  readonly smaps: SmapsColumns | undefined;
  readonly space: AccessSpace;
  readonly #source: PageSource;
  readonly #pkru: number | undefined;
  readonly #rows = new Map<number, AccessMapping>();
  readonly #fileSizes = new Map<string, bigint | undefined>();
  readonly #word = new Uint32Array(2);
  #zeroFrame: bigint | undefined;

  constructor(source: PageSource, options: AccessReaderOptions) {
    this.#source = source;
    this.#pkru = options.pkru;
    this.mappings = source.mappings();
    this.smaps = options.smaps && source.smaps(options.smaps.maxAgeMs).smaps;
    this.space = source.space();
  }

  predict(address: Address): AccessPrediction {
    return predictAccess(this.facts(address));
  }

  facts(address: Address): AccessFacts {
    const page = Number(address >> 12n);
    const next = firstMappingAfter(this.mappings, page);
    const holds = next < this.mappings.length && (this.mappings.startPage[next] ?? Infinity) <= page;
    const word = holds && page < USER_PAGES ? this.word(page) : undefined;
    if (word !== undefined) this.#learnZeroFrame(word);
    return {
      address,
      mapping: holds ? this.mapping(next) : undefined,
      above: holds || next >= this.mappings.length ? undefined : this.mapping(next),
      below: holds || next === 0 ? undefined : this.mapping(next - 1),
      word,
      zeroFrame: this.#zeroFrame,
      pkru: this.#pkru,
      space: this.space,
    };
  }

  /** pagemap word of a page; undefined where the kernel does not tell. */
  word(page: number): bigint | undefined {
    const got = this.#source.readWords(page, 1, this.#word);
    if (got === undefined) return undefined;
    return got === 0 ? 0n : (BigInt(this.#word[1] ?? 0) << 32n) | BigInt(this.#word[0] ?? 0);
  }

  mapping(row: number): AccessMapping {
    let made = this.#rows.get(row);
    if (!made) this.#rows.set(row, (made = this.#make(row)));
    return made;
  }

  /** Row of the mapping that holds an address, -1 for none. */
  rowOf(address: Address): number {
    const page = Number(address >> 12n);
    const row = firstMappingAfter(this.mappings, page);
    return row < this.mappings.length && (this.mappings.startPage[row] ?? Infinity) <= page ? row : -1;
  }

  /** Row of smaps for a row of maps; -1 when smaps was not read, or has changed since. */
  smapsRow(row: number): number {
    return this.smaps ? smapsRowAt(this.smaps, this.mappings.startPage[row] ?? -1) : -1;
  }

  #make(row: number): AccessMapping {
    const m = this.mappings;
    const smapsRow = this.smapsRow(row);
    const key = smapsRow < 0 ? -1 : (this.smaps?.protectionKey[smapsRow] ?? -1);
    return {
      start: (BigInt(m.startPage[row] ?? 0) << 12n) as Address,
      end: (BigInt(m.endPage[row] ?? 0) << 12n) as Address,
      perms: m.perms[row] ?? 0,
      name: m.names[m.name[row] ?? 0] ?? '',
      offset: BigInt(m.offsetPage[row] ?? 0) << 12n,
      inode: BigInt(m.inode[row] ?? 0),
      vmFlags: smapsRow < 0 ? undefined : this.smaps?.flagSets[this.smaps.flagSet[smapsRow] ?? 0],
      protectionKey: key < 0 ? undefined : key,
      fileSizeBytes: this.#fileSize(row),
    };
  }

  #fileSize(row: number): bigint | undefined {
    const m = this.mappings;
    const key = `${m.dev[row]}:${m.inode[row]}`;
    if (!this.#fileSizes.has(key)) this.#fileSizes.set(key, this.#source.fileSize(m, row));
    return this.#fileSizes.get(key);
  }

  /** A page that is anonymous and not exclusive may show the frame of zeros. */
  #learnZeroFrame(word: bigint): void {
    if ((word >> 63n) !== 1n || ((word >> 61n) & 1n) === 1n || ((word >> 56n) & 1n) === 1n) return;
    const frame = word & ((1n << 55n) - 1n);
    this.#zeroFrame = frame !== 0n && this.#source.isZeroFrame(Number(frame)) === 'zero' ? frame : (this.#zeroFrame ?? undefined);
  }
}

