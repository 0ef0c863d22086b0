/** How the bytes of a vector register are read, named as gdb names them for a 16-byte register; wider ones have more of each. */
export const LANE_FORMATS = ['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64', 'float', 'double', 'uint128'] as const;
export type LaneFormat = (typeof LANE_FORMATS)[number];

const LANE_BYTES: Readonly<Record<LaneFormat, number>> = { int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8, float: 4, double: 8, uint128: 16 };

/** `v16_int8`, `v4_double`; one lane is its type alone. */
export function formatName(format: LaneFormat, registerBytes: number): string {
  const lanes = registerBytes / LANE_BYTES[format];
  return lanes === 1 ? format : `v${lanes}_${format}`;
}

/** The lanes as text, lowest first. Unsigned ones in hex, which shows bytes and masks as they are. */
export function readLanes(bytes: Uint8Array, format: LaneFormat): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = LANE_BYTES[format];
  const lanes: string[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) lanes.push(laneText(view, at, format));
  return lanes;
}

function laneText(view: DataView, at: number, format: LaneFormat): string {
  switch (format) {
    case 'int8': return String(view.getInt8(at));
    case 'int16': return String(view.getInt16(at, true));
    case 'int32': return String(view.getInt32(at, true));
    case 'int64': return String(view.getBigInt64(at, true));
    case 'uint8': return `0x${view.getUint8(at).toString(16)}`;
    case 'uint16': return `0x${view.getUint16(at, true).toString(16)}`;
    case 'uint32': return `0x${view.getUint32(at, true).toString(16)}`;
    case 'uint64': return `0x${view.getBigUint64(at, true).toString(16)}`;
    // Nine digits name every float, seventeen every double (IEEE 754-2019, 5.12.2); the shortest that names it is what is shown.
    case 'float': return floatText(view.getFloat32(at, true), 9);
    case 'double': return floatText(view.getFloat64(at, true), 17);
    case 'uint128': return `0x${((view.getBigUint64(at + 8, true) << 64n) | view.getBigUint64(at, true)).toString(16)}`;
  }
}

function floatText(value: number, digits: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value) || digits === 17) return String(value);
  for (let some = 1; some < digits; some++) if (Math.fround(Number(value.toPrecision(some))) === value) return String(Number(value.toPrecision(some)));
  return String(Number(value.toPrecision(digits)));
}

/** Bytes with one lane written anew; undefined for text that is no value of this format. */
export function writeLane(bytes: Uint8Array, format: LaneFormat, lane: number, text: string): Uint8Array | undefined {
  const size = LANE_BYTES[format];
  const at = lane * size;
  const next = Uint8Array.from(bytes);
  const view = new DataView(next.buffer);
  if (at < 0 || at + size > bytes.length) return undefined;
  if (format === 'float' || format === 'double') {
    const value = readFloat(text);
    if (value === undefined) return undefined;
    if (format === 'float') view.setFloat32(at, value, true);
    else view.setFloat64(at, value, true);
    return next;
  }
  const value = readInteger(text, size * 8);
  if (value === undefined) return undefined;
  for (let index = 0; index < size; index++) view.setUint8(at + index, Number((value >> BigInt(8 * index)) & 0xffn));
  return next;
}

function readFloat(text: string): number | undefined {
  const bare = text.trim().toLowerCase();
  if (bare === 'nan') return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/.test(bare)) return bare.startsWith('-') ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(bare) ? Number(bare) : undefined;
}

/** Hex or decimal, with groups, signed or not, as `bits` bits; undefined when it does not fit. */
export function readInteger(text: string, bits: number): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text.trim().replaceAll('_', ''));
  if (match?.[2] === undefined) return undefined;
  const value = BigInt(match[2]) * (match[1] === '-' ? -1n : 1n);
  return value >= 1n << BigInt(bits) || value < -(1n << BigInt(bits - 1)) ? undefined : BigInt.asUintN(bits, value);
}
