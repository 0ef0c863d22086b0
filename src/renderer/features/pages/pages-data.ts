import { SPACE_END, type Address } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { AccessPrediction } from '../../../shared/model/access.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { PageRunColumns } from '../../../shared/model/page-state.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import { joinRuns, pagePieces, type PageLimits, type PagePieces } from '../../kernels/page-grid/pieces.ts';
import { pageSpans, type PageSpans } from '../../kernels/page-grid/spans.ts';
import type { AppState } from '../../state/app-state.ts';
import { ADDRESSES_PER_QUESTION, RUNS_PER_ANSWER, type PageDetail } from './contract-values.ts';

/** Answers of `states` taken for one picture. With more the window would hold tens of megabytes of runs; a part of the process can be asked for instead. */
const MOST_ANSWERS = 4;
/** Predictions kept; one is asked for each row that shows. */
const MOST_PREDICTIONS = 20_000;

/** One look at the page table. */
export interface PagesPicture {
  readonly generation: number;
  readonly regions: RegionTable;
  readonly spans: PageSpans;
  readonly runs: PageRunColumns;
  readonly pieces: PagePieces;
  /** First address that was not looked at because there were too many runs; undefined when all is here. */
  readonly cutAt: Address | undefined;
  readonly cost: ReadCost;
}

/**
 * The page table as the view shows it: asked for when the view opens, at each new generation, and on the user's timer. The old picture stays until the new one is there.
 * Never reads a byte of the target.
 */
