import { toAddress, type Address } from '../../../shared/address/address.ts';
import { CellBuilder, isPresentCode, PageCounter, RunBuilder, type PageChunk } from '../../../shared/analysis/pages/page-builders.ts';
import { firstMappingAfter, type MappingColumns } from '../../../shared/model/mapping-columns.ts';
import { PAGE_STATE_CODE, PAGE_STATES, type PageCounts, type PageState } from '../../../shared/model/page-state.ts';
import { PERM_EXEC, PERM_WRITE, type RegionTable } from '../../../shared/model/region-table.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import type { PageCells, PageDetail, PageFilter, PageOverview, PageRuns, PagesPerCell } from '../../../shared/rpc/contracts/pages.ts';
import { smapsRowAt } from '../../procfs/smaps-columns.ts';
import type { PageSource } from '../../target/pages/page-source.ts';
import { walkPages, type WalkCost } from '../../target/pages/walk-pages.ts';

const SPACE_PAGES = 2 ** 52;

/** Questions about many pages. Each reads the page table once and keeps nothing. */
export class PageQueries {
  readonly #source: PageSource;
  readonly #signal: AbortSignal | undefined;

  constructor(source: PageSource, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  states(start: Address, end: Address, maxRuns: number, detail: PageDetail): Omit<PageRuns, 'generation'> {
    const builder = new RunBuilder(maxRuns);
    const cost = this.#walk(pageDown(start), pageUp(end), detail, (chunk) => builder.add(chunk));
    return { runs: builder.build(), next: builder.nextPage === undefined ? undefined : pageAddress(builder.nextPage), cost };
  }

  cells(start: Address, count: number, pagesPerCell: PagesPerCell, detail: PageDetail): Omit<PageCells, 'generation'> {
    const first = pageDown(start);
    const cells = Math.min(count, Math.ceil((SPACE_PAGES - first) / pagesPerCell));
    const builder = new CellBuilder(first, cells, pagesPerCell);
    const cost = this.#walk(first, first + cells * pagesPerCell, detail, (chunk) => {
      builder.add(chunk);
      return true;
    });
    const { stateSet, flags, mapped, present } = builder;
    return { start: pageAddress(first), pagesPerCell, count: cells, state: builder.states(), stateSet, flags, mapped, present, cost };
  }

  statistics(start: Address, end: Address, detail: PageDetail): { counts: PageCounts; cost: ReadCost } {
    const counter = new PageCounter();
    const cost = this.#walk(pageDown(start), pageUp(end), detail, (chunk) => {
      counter.add(chunk);
      return true;
    });
    return { counts: counter.build(), cost };
  }

  /** By region row. A page in which two regions meet counts for the one that holds its first byte. */
  overview(regions: RegionTable): Omit<PageOverview, 'generation'> {
    const c = regions.columns;
    const rows = c.length;
    const width = PAGE_STATES.length;
    const present = Uint8Array.from(PAGE_STATES, (_, code) => (isPresentCode(code) ? 1 : 0));
    const mappedPages = new Float64Array(rows);
    const presentPages = new Float64Array(rows);
    const byState = new Float64Array(rows * width);
    const walked = new Uint8Array(rows).fill(1);
    const total = new PageCounter();
    let row = 0;
    const endOf = (index: number): number => Math.ceil((c.endPage[index] ?? 0) + (c.endOffset[index] ?? 0) / 4096);
    const cost = this.#walk(0, SPACE_PAGES, 'pagemap', (chunk) => {
      total.add(chunk);
      for (let i = 0; i < chunk.count; ) {
        const page = chunk.firstPage + i;
        while (row < rows && endOf(row) <= page) row++;
        if (row >= rows) break;
        const end = Math.min(chunk.count, endOf(row) - chunk.firstPage);
        mappedPages[row] = (mappedPages[row] ?? 0) + end - i;
        if (chunk.uniform === undefined) {
          const { state, at } = chunk;
          let here = 0;
          // Neighbours are mostly alike: a run is added at once.
          for (let k = at + i; k < at + end; ) {
            const code = state[k] ?? 0;
            const from = k;
            while (k < at + end && state[k] === code) k++;
            byState[row * width + code] = (byState[row * width + code] ?? 0) + k - from;
            here += (present[code] ?? 0) * (k - from);
          }
          presentPages[row] = (presentPages[row] ?? 0) + here;
        } else {
          byState[row * width + chunk.uniform] = (byState[row * width + chunk.uniform] ?? 0) + end - i;
          presentPages[row] = (presentPages[row] ?? 0) + (present[chunk.uniform] ?? 0) * (end - i);
          walked[row] = 0;
        }
        i = end;
      }
      return true;
    });
    return { rows, mappedPages, presentPages, byState, walked, total: total.build(), cost };
  }

  /** The nearest page after, or before, `from` that the filter takes. */
  find(from: Address, direction: 'next' | 'previous', filter: PageFilter, start: Address | undefined, end: Address | undefined): { page: Address; state: PageState } | undefined {
    const low = start === undefined ? 0 : pageDown(start);
    const high = end === undefined ? SPACE_PAGES : pageUp(end);
    const takes = filterTest(filter);
    const at = pageDown(from);
    if (direction === 'next') {
      let found: { page: Address; state: PageState } | undefined;
      this.#walk(Math.max(low, at + 1), high, filter.flags ? 'frames' : 'pagemap', (chunk) => {
        if (!takes.mapping(chunk.perms)) return true;
        for (let i = 0; i < (chunk.uniform === undefined ? chunk.count : 1); i++) {
          if (!takes.page(...stateAt(chunk, i))) continue;
          found = { page: pageAddress(chunk.firstPage + i), state: PAGE_STATES[stateAt(chunk, i)[0]] ?? 'unknown' };
          return false;
        }
        return true;
      });
      return found;
    }
    return this.#findBack(low, Math.min(high, at), takes, filter.flags ? 'frames' : 'pagemap');
  }

  /** Mapping by mapping downwards: the last page that fits in each. */
  #findBack(low: number, high: number, takes: FilterTest, detail: PageDetail): { page: Address; state: PageState } | undefined {
    const mappings: MappingColumns = this.#source.mappings();
    for (let row = Math.min(firstMappingAfter(mappings, high), mappings.length - 1); row >= 0; row--) {
      const start = Math.max(low, mappings.startPage[row] ?? 0);
      const end = Math.min(high, mappings.endPage[row] ?? 0);
      if ((mappings.endPage[row] ?? 0) <= low) return undefined;
      if (start >= end || !takes.mapping(mappings.perms[row] ?? 0)) continue;
      let found: { page: Address; state: PageState } | undefined;
      this.#walk(start, end, detail, (chunk) => {
        const uniform = chunk.uniform !== undefined;
        for (let i = chunk.count - 1; i >= (uniform ? chunk.count - 1 : 0); i--) {
          if (!takes.page(...stateAt(chunk, i))) continue;
          found = { page: pageAddress(chunk.firstPage + i), state: PAGE_STATES[stateAt(chunk, i)[0]] ?? 'unknown' };
          break;
        }
        return true;
      });
      if (found) return found;
    }
    return undefined;
  }

  /** Mappings that mlock keeps in memory, by VmFlags: known to everyone, other than the flags of frames. */
  #lockedRows(mappings: MappingColumns): (row: number) => boolean {
    const { smaps } = this.#source.smaps(SMAPS_AGE_MS);
    return (row) => {
      const at = smapsRowAt(smaps, mappings.startPage[row] ?? -1);
      return at >= 0 && smaps.flagSets[smaps.flagSet[at] ?? 0]?.includes('lo') === true;
    };
  }

  #walk(first: number, end: number, detail: PageDetail, take: (chunk: PageChunk) => boolean): ReadCost {
    const begun = performance.now();
    const mappings = this.#source.mappings();
    const options = { detail, ...(this.#signal && { signal: this.#signal }), ...(detail === 'frames' && { locked: this.#lockedRows(mappings) }) };
    const cost: WalkCost = walkPages(this.#source, mappings, first, end, options, take);
    return { elapsedMs: performance.now() - begun, bytesRead: cost.bytesRead, source: 'pagemap' };
  }
}

/** smaps of this age tells locked mappings well enough. */
const SMAPS_AGE_MS = 2000;

interface FilterTest {
  mapping(perms: number): boolean;
  page(state: number, flags: number): boolean;
}

function filterTest(filter: PageFilter): FilterTest {
  const states = filter.states && new Set(filter.states.map((state) => PAGE_STATE_CODE[state]));
  const flags = filter.flags ?? 0;
  return {
    mapping: (perms) => (filter.writable === undefined || filter.writable === ((perms & PERM_WRITE) !== 0)) && (filter.executable === undefined || filter.executable === ((perms & PERM_EXEC) !== 0)),
    page: (state, bits) => (states === undefined || states.has(state)) && (bits & flags) === flags,
  };
}

function stateAt(chunk: PageChunk, i: number): [state: number, flags: number] {
  return chunk.uniform === undefined ? [chunk.state[chunk.at + i] ?? 0, chunk.flags[chunk.at + i] ?? 0] : [chunk.uniform, chunk.uniformFlags];
}

function pageDown(address: Address): number {
  return Number(address >> 12n);
}

function pageUp(address: Address): number {
  return Number((address + 0xfffn) >> 12n);
}

function pageAddress(page: number): Address {
  return toAddress(BigInt(page) << 12n);
}
