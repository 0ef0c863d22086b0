import { describe, expect, it } from 'vitest';
import { formatAddress, toAddress } from '../../../address/address.ts';
import { isUnmappedKind } from '../../../model/region.ts';
import type { RegionTable } from '../../../model/region-table.ts';
import type { Mark } from '../../../model/mark.ts';
import { DrawLog, type DrawOp } from '../../testing/draw-log.ts';
import { ITEM_CROWD, ITEM_GROUP, ITEM_ROW } from '../../level-of-detail/draw-list.ts';
import { crowdedMap, mapOf, recordedMap } from '../../map-layout/testing/fixture-map.ts';
import { showing, zoomed } from '../map-camera.ts';
import { sceneOf, TEST_COLOURS, type SceneOptions } from '../testing/test-scene.ts';
import { markColour } from './paint-gutter.ts';
import { paintHover } from './paint-hover.ts';
import { paintMap } from './paint-map.ts';

function draw(table: RegionTable, options: SceneOptions = {}): { readonly log: DrawLog; readonly scene: ReturnType<typeof sceneOf> } {
  const scene = sceneOf(table, options);
  const log = new DrawLog();
  paintMap(log, scene);
  return { log, scene };
}

const mark = (kind: Mark['kind'], address: bigint, label: string): Mark => ({ kind, address: toAddress(address), label, words: label, tid: undefined });

/** Boxes of texts as the log measures them, without those drawn along a bracket (they are rotated). */
function textBoxes(log: DrawLog): { readonly text: string; readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }[] {
  let depth = 0;
  const boxes = [];
  for (const entry of log.ops) {
    if (entry.op === 'save') depth++;
    if (entry.op === 'restore') depth--;
    if (entry.op !== 'fillText' || depth > 0) continue;
    const [text = '', x = 0, y = 0] = entry.args;
    // The log knows no alignment of past calls: only left-aligned texts, which gutter and flags are, are asked for by their column.
    boxes.push({ text: String(text), left: Number(x), right: Number(x) + String(text).length * 5, top: Number(y) - 8, bottom: Number(y) + 2 });
  }
  return boxes;
}

describe('the whole space', () => {
  it('shows every region of a small C program as a block with its name, size and lowest address', () => {
    const table = recordedMap('c-program');
    const { log, scene } = draw(table);
    expect(scene.list.type.subarray(0, scene.list.length).includes(ITEM_CROWD)).toBe(false);
    const rows = Array.from({ length: scene.list.length }, (_, i) => i).filter((i) => scene.list.type[i] === ITEM_ROW).map((i) => scene.list.first[i]);
    for (let row = 0; row < table.length; row++) if (!isUnmappedKind(table.kindAt(row))) expect(rows).toContain(row);
    for (const text of ['[stack]', '[heap]', 'Kernel half', 'Non-canonical', 'null guard', '132 KiB', 'unmapped 40 KiB']) expect(log.texts).toContain(text);
    expect(log.texts.some((text) => /^unmapped .* TiB, compressed$/.test(text))).toBe(true);
    expect(log.texts).toContain('libc.so.6');
    expect(log.texts).toContain(formatAddress(table.startAt(table.indexAt(toAddress(0x564b_4cee_4000n)))));
  });

  it('keeps stack, heap and program readable in a Chromium renderer, and counts the rest', () => {
    const table = recordedMap('chromium-renderer');
    const { log, scene } = draw(table);
    for (const text of ['[stack]', 'Kernel half']) expect(log.texts).toContain(text);
    const seen = new Set<number>();
    for (let i = 0; i < scene.list.length; i++) for (let row = scene.list.first[i] ?? 0; row <= (scene.list.last[i] ?? 0); row++) seen.add(row);
    const counted = log.texts.flatMap((text) => /^\+ ([\d\u2009]+) regions?/.exec(text)?.[1]?.replaceAll('\u2009', '') ?? []).map(Number);
    expect(counted.length).toBeGreaterThan(3);
    const readable = Array.from({ length: table.length }, (_, row) => row).filter((row) => seen.has(row) && !isUnmappedKind(table.kindAt(row))).length;
    expect(readable).toBeGreaterThan(700);
  });

  it('issues draws by pixels, not by mappings', () => {
    const counts = [1000, 10_000, 65_000].map((mappings) => draw(crowdedMap(mappings)).log.ops.length);
    for (const count of counts) expect(count).toBeLessThan(6000);
    expect((counts[2] ?? 0) / (counts[1] ?? 1)).toBeLessThan(1.5);
  });

  it('lets no two texts of the gutter meet, nor run out of the panel', () => {
    const table = recordedMap('c-program');
    const stack = table.rowAt(table.indexAt(toAddress(0x7ffe_5a08_0000n)));
    const marks = [mark('sp', stack.end - 0x400n, 'rsp'), mark('fp', stack.end - 0x3f0n, 'rbp'), mark('pc', 0x564b_0f10_f27fn, 'rip'), mark('breakpoint', 0x564b_0f10_f24fn, '1'), mark('brk', 0x564b_4cf0_5000n, 'brk')];
    for (const zoom of [1, 3, 40]) {
      const home = sceneOf(table);
      const camera = zoomed(home.axis, home.camera, 700, zoom, 890);
      const { log, scene } = draw(table, { marks, cursor: 0x564b_0f11_2060n, camera });
      const gutter = textBoxes(log).filter((box) => box.left >= scene.geometry.gutterX - 1 && box.text.startsWith('0x'));
      for (const [i, a] of gutter.entries()) {
        expect(a.right).toBeLessThanOrEqual(380);
        for (const b of gutter.slice(i + 1)) expect(a.bottom <= b.top + 1 || b.bottom <= a.top + 1 || a.right <= b.left || b.right <= a.left, `${a.text} meets ${b.text}`).toBe(true);
      }
    }
  });
});

