import { describe, expect, it } from 'vitest';
import { toAddress } from '../../../shared/address/address.ts';
import { mapOf } from '../../../shared/drawing/map-layout/testing/fixture-map.ts';
import { colourBy } from '../../../shared/drawing/map/colouring.ts';
import { NO_FACTS } from '../../../shared/drawing/map/colour-classes.ts';
import type { MapSnapshot } from '../../../shared/rpc/contracts/map.ts';
import { ChangeLog } from './change-log.ts';

const table = mapOf('100000-101000 anon', '200000-204000 anon', '300000-301000 jit');
const snapshot = (generation: number, start?: bigint, end?: bigint): MapSnapshot => ({
  generation, regions: table.columns, marks: [], stale: false, totals: { mappings: 3, virtualBytes: 0n, residentBytes: undefined },
  changes: start === undefined || end === undefined ? [] : [{ kind: 'grown', start: toAddress(start), end: toAddress(end), words: 'grew' }],
});

describe('ChangeLog', () => {
  it('takes each generation once, and nothing of the first, which has none before it', () => {
    const log = new ChangeLog();
    log.take(snapshot(1, 0x100000n, 0x101000n), 5);
    expect(log.changes).toHaveLength(0);
    log.take(snapshot(2, 0x203000n, 0x204000n), 10);
    log.take(snapshot(2, 0x203000n, 0x204000n), 20);
    expect(log.changes.map(({ generation, atMs }) => [generation, atMs])).toEqual([[2, 10]]);
  });

  it('dates the rows that changed, and colours them by age', () => {
    const log = new ChangeLog();
    log.take(snapshot(1), 0);
    expect(log.changedAtMs(table)).toBeUndefined();
    log.take(snapshot(2, 0x203000n, 0x204000n), 1000);
    log.take(snapshot(3, 0x300000n, 0x301000n), 100_000);
    const changedAtMs = log.changedAtMs(table);
    const { classOfRow, classes } = colourBy('age', table, { ...NO_FACTS, changedAtMs, nowMs: 105_000 });
    const tagAt = (address: bigint): string | undefined => classes[classOfRow[table.indexAt(toAddress(address))] ?? -1]?.tag;
    expect([tagAt(0x100000n), tagAt(0x200000n), tagAt(0x300000n)]).toEqual(['–', '10m', '10s']);
  });
});

describe('colouring by residency', () => {
  it('sorts by the share of present pages, and tells it in each block', () => {
    const at = (address: bigint): number => table.indexAt(toAddress(address));
    const mappedPages = new Float64Array(table.length);
    const presentPages = new Float64Array(table.length);
    for (const [address, mapped, present] of [[0x100000n, 1, 1], [0x200000n, 4, 1], [0x300000n, 1, 0]] as const) {
      mappedPages[at(address)] = mapped;
      presentPages[at(address)] = present;
    }
    const { classOfRow, classes, tagOf } = colourBy('residency', table, { ...NO_FACTS, residency: { mappedPages, presentPages, known: new Uint8Array(table.length).fill(1) } });
    const classAt = (address: bigint): string | undefined => classes[classOfRow[at(address)] ?? -1]?.tag;
    expect([classAt(0x100000n), classAt(0x200000n), classAt(0x300000n)]).toEqual(['100', '25+', '0']);
    expect([tagOf?.(at(0x100000n)), tagOf?.(at(0x200000n)), tagOf?.(at(0x300000n))]).toEqual(['100', '25%', '0%']);
    expect(colourBy('residency', table).tagOf?.(at(0x100000n))).toBe('?');
  });
});
