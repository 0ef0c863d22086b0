import { PAGE_SIZE_BYTES } from '../../shared/address/page.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import { MAX_REGEX_MATCH_BYTES, type RefineCondition, type SearchPattern } from '../../shared/model/search.ts';
import { halfToNumber } from '../../shared/analysis/search/number-bounds.ts';
import { ScanCancelled, SpaceGone, type ScanSource } from './job-scanner.ts';
import { createMatcher } from './matchers/create-matcher.ts';
import type { Bytes } from './matchers/matcher.ts';
import { PageStates } from './page-states.ts';
import { restorePatches } from './patches.ts';

/** Places this near to each other are read at once. */
const CLUSTER_BYTES = 64 * 1024;

/** Places found before, ascending, and what was there. */
export interface HitColumns {
  readonly addresses: Float64Array;
  readonly kept: Uint8Array;
}

export interface RefineResult extends HitColumns {
  /** Places that could not be read now: they are gone from the set. */
  readonly unreadable: number;
}

/** Does a place stay in the set? Both offsets are where its bytes begin; `nowEnd` is behind the last byte that was read without a gap. */
type Stays = (before: Uint8Array, beforeAt: number, now: Bytes, nowAt: number, nowEnd: number) => boolean;

/** Looks again at places found before and keeps those that a condition fits, with their new bytes. Pages that are no longer present are not touched. */
export class RefineScanner {
  readonly #source: ScanSource;
  readonly #pages: PageStates;
  readonly #keptBytes: number;
  /** Bytes to look at from each place on; at least one has to be readable, and all that were kept. */
  readonly #reachBytes: number;
  readonly #stays: Stays;
  readonly #buffer = Buffer.alloc(CLUSTER_BYTES + 2 * PAGE_SIZE_BYTES);

  /** Throws `invalid-argument` where the condition makes no sense for the pattern. */
  constructor(source: ScanSource, pattern: SearchPattern, keptBytes: number, condition: RefineCondition) {
    this.#source = source;
    this.#pages = new PageStates(source.files);
    this.#keptBytes = keptBytes;
    this.#reachBytes = keptBytes === 0 ? MAX_REGEX_MATCH_BYTES : keptBytes;
    this.#stays = testOf(pattern, keptBytes, condition);
  }

