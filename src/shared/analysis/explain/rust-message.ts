import { viewOf, readWord, type ReadBytes } from '../stack/read-bytes.ts';

const LONGEST_TEXT = 64n * 1024n;
export type PayloadKind = 'text' | 'formatted';

/** Words of the stack around the payload's virtual table that are looked at for the payload. */
const AROUND = 64;

/**
 * The message of the panic under way. Between `rust_panic` and the code that panicked lies the payload, as `&mut dyn PanicPayload`: a pointer and a virtual table, whose methods' names tell it (library/std,
 * panicking.rs). It is a `&str` (pointer, length), or a `String` that the panic hook has filled in by the time (capacity, pointer, length).
 *
 * `payloadKind` tells of an address whether it is the virtual table of a payload, and of which.
 */
export function findPanicMessage(stackStart: bigint, stack: Uint8Array, read: ReadBytes, payloadKind: (address: bigint) => PayloadKind | undefined): string | undefined {
  const view = viewOf(stack);
  const count = Math.floor(stack.length / 8);
  const word = (at: number): bigint => (at < 0 || at >= count ? 0n : view.getBigUint64(at * 8, true));
  for (let table = 0; table < count; table++) {
    const kind = payloadKind(word(table));
    if (kind === undefined) continue;
    // Pointers that are kept beside the table come first.
    for (let distance = 1; distance <= AROUND; distance++) {
      for (const data of [word(table - distance), word(table + distance)]) {
        // The payload itself lies on the stack, further out.
        if (data <= stackStart || data >= stackStart + BigInt(stack.length)) continue;
        const found = payloadText(data, kind, read);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

/** Text of a payload at `data`. */
export function payloadText(data: bigint, kind: PayloadKind, read: ReadBytes): string | undefined {
  if (data < 0x1000n || data >= 1n << 47n || data % 8n !== 0n) return undefined;
  const [first, second, third] = [readWord(read, data), readWord(read, data + 8n), readWord(read, data + 16n)];
  if (first === undefined || second === undefined) return undefined;
  // Capacity, pointer, length: the order the compiler gives String (seen with rustc 1.70 to 1.95).
  if (kind === 'formatted') return third !== undefined && first >= third && first < LONGEST_TEXT ? textAt(second, third, read) : undefined;
  return textAt(first, second, read);
}

function textAt(pointer: bigint, length: bigint, read: ReadBytes): string | undefined {
  if (pointer < 0x1000n || pointer >= 1n << 47n || length === 0n || length > LONGEST_TEXT) return undefined;
  const bytes = read(pointer, Number(length));
  if (!bytes) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // oxlint-disable-next-line no-control-regex -- bytes that no message holds tell chance hits from text
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    // Not UTF-8: not a message.
    return undefined;
  }
}
