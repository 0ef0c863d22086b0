import { beforeEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { Region } from '../../../shared/model/region.ts';
import { RegionTableBuilder } from '../../../shared/model/region-table-builder.ts';
import type { CachedPage, MemoryCache } from '../../state/memory-cache.ts';
import { HexModel } from './hex-model.ts';
import type { NamesCache } from './names-cache.ts';

const BASE = 0x5000;
const PAGES = 64;

const region = (start: bigint, end: bigint, kind: Region['kind']): Region => ({
  start: start as Address, end: end as Address, kind, perms: kind === 'gap' ? '' : 'rw-p', offset: 0n, dev: kind === 'gap' ? '' : '00:00', inode: 0n, path: '', module: undefined,
  part: '', label: kind, tid: undefined,
});

/** Two mapped stretches with a gap of 2^40 bytes between them. */
function map(): ReturnType<RegionTableBuilder['build']> {
  const builder = new RegionTableBuilder();
  const start = BigInt(BASE) << 12n;
  const end = start + BigInt(PAGES) * 4096n;
  builder.add(region(0n, start, 'gap'));
  builder.add(region(start, end, 'data'));
  builder.add(region(end, end + (1n << 40n), 'gap'));
  builder.add(region(end + (1n << 40n), end + (1n << 40n) + 8192n, 'stack'));
  builder.add(region(end + (1n << 40n) + 8192n, 1n << 64n, 'gap'));
  return builder.build();
}

describe('HexModel', () => {
  const pages = new Map<number, CachedPage>();
  let model: HexModel;

  beforeEach(() => {
    pages.clear();
    const memory: MemoryCache = {
      pageAt: (page) => pages.get(page), baselines: [], comparedWith: undefined, compareWith: () => {}, previousPageAt: () => undefined, want: () => {}, touch: async () => {}, byteAt: () => undefined, setSession: () => {},
      setGeneration: () => {}, onChange: () => () => {},
    };
    const names: Pick<NamesCache, 'namesOf' | 'revision'> = { namesOf: () => ({ sections: [], symbols: [], types: [], variables: [], problems: [] }), revision: 0 };
    model = new HexModel(memory, names);
    model.regions = map();
    model.viewportPx = 600;
  });

  const load = (page: number, fill: number): void => {
    const start = pageStart(page as PageNumber);
    pages.set(page, { page: page as PageNumber, generation: 1, patched: [], ranges: [{ kind: 'valid', start, bytes: new Uint8Array(4096).fill(fill) }] });
  };
  const topOf = (address: Address): number | undefined =>
    model.visibleItems().find(({ item }) => item.kind === 'row' && item.start <= address && address < item.start + BigInt(item.byteCount))?.topPx;

  it('keeps a revealed address where it is while its page and the pages around it arrive', () => {
    const address = (pageStart((BASE + 20) as PageNumber) + 0x7a0n) as Address;
    model.reveal(address);
    load(BASE + 20, 1);
    expect(topOf(address)).toBe(200);
    for (let page = BASE; page < BASE + PAGES; page++) load(page, 2);
    expect(topOf(address)).toBe(200);
  });

  it('keeps the top row in place when pages above it arrive after a scroll', () => {
    load(BASE + 20, 1);
    model.scrollToPage((BASE + 20) as PageNumber, 0.5);
    model.scrollByPx(-7);
    const [top] = model.visibleItems();
    for (let page = BASE; page < BASE + 20; page++) load(page, 2);
    const [after] = model.visibleItems();
    expect(after?.item).toEqual(top?.item);
    expect(after?.topPx).toBe(top?.topPx);
  });

  it('scrolls on from the end of a stretch over the gap to the next mapping', () => {
    for (let page = BASE; page < BASE + PAGES; page++) load(page, 1);
    model.scrollToPage((BASE + PAGES - 1) as PageNumber, 0.99);
    const kinds = model.visibleItems().map(({ item }) => (item.kind === 'page-note' ? item.state.kind : item.kind));
    expect(kinds).toContain('unmapped');
    expect(kinds.at(-1)).toBe('state-row');
    const pagesShown = model.visibleItems().map(({ unit }) => unit.page);
    expect(Math.max(...pagesShown)).toBeGreaterThan(BASE + PAGES + 2 ** 27);
  });

  it('spans the scrollbar over one stretch of mappings', () => {
    expect(model.stretchAt((BASE + 3) as PageNumber)).toEqual({ first: BASE, end: BASE + PAGES });
  });
});
