import { describe, expect, it } from 'vitest';
import type { Address } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { DrawLog } from '../../../shared/drawing/testing/draw-log.ts';
import type { MemoryRange } from '../../../shared/model/memory-range.ts';
import type { Region } from '../../../shared/model/region.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import { CELL_PX, cellX, hexColumns, textCellX } from '../../kernels/hex-columns.ts';
import { VALUE_SHAPE, type ValueKind } from '../../kernels/hex-values.ts';
import type { MemoryCache } from '../../state/memory-cache.ts';
import { HexModel } from './hex-model.ts';
import { paintHex } from './hex-paint.ts';
import type { HexPalette } from './hex-palette.ts';
import type { HexScene } from './hex-scene.ts';
import { NO_NAMES } from './names-cache.ts';

const PAGE = 0x5000 as PageNumber;
const START = pageStart(PAGE);
const at = (offset: number): Address => (START + BigInt(offset)) as Address;
const region = (start: bigint, end: bigint, kind: Region['kind']): Region => ({
  start: start as Address, end: end as Address, kind, perms: kind === 'gap' ? '' : 'rw-p', offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', label: kind, tid: undefined,
});
const palette: HexPalette = {
  panel: 'panel', raised: 'raised', line: 'line', line2: 'line2', fg: 'fg', fg2: 'fg2', fg3: 'fg3', accent: 'accent', accentWash: 'accentWash', onAccent: 'onAccent', bad: 'bad', warn: 'warn',
  changed: 'changed', changedWash: 'changedWash', disk: 'disk', tint: { int: 'int', ptr: 'ptr', chr: 'chr', rec: 'rec', flt: 'flt' }, kind: (name) => name,
};

/** One page of memory painted in a view of 16 bytes a row. */
function painted(ranges: readonly MemoryRange[], options: Partial<Pick<HexScene, 'textMode' | 'valueKind' | 'bigEndian' | 'cursor' | 'patched' | 'stale'>> = {}) {
  const cached = { page: PAGE, generation: 1, patched: [], ranges };
  const memory: MemoryCache = {
    pageAt: (page) => (page === PAGE ? cached : undefined), baselines: [], comparedWith: undefined, compareWith: () => {}, previousPageAt: () => undefined,
    want: () => {}, touch: async () => {}, byteAt: () => undefined, setSession: () => {}, setGeneration: () => {}, onChange: () => () => {},
  };
  const builder = new RegionTableBuilder();
  for (const one of [region(0n, START, 'gap'), region(START, START + 4096n, 'data'), region(START + 4096n, 1n << 64n, 'gap')]) builder.add(one);
  const model = new HexModel(memory, { namesOf: () => NO_NAMES, revision: 0 });
  model.regions = builder.build();
  model.viewportPx = 400;
  model.scrollToPage(PAGE);
  const valueKind: ValueKind = options.valueKind ?? 'none';
  const columns = hexColumns(1400, 16, 1, VALUE_SHAPE[valueKind]);
  const log = new DrawLog();
  const items = model.visibleItems().filter(({ unit }) => unit.page === PAGE);
  paintHex(log, {
    items, columns, palette, regions: model.regions, cursor: undefined, selection: undefined, focused: true, patched: new Set(), found: [], stale: false, bigEndian: false, textMode: 'ascii',
    edit: undefined, fault: undefined, noteHits: [], kindColour: (kind) => kind, ...options, valueKind,
  }, 1400, 400);
  const rowTop = items.find(({ item }) => item.kind === 'row' || item.kind === 'state-row')?.topPx ?? Number.NaN;
  const texts = log.ops.filter(({ op, args }) => op === 'fillText' && args[2] === rowTop + 9).map(({ args, ink, font }) => ({ text: String(args[0]), x: Number(args[1]), ink, font }));
  /** What stands in the cell of a column of the first row: a run of cells is one text. */
  const cell = (column: number): string => {
    const x = cellX(columns, column) + 4;
    const run = texts.findLast((one) => one.x <= x + 0.6 && x < one.x + one.text.split(' ').length * CELL_PX && one.x >= columns.hexX && one.x < columns.textX);
    return run?.text.split(' ')[Math.round((x - run.x) / CELL_PX)] ?? '';
  };
  const text = texts.filter(({ x }) => x >= columns.textX && x < columns.textX + 16 * 7.2);
  const values = texts.filter(({ x }) => columns.valueBytes > 0 && x >= columns.valuesX && x < columns.notesX).map((one) => one.text);
  return { log, cell, cells: Array.from({ length: 16 }, (_, i) => cell(i)), texts, text, values, columns };
}

const page = (first: readonly number[]): MemoryRange[] => {
  const bytes = new Uint8Array(4096).fill(0x41);
  bytes.set(first);
  return [{ kind: 'valid', start: START, bytes }];
};

