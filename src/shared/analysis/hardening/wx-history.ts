import { pageStart, type PageNumber } from '../../address/page.ts';
import type { WritableExecutable } from '../../model/hardening.ts';
import { PERM_EXEC, PERM_MAPPED, PERM_WRITE, type RegionTable } from '../../model/region-table.ts';
import { appendSpan, intersectSpans, spansMeeting, uniteSpans, type Spans } from './spans.ts';

/**
 * Watches permissions from picture to picture: which memory is writable and executable, and which became executable after it could be written since watching began. What
 * happens between two pictures and is undone again is not seen; memory that was unmapped and mapped anew between two pictures counts as the same.
 */
export class WxHistory {
  readonly watchedSinceUnixMs: number;
  /** Pages that were writable in some picture and have been mapped ever since. */
  #writable: Spans = [];
  readonly #seen = new Map<string, WritableExecutable>();

  constructor(nowUnixMs: number) {
    this.watchedSinceUnixMs = nowUnixMs;
  }

  /** Takes a new picture in, and answers with what was not known before. */
  update(regions: RegionTable, nowUnixMs: number): WritableExecutable[] {
    const c = regions.columns;
    const fresh: WritableExecutable[] = [];
    const writable: number[] = [];
    const mapped: number[] = [];
    const current = new Set<string>();
    for (let row = 0; row < c.length; row++) {
      const perms = c.perms[row] ?? 0;
      if (!(perms & PERM_MAPPED)) continue;
      const start = c.startPage[row] ?? 0;
      const end = Math.ceil((c.endPage[row] ?? 0) + (c.endOffset[row] ?? 0) / 4096);
      appendSpan(mapped, start, end);
      if (perms & PERM_EXEC) {
        if (perms & PERM_WRITE) this.#note(regions, row, 'now', start, end, nowUnixMs, current, fresh);
        else {
          const before = spansMeeting(this.#writable, start, end);
          for (let i = 0; i < before.length; i += 2) this.#note(regions, row, 'made-executable', before[i] ?? 0, before[i + 1] ?? 0, nowUnixMs, current, fresh);
        }
      }
      if (perms & PERM_WRITE) appendSpan(writable, start, end);
    }
    this.#writable = uniteSpans(intersectSpans(this.#writable, mapped), writable);
    for (const [key, entry] of this.#seen) {
      if (current.has(key) || entry.how === 'was-both') continue;
      const perms = regions.regionAt(entry.start)?.perms ?? '';
      // A finding stays: that memory was ever both is what one wants to know.
      if (entry.how === 'now') this.#seen.set(key, { ...entry, how: 'was-both', perms, words: 'was writable and executable at once, and is no longer' });
      else this.#seen.set(key, { ...entry, perms });
    }
    return fresh;
  }

  found(): WritableExecutable[] {
    return [...this.#seen.values()].toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }

  #note(regions: RegionTable, row: number, how: 'now' | 'made-executable', start: number, end: number, nowUnixMs: number, current: Set<string>, fresh: WritableExecutable[]): void {
    const region = regions.rowAt(row);
    const key = `${how} ${start} ${end}`;
    current.add(key);
    const known = this.#seen.get(key);
    if (known?.how === how) return;
    const entry: WritableExecutable = {
      how,
      start: pageStart(start as PageNumber),
      end: pageStart(end as PageNumber),
      perms: region.perms,
      label: region.label,
      module: region.module,
      words: how === 'now' ? 'writable and executable at once: whatever can be written there can be run' : 'made executable after it could be written, as a just-in-time compiler does',
      sinceUnixMs: nowUnixMs,
      evidence: [{ source: 'maps', text: `${region.start.toString(16)}-${region.end.toString(16)} ${region.perms} ${region.path}`.trimEnd() }],
    };
    this.#seen.set(key, entry);
    fresh.push(entry);
  }
}
