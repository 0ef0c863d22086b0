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

/** One character for the text column: printable ASCII as itself, all else a dot. */
export function asciiOf(byte: number): string {
  return byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.';
}

function unsigned(bytes: Uint8Array, width: number): bigint {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value;
}
