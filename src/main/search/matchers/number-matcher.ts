import type { SearchPattern } from '../../../shared/model/search.ts';
import { halfToNumber } from '../../../shared/analysis/search/number-bounds.ts';
import { maskedMatcher } from './bytes-matcher.ts';
import type { Bytes, HitSink, Matcher } from './matcher.ts';
import { scanBytes, scanDoubles, scanEqual, scanFloats, scanHalves, scanWords16, scanWords32, scanWords64, type WideBounds } from './number-loops.ts';

type IntegerPattern = Extract<SearchPattern, { type: 'integer' }>;
type FloatPattern = Extract<SearchPattern, { type: 'float' }>;

/** Elements [from, until) of the whole buffer in steps of `step` elements; answers with the element after the last hit when the sink is full, else -1. */
type Loop = (bytes: Bytes, from: number, until: number, step: number, sink: HitSink) => number;
/** Does the number at an offset fit? */
type Fits = (view: DataView, at: number) => boolean;

/** Integers from low to high, at addresses that `align` divides. */
export function integerMatcher(pattern: IntegerPattern, align: number): Matcher {
  const { widthBits, low, high, bigEndian } = pattern;
  const widthBytes = widthBits / 8;
  const typed = !bigEndian && align % widthBytes === 0;
  if (low === high && !typed) {
    const bytes = integerBytes(low, widthBytes, bigEndian);
    return maskedMatcher(bytes, new Uint8Array(widthBytes).fill(0xff), align);
  }
  return typed ? typedMatcher(widthBytes, align, integerLoop(pattern, align === widthBytes)) : viewMatcher(widthBytes, align, integerFits(pattern));
}

/** Numbers from low to high. Zero finds both zeros. */
export function floatMatcher(pattern: FloatPattern, align: number): Matcher {
  const { widthBits, low, high, bigEndian } = pattern;
  const widthBytes = widthBits / 8;
  if (bigEndian || align % widthBytes !== 0) return viewMatcher(widthBytes, align, floatFits(pattern));
  if (widthBits === 16) {
    const table = halvesBetween(low, high);
    return typedMatcher(2, align, (bytes, from, until, step, sink) => scanHalves(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1), from, until, step, table, sink));
  }
  if (widthBits === 32) {
    return typedMatcher(4, align, (bytes, from, until, step, sink) => scanFloats(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), from, until, step, low, high, sink));
  }
  return typedMatcher(8, align, (bytes, from, until, step, sink) => scanDoubles(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3), from, until, step, low, high, sink));
}

/** Little-endian words that lead into [start, end). */
export function pointerMatcher({ start, end }: Extract<SearchPattern, { type: 'pointer' }>, align: number): Matcher {
  return integerMatcher({ type: 'integer', widthBits: 64, signed: false, bigEndian: false, low: start, high: end - 1n }, align);
}

function typedMatcher(widthBytes: number, align: number, loop: Loop): Matcher {
  const step = align / widthBytes;
  return {
    reachBytes: widthBytes,
    keptBytes: widthBytes,
    scan(bytes, from, until, end, sink) {
      const first = (Math.ceil(from / align) * align) / widthBytes;
      const next = loop(bytes, first, Math.ceil(Math.min(until, end - widthBytes + 1) / widthBytes), step, sink);
      return next < 0 ? until : next * widthBytes;
    },
  };
}

/** Where typed arrays can't be laid over the buffer; several times slower. */
function viewMatcher(widthBytes: number, align: number, fits: Fits): Matcher {
  return {
    reachBytes: widthBytes,
    keptBytes: widthBytes,
    scan(bytes, from, until, end, sink) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const stop = Math.min(until, end - widthBytes + 1);
      for (let at = Math.ceil(from / align) * align; at < stop; at += align) if (fits(view, at) && !sink.add(at, widthBytes)) return at + 1;
      return until;
    },
  };
}

/** Signed or not makes no difference to the loops: they compare distances from the lower bound, modulo the width. */
function integerLoop({ widthBits, low, high }: IntegerPattern, everyElement: boolean): Loop {
  const equal = low === high && everyElement;
  switch (widthBits) {
    case 8: {
      const [least, span] = [Number(BigInt.asUintN(8, low)), Number(high - low)];
      return (bytes, from, until, step, sink) => (equal ? scanEqual(bytes, least, from, until, 1, sink) : scanBytes(bytes, from, until, step, least, span, sink));
    }
    case 16: {
      const [least, span] = [Number(BigInt.asUintN(16, low)), Number(high - low)];
      return (bytes, from, until, step, sink) => {
        const view = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
        return equal ? scanEqual(view, least, from, until, 2, sink) : scanWords16(view, from, until, step, least, span, sink);
      };
    }
    case 32: {
      const [least, span] = [Number(BigInt.asUintN(32, low)), Number(high - low)];
      return (bytes, from, until, step, sink) => {
        const view = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
        return equal ? scanEqual(view, least, from, until, 4, sink) : scanWords32(view, from, until, step, least, span, sink);
      };
    }
    case 64: {
      const bounds = wideBounds(low, high);
      return (bytes, from, until, step, sink) => scanWords64(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2), from, until, step, bounds, sink);
    }
  }
}

/** Distances from the lower bound, in halves: a bigint for each word of a gigabyte would cost many times the reading. */
function wideBounds(low: bigint, high: bigint): WideBounds {
  const half = (value: bigint): number => Number(BigInt.asUintN(32, value));
  return { lowLower: half(low), lowUpper: half(low >> 32n), spanLower: half(high - low), spanUpper: half((high - low) >> 32n) };
}

function integerFits({ widthBits, signed, bigEndian, low, high }: IntegerPattern): Fits {
  const little = !bigEndian;
  if (widthBits === 64) {
    return signed
      ? (view, at) => between(view.getBigInt64(at, little), low, high)
      : (view, at) => between(view.getBigUint64(at, little), low, high);
  }
  const [least, most] = [Number(low), Number(high)];
  if (widthBits === 32) return signed ? (view, at) => within(view.getInt32(at, little), least, most) : (view, at) => within(view.getUint32(at, little), least, most);
  if (widthBits === 16) return signed ? (view, at) => within(view.getInt16(at, little), least, most) : (view, at) => within(view.getUint16(at, little), least, most);
  return signed ? (view, at) => within(view.getInt8(at), least, most) : (view, at) => within(view.getUint8(at), least, most);
}

function floatFits({ widthBits, bigEndian, low, high }: FloatPattern): Fits {
  const little = !bigEndian;
  if (widthBits === 64) return (view, at) => within(view.getFloat64(at, little), low, high);
  if (widthBits === 32) return (view, at) => within(view.getFloat32(at, little), low, high);
  const table = halvesBetween(low, high);
  return (view, at) => table[view.getUint16(at, little)] === 1;
}

function between(value: bigint, low: bigint, high: bigint): boolean {
  return value >= low && value <= high;
}

function within(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** There are only 65536 of them: a table says of each whether it fits. */
function halvesBetween(low: number, high: number): Uint8Array {
  return Uint8Array.from({ length: 65_536 }, (_, bits) => (within(halfToNumber(bits), low, high) ? 1 : 0));
}

function integerBytes(value: bigint, widthBytes: number, bigEndian: boolean): Uint8Array {
  const bytes = Uint8Array.from({ length: widthBytes }, (_, i) => Number(BigInt.asUintN(8, value >> BigInt(8 * i))));
  return bigEndian ? bytes.reverse() : bytes;
}