  run({ addresses, kept }: HitColumns): RefineResult {
    const width = this.#keptBytes;
    const outAddresses = new Float64Array(addresses.length);
    const outKept = new Uint8Array(addresses.length * width);
    let count = 0;
    let unreadable = 0;
    for (let first = 0; first < addresses.length; ) {
      if (this.#source.cancelled()) throw new ScanCancelled();
      const start = addresses[first] ?? 0;
      let last = first;
      while (last + 1 < addresses.length && (addresses[last + 1] ?? 0) + width - start <= CLUSTER_BYTES) last++;
      const base = start - (start % PAGE_SIZE_BYTES);
      const readEnd = this.#readCluster(start, (addresses[last] ?? 0) + this.#reachBytes, base);
      for (let i = first; i <= last; i++) {
        const at = (addresses[i] ?? 0) - base;
        const end = readEnd(at);
        if (end < at + Math.max(1, width)) unreadable++;
        else if (this.#stays(kept, i * width, this.#buffer, at, Math.min(end, at + this.#reachBytes))) {
          outAddresses[count] = addresses[i] ?? 0;
          outKept.set(this.#buffer.subarray(at, at + width), count * width);
          count++;
        }
      }
      first = last + 1;
    }
    return { addresses: outAddresses.slice(0, count), kept: outKept.slice(0, count * width), unreadable };
  }

  /** Fills the buffer, whose offset 0 is `base`; the answer says up to where bytes were read now without a gap from an offset on. */
  #readCluster(start: number, end: number, base: number): (from: number) => number {
    const read: { from: number; to: number }[] = [];
    for (const run of this.#pages.runs(start, end, 0, this.#source.touchNotPresent)) {
      if (run.skip !== undefined) continue;
      let at = run.start;
      while (at < run.end) {
        const answer = this.#source.files.read(at, this.#buffer, at - base, run.end - at);
        if (answer === 0) throw new SpaceGone();
        const next = typeof answer === 'number' ? at + answer : Math.min(run.end, at - (at % PAGE_SIZE_BYTES) + PAGE_SIZE_BYTES);
        if (typeof answer === 'number') {
          restorePatches(this.#source.patches, this.#buffer, at - base, answer, at);
          const before = read.at(-1);
          if (before?.to === at - base) before.to = next - base;
          else read.push({ from: at - base, to: next - base });
        }
        at = next;
      }
    }
    return (from) => read.find((part) => part.from <= from && from < part.to)?.to ?? from;
  }
}

function testOf(pattern: SearchPattern, keptBytes: number, condition: RefineCondition): Stays {
  if (pattern.type === 'regex') return expressionTest(pattern, condition);
  switch (condition.type) {
    case 'changed': return (before, beforeAt, now, nowAt) => !sameBytes(before, beforeAt, now, nowAt, keptBytes);
    case 'unchanged': return (before, beforeAt, now, nowAt) => sameBytes(before, beforeAt, now, nowAt, keptBytes);
    case 'increased':
    case 'decreased': {
      const compare = comparison(pattern);
      const sign = condition.type === 'increased' ? 1 : -1;
      return (before, beforeAt, now, nowAt) => compare(now, nowAt, before, beforeAt) === sign;
    }
    case 'fits': {
      const matcher = createMatcher(condition.pattern, 1);
      if (matcher.keptBytes !== keptBytes || matcher.reachBytes !== keptBytes) throw unfit('the new value is of another type or length');
      let found = false;
      const sink = { add: (): boolean => ((found = true), false) };
      return (_before, _beforeAt, now, nowAt) => {
        found = false;
        matcher.scan(now, nowAt, nowAt + 1, nowAt + keptBytes, sink);
        return found;
      };
    }
  }
}

/** Matches of an expression differ in length: whether one is still there is all that can have changed. */
function expressionTest(pattern: Extract<SearchPattern, { type: 'regex' }>, condition: RefineCondition): Stays {
  if (condition.type === 'increased' || condition.type === 'decreased') throw unfit('only numbers increase and decrease');
  if (condition.type === 'fits' && condition.pattern.type !== 'regex') throw unfit('the new value is of another type');
  const matcher = createMatcher(condition.type === 'fits' ? condition.pattern : pattern, 1);
  const wanted = condition.type !== 'changed';
  let found = false;
  const sink = { add: (): boolean => ((found = true), false) };
  return (_before, _beforeAt, now, nowAt, nowEnd) => {
    found = false;
    matcher.scan(now, nowAt, nowAt + 1, nowEnd, sink);
    return found === wanted;
  };
}

function sameBytes(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false;
  return true;
}

/** -1, 0, 1, or undefined where one of both is not a number. */
type Compare = (a: Uint8Array, aAt: number, b: Uint8Array, bAt: number) => number | undefined;

function comparison(pattern: SearchPattern): Compare {
  const read = reader(pattern);
  return (a, aAt, b, bAt) => {
    const [x, y] = [read(a, aAt), read(b, bAt)];
    return x > y ? 1 : x < y ? -1 : x === y ? 0 : undefined;
  };
}

function reader(pattern: SearchPattern): (bytes: Uint8Array, at: number) => number | bigint {
  const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (pattern.type === 'pointer') return (bytes, at) => view(bytes).getBigUint64(at, true);
  if (pattern.type === 'float') {
    const little = !pattern.bigEndian;
    if (pattern.widthBits === 16) return (bytes, at) => halfToNumber(view(bytes).getUint16(at, little));
    return pattern.widthBits === 32 ? (bytes, at) => view(bytes).getFloat32(at, little) : (bytes, at) => view(bytes).getFloat64(at, little);
  }
  if (pattern.type !== 'integer') throw unfit('only numbers increase and decrease');
  const little = !pattern.bigEndian;
  const { signed } = pattern;
  switch (pattern.widthBits) {
    case 8: return signed ? (bytes, at) => view(bytes).getInt8(at) : (bytes, at) => bytes[at] ?? 0;
    case 16: return signed ? (bytes, at) => view(bytes).getInt16(at, little) : (bytes, at) => view(bytes).getUint16(at, little);
    case 32: return signed ? (bytes, at) => view(bytes).getInt32(at, little) : (bytes, at) => view(bytes).getUint32(at, little);
    case 64: return signed ? (bytes, at) => view(bytes).getBigInt64(at, little) : (bytes, at) => view(bytes).getBigUint64(at, little);
  }
}

function unfit(why: string): VmatlasError {
  return new VmatlasError({ code: 'invalid-argument', message: `The places found can’t be narrowed so: ${why}.`, remedy: 'Search anew for a number of a certain width.' });
}
