import { VmatlasError } from '../../model/errors.ts';

export const EXPORT_FORMATS = ['hex', 'c', 'rust', 'base64', 'raw', 'intel-hex'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_WORDS: Readonly<Record<ExportFormat, { readonly title: string; readonly extension: string }>> = {
  hex: { title: 'Hex', extension: 'txt' }, c: { title: 'C array', extension: 'c' }, rust: { title: 'Rust array', extension: 'rs' }, base64: { title: 'Base64', extension: 'b64' },
  raw: { title: 'Raw bytes', extension: 'bin' }, 'intel-hex': { title: 'Intel HEX', extension: 'hex' },
};

/** Bytes as text in one of the formats. `raw` has no text: its bytes are written as they are. */
export function exportText(bytes: Uint8Array, format: Exclude<ExportFormat, 'raw'>, start: bigint): string {
  switch (format) {
    case 'hex': return rows(bytes, 16, (row) => Array.from(row, hex).join(' ')).join('\n');
    case 'c': return `/* ${bytes.length} bytes at 0x${start.toString(16)} */\nunsigned char bytes[${bytes.length}] = {\n${arrayRows(bytes)}\n};\n`;
    case 'rust': return `// ${bytes.length} bytes at 0x${start.toString(16)}\nconst BYTES: [u8; ${bytes.length}] = [\n${arrayRows(bytes)}\n];\n`;
    case 'base64': return base64(bytes);
    case 'intel-hex': return intelHex(bytes, start);
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function rows(bytes: Uint8Array, width: number, line: (row: Uint8Array) => string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += width) lines.push(line(bytes.subarray(at, at + width)));
  return lines;
}

function arrayRows(bytes: Uint8Array): string {
  return rows(bytes, 12, (row) => `    ${Array.from(row, (byte) => `0x${hex(byte)}`).join(', ')},`).join('\n');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648, section 4. By hand: shared code has no platform. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const count = Math.min(3, bytes.length - at);
    for (let digit = 0; digit < 4; digit++) text += digit <= count ? (DIGITS[(word >> (18 - 6 * digit)) & 63] ?? '') : '=';
  }
  return text;
}

/**
 * Intel HEX with 32-bit linear addresses (record types 00, 01, 04). The format knows no higher addresses: the first 4 GiB-aligned part of `start` is left out, and the file begins at the rest.
 */
function intelHex(bytes: Uint8Array, start: bigint): string {
  const lines: string[] = [];
  let upper = -1;
  const origin = Number(BigInt.asUintN(32, start));
  for (let at = 0; at < bytes.length;) {
    const address = (origin + at) % 2 ** 32;
    if (address >>> 16 !== upper) {
      upper = address >>> 16;
      lines.push(record(4, 0, Uint8Array.of(upper >> 8, upper & 0xff)));
    }
    // A record does not cross a 64 KiB border.
    const count = Math.min(16, bytes.length - at, 0x1_0000 - (address & 0xffff));
    lines.push(record(0, address & 0xffff, bytes.subarray(at, at + count)));
    at += count;
  }
  lines.push(record(1, 0, new Uint8Array()));
  return `${lines.join('\n')}\n`;
}

function record(type: number, address: number, data: Uint8Array): string {
  const head = [data.length, address >> 8, address & 0xff, type, ...data];
  const sum = head.reduce((total, byte) => total + byte, 0);
  return `:${[...head, (0x100 - (sum & 0xff)) & 0xff].map(hex).join('').toUpperCase()}`;
}

export interface LoadedBytes {
  readonly bytes: Uint8Array;
  readonly words: string;
}

/** Bytes of a file that is to be laid over memory: Intel HEX is unpacked (its own addresses count only among themselves), anything else is taken as it is. Throws `malformed-input`. */
export function loadBytes(content: Uint8Array): LoadedBytes {
  if (content[0] !== 0x3a) return { bytes: content, words: `${content.length} raw bytes` };
  let text = '';
  for (const byte of content) text += String.fromCharCode(byte);
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  if (!lines.every((line) => /^:[0-9A-Fa-f]+$/.test(line))) return { bytes: content, words: `${content.length} raw bytes` };
  return { bytes: unpackIntelHex(lines), words: 'Intel HEX' };
}

function unpackIntelHex(lines: readonly string[]): Uint8Array {
  const pieces: { readonly at: number; readonly data: Uint8Array }[] = [];
  let upper = 0;
  for (const [number, line] of lines.entries()) {
    const bytes = Uint8Array.from(line.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const [count = 0, high = 0, low = 0, type = 0] = bytes;
    if (bytes.length !== count + 5 || bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw damaged(number, 'its length or checksum is wrong');
    const data = bytes.subarray(4, 4 + count);
    if (type === 0) pieces.push({ at: upper + high * 256 + low, data });
    else if (type === 1) break;
    else if (type === 4) upper = ((data[0] ?? 0) * 256 + (data[1] ?? 0)) * 65_536;
    else if (type === 2) upper = ((data[0] ?? 0) * 256 + (data[1] ?? 0)) * 16;
  }
  const first = pieces.reduce((least, { at }) => Math.min(least, at), Infinity);
  const end = pieces.reduce((most, { at, data }) => Math.max(most, at + data.length), 0);
  if (pieces.length === 0) throw damaged(0, 'it holds no data');
  if (end - first > 16 * 1024 * 1024) throw damaged(0, 'its data spans more than 16 MiB');
  const covered = pieces.reduce((sum, { data }) => sum + data.length, 0);
  if (covered !== end - first) throw damaged(0, 'its data has holes, and nothing says what belongs there');
  const bytes = new Uint8Array(end - first);
  for (const { at, data } of pieces) bytes.set(data, at - first);
  return bytes;
}

function damaged(line: number, why: string): VmatlasError {
  return new VmatlasError({ code: 'malformed-input', message: `The Intel HEX file cannot be loaded: ${why}.`, evidence: `line ${line + 1}` });
}
