/** Neighbouring bytes of a row that look alike. */
export interface ByteCell {
  readonly text: string;
  /** `zero` bytes at the high end say nothing of a small number; `outside` is not the frame's. */
  readonly look: 'plain' | 'zero' | 'changed' | 'outside' | 'unread';
}

/**
 * The eight bytes from `offset`, low byte first. Offsets below 0 or past `size` are not the frame's; past `bytes` they were not read.
 */
export function byteCells(bytes: Uint8Array | undefined, before: Uint8Array | undefined, offset: number, size: number): readonly ByteCell[] {
  const looks: ByteCell['look'][] = [];
  for (let i = offset; i < offset + 8; i++) {
    const value = bytes?.[i];
    if (i < 0 || i >= size) looks.push('outside');
    else if (value === undefined) looks.push('unread');
    else if (before !== undefined && before[i] !== undefined && before[i] !== value) looks.push('changed');
    else looks.push(value === 0 ? 'zero' : 'plain');
  }
  const cells: { text: string; look: ByteCell['look'] }[] = [];
  for (const [i, look] of looks.entries()) {
    const text = look === 'outside' ? '  ' : look === 'unread' ? '··' : (bytes?.[offset + i] ?? 0).toString(16).padStart(2, '0');
    const last = cells.at(-1);
    if (last?.look === look) last.text += text;
    else cells.push({ text, look });
  }
  return cells;
}

/** A row's bytes as a number; undefined when one of them was not read or is not the frame's. */
export function wordAt(bytes: Uint8Array | undefined, offset: number): bigint | undefined {
  if (bytes === undefined || offset < 0 || offset + 8 > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset + offset, 8).getBigUint64(0, true);
}
