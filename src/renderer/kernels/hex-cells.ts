import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../shared/address/page.ts';
import { CELL_NOT_PRESENT, CELL_NOT_READ_YET, CELL_UNMAPPED, CELL_UNREADABLE, CELL_VALID, type PageCells } from '../../shared/model/byte-cell.ts';
import type { MemoryRange } from '../../shared/model/memory-range.ts';

export { CELL_NOT_PRESENT, CELL_NOT_READ_YET, CELL_UNMAPPED, CELL_UNREADABLE, CELL_VALID };
export type { PageCells };

export function pageCells(page: PageNumber, ranges: readonly MemoryRange[] | undefined): PageCells {
  const values = new Uint8Array(PAGE_SIZE_BYTES);
  const states = new Uint8Array(PAGE_SIZE_BYTES);
  const start = pageStart(page);
  for (const range of ranges ?? []) {
    const from = Number(range.start - start);
    if (range.kind === 'valid') {
      values.set(range.bytes, from);
      states.fill(CELL_VALID, from, from + range.bytes.length);
    } else {
      states.fill(stateOf(range.kind), from, from + Number(range.lengthBytes));
    }
  }
  return { values, states };
}

/** 1 for each byte that is valid in both and differs. A byte that was not readable before is not "changed": nobody knows what it was. */
export function changedCells(now: PageCells, before: PageCells | undefined): Uint8Array | undefined {
  if (before === undefined) return undefined;
  let changed: Uint8Array | undefined;
  for (let i = 0; i < PAGE_SIZE_BYTES; i++) {
    if (now.values[i] !== before.values[i] && now.states[i] === CELL_VALID && before.states[i] === CELL_VALID) {
      changed ??= new Uint8Array(PAGE_SIZE_BYTES);
      changed[i] = 1;
    }
  }
  return changed;
}

/** Little-endian unsigned value of `width` bytes at `offset`; undefined unless all are valid. */
export function readUnsigned(cells: PageCells, offset: number, width: 1 | 2 | 4 | 8): bigint | undefined {
  let value = 0n;
  for (let i = width - 1; i >= 0; i--) {
    if (cells.states[offset + i] !== CELL_VALID) return undefined;
    value = (value << 8n) | BigInt(cells.values[offset + i] ?? 0);
  }
  return value;
}

function stateOf(kind: Exclude<MemoryRange['kind'], 'valid'>): number {
  switch (kind) {
    case 'unreadable':
      return CELL_UNREADABLE;
    case 'unmapped':
      return CELL_UNMAPPED;
    case 'not-present':
      return CELL_NOT_PRESENT;
  }
}