export class PagesData {
  readonly #app: AppState;
  readonly #listeners = new Set<() => void>();
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshMs = 0;
  #detail: PageDetail = 'pagemap';
  #limits: PageLimits | undefined;
  #generation: number | undefined;
  #sessionId: string | undefined;
  #predictions = new Map<number, { readonly look: number; readonly prediction: AccessPrediction }>();
  readonly #asked = new Map<number, number>();
  readonly #frames = new Map<number, number>();
  readonly #framesAsked = new Set<number>();
  #look = 0;
  /** Rises with every change: what React compares. */
  version = 0;
  picture: PagesPicture | undefined;
  failure: ErrorFacts | undefined;
  loading = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Begins to look, and to follow the session. Answers how to stop. */
  start(detail: PageDetail): () => void {
    this.#detail = detail;
    const unsubscribe = this.#app.session.subscribe((now, before) => {
      if (now.map !== before.map || now.session?.sessionId !== before.session?.sessionId) this.#sessionChanged();
    });
    this.#sessionChanged();
    return () => {
      unsubscribe();
      this.#abort.abort();
      clearTimeout(this.#timer);
      // Begun again, it must not think that it has seen this generation.
      this.#generation = undefined;
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** 0 never looks again by itself. */
  setRefresh(refreshMs: number): void {
    this.#refreshMs = refreshMs;
    this.#schedule();
  }

  setDetail(detail: PageDetail): void {
    if (detail === this.#detail) return;
    this.#detail = detail;
    this.refresh();
  }

  /** Looks at these pages only when the whole process is too much for one picture. */
  setLimits(limits: PageLimits | undefined): void {
    const same = limits?.firstPage === this.#limits?.firstPage && limits?.endPage === this.#limits?.endPage;
    this.#limits = limits;
    if (!same && this.picture !== undefined && (this.picture.cutAt !== undefined || this.#wasLimited)) this.refresh();
  }

  refresh(): void {
    clearTimeout(this.#timer);
    const { session, regions, map } = this.#app.session.getState();
    if (session === undefined || regions === undefined || map === undefined) return;
    this.#abort.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    this.#changed();
    this.#load(session.sessionId, abort.signal).then(
      () => this.#loaded(abort.signal, undefined),
      (error: unknown) => this.#loaded(abort.signal, errorFacts(error)),
    );
  }

  /** Frame number of a page that was asked for; -1 where the kernel hides it. */
  frameOf(page: number): number | undefined {
    return this.#frames.get(page);
  }

  /** Asks for the frames of single pages, those on screen: a run of equal pages tells the frame of its first page only. */
  wantFrames(pages: readonly number[]): void {
    const sessionId = this.#sessionId;
    if (sessionId === undefined) return;
    const look = this.#look;
    for (const page of pages) {
      if (this.#framesAsked.has(page)) continue;
      this.#framesAsked.add(page);
      this.#app.clients.pages.states({ sessionId, start: pageStart(page as PageNumber), end: pageStart((page + 1) as PageNumber), maxRuns: 1, detail: 'pagemap' }).then(
        ({ runs }) => {
          if (look !== this.#look) return;
          this.#frames.set(page, runs.firstFrame[0] ?? -1);
          this.#changed();
        },
        () => this.#framesAsked.delete(page),
      );
    }
  }

  /** What would happen at a page's first byte; asks for what is missing and answers with what is there. */
  predictions(pages: readonly number[]): ReadonlyMap<number, AccessPrediction> {
    const known = new Map<number, AccessPrediction>();
    for (const page of pages) {
      const found = this.#predictions.get(page);
      if (found !== undefined) known.set(page, found.prediction);
    }
    return known;
  }

  /** Asks for the predictions of these pages that are missing or older than the last look. */
  wantPredictions(pages: readonly number[]): void {
    const look = this.#look;
    const missing = pages.filter((page) => this.#predictions.get(page)?.look !== look && this.#asked.get(page) !== look).slice(0, ADDRESSES_PER_QUESTION);
    const sessionId = this.#sessionId;
    if (missing.length === 0 || sessionId === undefined) return;
    for (const page of missing) this.#asked.set(page, look);
    this.#app.clients.pages.access({ sessionId, addresses: missing.map((page) => pageStart(page as PageNumber)), smaps: false }).then(
      ({ predictions }) => {
        if (sessionId !== this.#sessionId) return;
        for (const [i, page] of missing.entries()) {
          const prediction = predictions[i];
          this.#predictions.delete(page);
          if (prediction !== undefined) this.#predictions.set(page, { look, prediction });
        }
        for (const page of this.#predictions.keys()) {
          if (this.#predictions.size <= MOST_PREDICTIONS) break;
          this.#predictions.delete(page);
        }
        this.#changed();
      },
      // The picture's own failure, if any, is told; a prediction that is missing shows as missing.
      () => {
        for (const page of missing) this.#asked.delete(page);
      },
    );
  }

  get #wasLimited(): boolean {
    return this.#lastRange !== undefined;
  }

  #lastRange: PageLimits | undefined;

  async #load(sessionId: string, signal: AbortSignal): Promise<void> {
    const whole = await this.#runsOf(sessionId, { start: 0n as Address, end: SPACE_END }, signal);
    let taken = whole;
    this.#lastRange = undefined;
    if (whole.cutAt !== undefined && this.#limits !== undefined) {
      const { firstPage, endPage } = this.#limits;
      taken = await this.#runsOf(sessionId, { start: pageStart(firstPage as PageNumber), end: pageStart(endPage as PageNumber) }, signal);
      this.#lastRange = this.#limits;
    }
    // Read after the answers: a new map may have come meanwhile, and the newer of two is nearer to the runs.
    const { regions } = this.#app.session.getState();
    if (signal.aborted || regions === undefined) return;
    const spans = this.picture?.regions === regions ? this.picture.spans : pageSpans(regions.columns);
    this.picture = { ...taken, regions, spans, pieces: pagePieces(taken.runs, spans) };
    this.#look++;
    this.#asked.clear();
    this.#frames.clear();
    this.#framesAsked.clear();
  }

  async #runsOf(sessionId: string, range: { readonly start: Address; readonly end: Address }, signal: AbortSignal) {
    const parts: PageRunColumns[] = [];
    let { start } = range;
    let elapsedMs = 0;
    let bytesRead = 0;
    for (let answers = 0; ; answers++) {
      const answer = await this.#app.clients.pages.states({ sessionId, start, end: range.end, maxRuns: RUNS_PER_ANSWER, detail: this.#detail }, { signal });
      parts.push(answer.runs);
      elapsedMs += answer.cost.elapsedMs;
      bytesRead += answer.cost.bytesRead;
      if (answer.next === undefined || answers + 1 === MOST_ANSWERS) {
        return { generation: answer.generation, runs: joinRuns(parts), cutAt: answer.next, cost: { source: answer.cost.source, elapsedMs, bytesRead } };
      }
      start = answer.next;
    }
  }

  #loaded(signal: AbortSignal, failure: ErrorFacts | undefined): void {
    if (signal.aborted) return;
    this.loading = false;
    this.failure = failure;
    this.#changed();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#refreshMs <= 0) return;
    this.#timer = setTimeout(() => {
      const { session } = this.#app.session.getState();
      const live = session?.phase === 'observing' || session?.phase === 'running';
      // Nothing changes while the program stands still, and a hidden window need not know.
      if (live && document.visibilityState === 'visible') this.refresh();
      else this.#schedule();
    }, this.#refreshMs);
  }

  #sessionChanged(): void {
    const { session, map, regions } = this.#app.session.getState();
    if (session?.sessionId !== this.#sessionId) {
      this.#sessionId = session?.sessionId;
      this.#abort.abort();
      this.#predictions = new Map();
      this.#asked.clear();
      this.picture = undefined;
      this.failure = undefined;
      this.#generation = undefined;
    }
    if (session === undefined || map === undefined || regions === undefined || map.generation === this.#generation) {
      this.#changed();
      return;
    }
    this.#generation = map.generation;
    // A process that is gone has no page table to ask; its last picture stays.
    if (map.stale && this.picture !== undefined) this.#changed();
    else this.refresh();
  }

  #changed(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}