describe('closer looks', () => {
  it('draws a library too low to open as one block with the number of its mappings', () => {
    const table = recordedMap('node');
    const { scene, log } = draw(table, { heightPx: 1400 });
    const groups = Array.from({ length: scene.list.length }, (_, i) => i).filter((i) => scene.list.type[i] === ITEM_GROUP);
    expect(groups.length).toBeGreaterThan(0);
    expect(log.texts.some((text) => text.endsWith(' maps'))).toBe(true);
  });

  it('shows sections inside a region that is high enough, and round addresses beside it', () => {
    const table = recordedMap('c-program');
    const text = table.rowAt(table.indexAt(toAddress(0x564b_0f10_f27fn)));
    const half = toAddress(text.start + 0x800n);
    const home = sceneOf(table);
    const camera = showing(home.axis, text, 890);
    const { log } = draw(table, { camera, insides: { spans: () => [{ start: text.start, end: half, label: '.init' }, { start: half, end: text.end, label: '.text' }] } });
    expect(log.texts).toEqual(expect.arrayContaining(['.init', '.text', formatAddress(half)]));
  });

  it('says what part of the stack is in use, and draws rsp at its place', () => {
    const table = mapOf('7ffe00000000-7ffe00021000 stack');
    const sp = 0x7ffe_0001_0800n;
    const { log, scene } = draw(table, { marks: [mark('sp', sp, 'rsp')] });
    expect(log.texts).toContain('in use 66 KiB');
    expect(log.texts).toContain('rsp');
    const row = table.indexAt(toAddress(sp));
    const middle = (scene.placed.edgeY(row) + scene.placed.edgeY(row + 1)) / 2;
    expect(scene.marks[0]?.y).toBeCloseTo(middle, 0);
  });

  it('draws each kind of mark at its place with a flag of its own colour: stack, text, heap, breakpoint, fault, limit, cursor', () => {
    const table = mapOf('400000-401000 text program:/a', '555500000000-555500021000 heap', '7ffe00000000-7ffe00021000 stack');
    const marks = [
      mark('sp', 0x7ffe_0001_0800n, 'rsp'), mark('fp', 0x7ffe_0001_4000n, 'rbp'), mark('pc', 0x40_0800n, 'rip'), mark('brk', 0x5555_0002_1000n, 'brk'), mark('breakpoint', 0x40_0200n, '1'),
      mark('fault', 0x1000_0000_0000n, 'SIGSEGV'), mark('stack-limit', 0x7ffd_ff82_1000n, 'stack limit'),
    ];
    const { log, scene } = draw(table, { marks, cursor: 0x5555_0000_0800n });
    for (const label of ['rsp', 'rbp', 'rip', 'brk', '1', 'SIGSEGV', 'limit', 'cur']) expect(log.texts).toContain(label);
    for (const one of scene.marks) {
      expect(one.y).toBeCloseTo(scene.yOf(one.address), 6);
      const colour = markColour(scene, one);
      expect(log.ops.some(({ op, ink, args }) => (op === 'stroke' || op === 'arc' || op === 'fill' || args.length === 0) && ink === colour), `${one.kind} in ${colour}`).toBe(true);
    }
    expect(new Set(scene.marks.filter(({ kind }) => ['sp', 'pc', 'brk', 'fault', 'stack-limit', 'cursor'].includes(kind)).map((one) => markColour(scene, one))).size).toBe(6);
    // Growth: the heap's arrow points up, the room of the stack is not there without a limit.
    expect(log.ops.some(({ op, ink }) => op === 'stroke' && ink === TEST_COLOURS.kind.heap)).toBe(true);
  });

  it('says how far the stack may grow, with an arrow, where the limit is known', () => {
    const { log } = draw(mapOf('7ffd00000000-7ffd00800000 stack-room', '7ffd00800000-7ffd00821000 stack'));
    expect(log.texts).toContain('room to grow 8 MiB');
    expect(log.count('setLineDash')).toBeGreaterThan(0);
    expect(log.ops.some(({ op, ink }) => op === 'stroke' && ink === TEST_COLOURS.kind.stack)).toBe(true);
  });

  it('shows a selection with its size', () => {
    const table = mapOf('7f0000000000-7f0000100000 anon');
    const selection = { start: toAddress(0x7f00_0000_4000n), end: toAddress(0x7f00_0000_9000n) };
    const scene = { ...sceneOf(table), selection };
    const log = new DrawLog();
    paintMap(log, scene);
    expect(log.texts).toContain('20 KiB');
    expect(log.ops.some(({ op, args }) => op === 'strokeRect' && Math.abs(Number(args[1]) - scene.yOf(selection.end)) < 0.01)).toBe(true);
  });

  it('is linear in true scale, finds what is thinner than a pixel and counts it', () => {
    const table = recordedMap('c-program');
    const { log } = draw(table, { scale: 'true' });
    expect(log.texts.some((text) => text.endsWith('compressed'))).toBe(false);
    expect(log.texts.some((text) => /^\+ \d+ regions/.test(text))).toBe(true);
    const bars = log.ops.filter((entry) => entry.op === 'fillRect' && entry.args[0] === 46 && Number(entry.args[3]) === 2);
    expect(bars.length).toBeGreaterThanOrEqual(2);
  });
});