describe('the bytes of a row', () => {
  it('stand each in its own cell, in few strokes', () => {
    const first = Array.from({ length: 16 }, (_, i) => i * 17);
    const { cells, texts, columns } = painted(page(first));
    expect(cells).toEqual(first.map((byte) => byte.toString(16).padStart(2, '0')));
    const strokes = texts.filter(({ x }) => x >= columns.hexX && x < columns.textX);
    // A zero is faint: it and the two groups of eight.
    expect(strokes).toHaveLength(3);
    for (const { x, text } of strokes) expect(text.split(' ').length * CELL_PX + x).toBeLessThanOrEqual(columns.textX);
  });

  it('that were not read have no digits, and each state looks its own way', () => {
    const ranges: MemoryRange[] = [
      { kind: 'valid', start: START, bytes: Uint8Array.of(0x2a, 0x2b, 0x2c, 0x2d) },
      { kind: 'unreadable', start: at(4), lengthBytes: 4n, reason: 'EIO', detail: '' },
      { kind: 'not-present', start: at(8), lengthBytes: 4n, why: 'untouched' },
      { kind: 'unmapped', start: at(12), lengthBytes: 4084n },
    ];
    const { cells, log } = painted(ranges);
    expect(cells).toEqual(['2a', '2b', '2c', '2d', '!!', '!!', '!!', '!!', '··', '··', '··', '··', '', '', '', '']);
    expect(log.count('clip')).toBeGreaterThanOrEqual(8);
  });

  it('of a page nobody touched are zeros in another style', () => {
    const { texts } = painted([{ kind: 'not-present', start: START, lengthBytes: 4096n, why: 'untouched' }]);
    const zeros = texts.filter(({ text }) => text.includes('00') && !text.startsWith('0x'));
    expect(zeros.map(({ text }) => text)).toEqual(['00 00 00 00 00 00 00 00', '00 00 00 00 00 00 00 00']);
    expect(zeros.every(({ font, ink }) => font.includes('italic') && ink === 'fg3')).toBe(true);
  });

  it('under a breakpoint have a mark, the cursor its own colour, old ones slanted digits', () => {
    const plain = painted(page([0x55, 0x56]));
    const marked = painted(page([0x55, 0x56]), { patched: new Set([at(0)]), cursor: at(1) });
    expect(marked.log.ops.filter(({ op, ink }) => op === 'arc' || (op === 'fill' && ink === 'bad')).length).toBeGreaterThan(plain.log.ops.filter(({ op }) => op === 'arc').length);
    expect(marked.texts.find(({ text }) => text === '56')?.ink).toBe('onAccent');
    expect(painted(page([0x55]), { stale: true }).texts.some(({ font, text }) => font.startsWith('italic') && text.startsWith('55'))).toBe(true);
  });
});

describe('the text column', () => {
  const bytes = [...new TextEncoder().encode('né→🦀'), 0, 0xff, 0xc3, 0x41];

  it('shows ASCII byte by byte, all else as dots', () => {
    expect(painted(page(bytes)).text.map(({ text }) => text).join('').slice(0, 14)).toBe('n............A');
  });

  it('shows a UTF-8 character at its first byte, and bytes that are none as dots', () => {
    const { text, columns } = painted(page(bytes), { textMode: 'utf8' });
    const placed = new Map(text.map((one) => [Math.round((one.x - textCellX(columns, 0)) / 7.2), one.text]));
    expect([placed.get(0), placed.get(1), placed.get(3), placed.get(6)]).toEqual(['n', 'é', '→', '🦀']);
    // A NUL, a byte no character begins with, and one whose second byte does not fit.
    expect([placed.get(10), placed.get(11)]).toEqual(['.', '..AAA']);
  });
});

describe('the values column', () => {
  const view = new DataView(new ArrayBuffer(16));
  const valuesOf = (kind: ValueKind, fill: (data: DataView) => void, bigEndian = false): string[] => {
    new Uint8Array(view.buffer).fill(0);
    fill(view);
    return painted(page([...new Uint8Array(view.buffer)]), { valueKind: kind, bigEndian }).values;
  };

  it('reads integers in both byte orders', () => {
    expect(valuesOf('i16', (data) => data.setInt16(0, -2, true))).toEqual(['-2', '0', '0', '0', '0', '0', '0', '0']);
    expect(valuesOf('u32', (data) => data.setUint32(4, 3_000_000_000, false), true)).toEqual(['0', '3000000000', '0', '0']);
    expect(valuesOf('i64', (data) => data.setBigInt64(8, -(1n << 63n), true))).toEqual(['0', '-9223372036854775808']);
  });

  it('reads floating point numbers, and pointers that lead somewhere', () => {
    expect(valuesOf('f32', (data) => data.setFloat32(0, 1.5, true))[0]).toBe('1.5');
    expect(valuesOf('f64', (data) => data.setFloat64(8, -0.25, true))[1]).toBe('-0.25');
    expect(valuesOf('pointer', (data) => data.setBigUint64(0, START + 0x10n, true))).toEqual(['0000_0500_0010', '0']);
    expect(valuesOf('pointer', (data) => data.setBigUint64(8, 0x1234_5678_9abcn, true))[1]).toBe('·');
  });

  it('leaves out a value of which a byte was not read', () => {
    const ranges: MemoryRange[] = [{ kind: 'valid', start: START, bytes: new Uint8Array(6).fill(1) }, { kind: 'unreadable', start: at(6), lengthBytes: 4090n, reason: 'EIO', detail: '' }];
    expect(painted(ranges, { valueKind: 'u32' }).values).toEqual(['16843009']);
  });
});
