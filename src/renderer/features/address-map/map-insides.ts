import type { PageNumber } from '../../../shared/address/page.ts';
import type { InnerSpan, MapInsides, PageBytes, PageStates, SymbolColumns } from '../../../shared/drawing/map/insides.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Section } from '../../../shared/model/symbol.ts';
import { changedCells, pageCells } from '../../kernels/hex-cells.ts';
import type { AppState } from '../../state/app-state.ts';
import type { CachedPage } from '../../state/memory-cache.ts';
import { frameSpans, sectionSpans } from './inner-spans.ts';
import { LivePages } from './live-pages.ts';
import { LiveSymbols } from './live-symbols.ts';

/** Regions whose sections are remembered. */
const KEPT = 200;
const NONE: readonly InnerSpan[] = [];

/** What lies inside regions, from the services: asked for when a block is high enough to show it. */
export class LiveInsides implements MapInsides {
  readonly #app: AppState;
  readonly #arrived: () => void;
  readonly #sections = new Map<string, readonly InnerSpan[]>();
  readonly #symbols: LiveSymbols;
  readonly #pages: LivePages;
  readonly #cells = new WeakMap<CachedPage, { readonly before: CachedPage | undefined; readonly bytes: PageBytes }>();
  #sessionId: string | undefined;
  /** The last picture holds bytes: when the memory cache changes it must be drawn anew. */
  showsBytes = false;

  /** `arrived` is called when an answer changes the picture. */
  constructor(app: AppState, arrived: () => void) {
    this.#app = app;
    this.#arrived = arrived;
    this.#symbols = new LiveSymbols(app.clients, arrived);
    this.#pages = new LivePages(app.clients, arrived);
  }

  /** Before each picture: whose insides, and of when. */
  beginFrame(): void {
    this.showsBytes = false;
    const { session } = this.#app.session.getState();
    if (session?.sessionId !== this.#sessionId) {
      this.#sections.clear();
      this.#sessionId = session?.sessionId;
    }
    this.#symbols.setSession(session?.sessionId);
    this.#pages.follow(session?.sessionId, session?.generation ?? 0, session?.phase === 'observing' || session?.phase === 'running');
  }

  /** Mappings changed: names may lie elsewhere. */
  mapChanged(): void {
    this.#symbols.forget();
  }

  spans(region: Region): readonly InnerSpan[] {
    if (region.kind === 'stack' || region.kind === 'thread-stack') return frameSpans(this.#app.session.getState().frames, region);
    if (!region.module || this.#sessionId === undefined) return NONE;
    const key = `${region.start}-${region.end} ${region.module.path}`;
    const known = this.#sections.get(key);
    if (known) return known;
    // Remembered as empty at once: one request a region, and a refusal is not asked again.
    if (this.#sections.size >= KEPT) this.#sections.clear();
    this.#sections.set(key, NONE);
    void this.#askSections(this.#sessionId, key, region);
    return NONE;
  }

  symbols(region: Region, start: bigint, end: bigint): SymbolColumns | undefined {
    return region.module ? this.#symbols.of(start, end) : undefined;
  }

  pages(page: number): PageStates | undefined {
    return this.#pages.of(page);
  }

  bytes(page: number): PageBytes | undefined {
    this.showsBytes = true;
    const { memory } = this.#app;
    const entry = memory.pageAt(page as PageNumber);
    if (!entry) return undefined;
    const before = memory.previousPageAt(page as PageNumber);
    const known = this.#cells.get(entry);
    if (known && known.before === before) return known.bytes;
    const cells = pageCells(entry.page, entry.ranges);
    const bytes: PageBytes = {
      ...cells,
      changed: changedCells(cells, before && pageCells(entry.page, before.ranges)),
      stale: entry.generation < (this.#app.session.getState().session?.generation ?? 0),
      missing: missingWords(entry),
    };
    this.#cells.set(entry, { before, bytes });
    return bytes;
  }

  async #askSections(sessionId: string, key: string, region: Region): Promise<void> {
    let sections: readonly Section[];
    try {
      sections = await this.#app.clients.map.sections({ sessionId, start: region.start, end: region.end });
    } catch {
      // Sections are a finer look only: the region stays whole, and what is wrong with the file or the session is told where it is asked for by name.
      return;
    }
    if (this.#sessionId !== sessionId) return;
    this.#sections.set(key, sectionSpans(sections, region));
    this.#arrived();
  }
}

/** Why bytes of a page are not there. */
function missingWords(page: CachedPage): string {
  for (const range of page.ranges) {
    if (range.kind === 'not-present') return { untouched: 'never touched', 'not-resident-file': 'not in memory, only in its file', swapped: 'swapped out', guard: 'guard region' }[range.why];
    if (range.kind === 'unreadable') return `the kernel refuses, ${range.reason}`;
  }
  return '';
}