describe('colours, changes, hover', () => {
  it('keeps hidden classes as shadows', () => {
    const table = mapOf('555500000000-555500021000 heap', '7f0000000000-7f0000021000 anon');
    const alphas = (hidden: ReadonlySet<string>): Set<number> => new Set(draw(table, { hidden }).log.ops.filter((entry) => entry.args[0] === '[heap]' || entry.args[0] === 'heap').map((entry) => entry.alpha));
    expect([...alphas(new Set())]).toEqual([1]);
    expect([...alphas(new Set(['heap']))]).toEqual([0.18]);
  });

  it('colours writable and executable memory apart when colouring by permissions', () => {
    const table = mapOf('400000-401000 jit', '7f0000000000-7f0000021000 anon');
    const inks = draw(table, { colouring: 'permissions' }).log.ops.filter((entry: DrawOp) => entry.op === 'fillRect').map((entry) => entry.ink);
    expect(inks).toContain(TEST_COLOURS.kind.wx);
    expect(inks).toContain(TEST_COLOURS.kind.data);
    expect(inks).not.toContain(TEST_COLOURS.kind.anon);
  });

  it('marks what changed, also where nothing is mapped any more', () => {
    const table = mapOf('555500000000-555500021000 heap');
    const change = { kind: 'removed' as const, start: toAddress(0x7f00_0000_0000n), end: toAddress(0x7f00_0001_0000n), words: 'unmapped 64 KiB' };
    const marksOf = (changes: readonly (typeof change)[]): number => draw(table, { changes }).log.ops.filter((entry) => entry.ink === TEST_COLOURS.chg).length;
    expect(marksOf([])).toBe(0);
    expect(marksOf([change])).toBe(1);
  });

  it('repaints a frame for a hover, not the map', () => {
    const scene = sceneOf(recordedMap('chromium-renderer'));
    const log = new DrawLog();
    paintHover(log, scene, 40);
    expect(log.ops).toHaveLength(1);
  });

  it('gives up the gutter in a narrow panel', () => {
    const { log, scene } = draw(recordedMap('c-program'), { widthPx: 260 });
    expect(scene.geometry.withGutter).toBe(false);
    expect(log.texts.some((text) => text.startsWith('0x'))).toBe(false);
    expect(log.texts).toContain('[heap]');
  });
});
