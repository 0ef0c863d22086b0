/** How a symbol's bytes are tinted: the token families of the value colours. */
export type ValueTint = 'int' | 'ptr' | 'chr' | 'rec';

export interface GuessedValue {
  readonly tint: ValueTint;
  /** Text after the name; '' when the bytes say nothing short. */
  readonly text: string;
}

/**
 * Reads a data symbol by its size alone, which is all an ELF symbol table tells: 1, 2, 4 and 8 bytes as a signed integer, 8 bytes that point into a mapping
 * as a pointer, printable bytes as text, anything else as a record. `bytes` may be shorter than the symbol when not all is read.
 *
 * `describePointer` names what an address points into, or answers undefined when it points nowhere.
 */
export function guessValue(bytes: Uint8Array, sizeBytes: number, describePointer: (value: bigint) => string | undefined): GuessedValue {
  const complete = bytes.length >= sizeBytes;
  if (sizeBytes === 8 && complete) {
    const value = unsigned(bytes, 8);
    const target = value === 0n ? undefined : describePointer(value);
    if (target !== undefined) return { tint: 'ptr', text: `→ ${target}` };
    return { tint: 'int', text: BigInt.asIntN(64, value).toString() };
  }
  if (complete && (sizeBytes === 1 || sizeBytes === 2 || sizeBytes === 4)) {
    return { tint: 'int', text: BigInt.asIntN(sizeBytes * 8, unsigned(bytes, sizeBytes)).toString() };
  }
  const text = leadingText(bytes);
  if (text !== undefined) return { tint: 'chr', text: `"${text}"` };
  return { tint: 'rec', text: '' };
}

/** Printable ASCII up to a NUL, at least 3 characters; cut at 24. */
export function leadingText(bytes: Uint8Array): string | undefined {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0) break;
    if (byte < 0x20 || byte > 0x7e) return undefined;
    text += String.fromCharCode(byte);
    if (text.length === 24) return `${text}…`;
  }
  return text.length >= 3 ? text : undefined;
}

/** How the value column reads the bytes. */
export const VALUE_KINDS = ['none', 'i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'pointer'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

/** Bytes of one value and the characters its longest text takes. */
export const VALUE_SHAPE: Readonly<Record<ValueKind, { readonly bytes: number; readonly chars: number }>> = {
  none: { bytes: 0, chars: 0 }, i8: { bytes: 1, chars: 4 }, u8: { bytes: 1, chars: 3 }, i16: { bytes: 2, chars: 6 }, u16: { bytes: 2, chars: 5 }, i32: { bytes: 4, chars: 11 },
  u32: { bytes: 4, chars: 10 }, i64: { bytes: 8, chars: 20 }, u64: { bytes: 8, chars: 20 }, f32: { bytes: 4, chars: 10 }, f64: { bytes: 8, chars: 14 }, pointer: { bytes: 8, chars: 14 },
};

/** One character for the text column: printable ASCII as itself, all else a dot. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.';
}

function unsigned(bytes: Uint8Array, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
