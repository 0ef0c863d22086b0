import { pageOf } from '../../../shared/address/page.ts';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { Mark } from '../../../shared/rpc/contracts/map.ts';
import { isPresentCode } from '../../kernels/page-grid/cells.ts';
import type { PagePieces } from '../../kernels/page-grid/pieces.ts';
import type { TableRow } from '../../kernels/page-grid/table-rows.ts';
import type { FaultSite } from '../../state/fault-site.ts';
import { contentWords } from './page-words.ts';
import type { PagesPicture } from './pages-data.ts';
import { regionOfPage, shortSpanName, spanName } from './span-names.ts';

/** What one row of the table shows, as far as the picture tells it. */
export interface RowFacts {
  readonly row: TableRow;
  readonly region: Region;
  readonly name: string;
  /** For a narrow column. */
  readonly shortName: string;
  /** Registers and other marks that point into the page. */
  readonly marks: string;
  readonly state: number;
  readonly flags: number;
  readonly perms: number;
  /** A frame number; `ask` where the picture tells of the run's first page only. */
  readonly frame: number | 'none' | 'hidden' | 'ask';
  readonly content: string;
  /** The region below this page's is room for the stack to grow, and the page is its lowest. */
  readonly growsBelow: boolean;
}

export function rowFacts(row: TableRow, picture: PagesPicture, pieces: PagePieces, marks: ReadonlyMap<number, string>): RowFacts {
  const { runs, spans, regions } = picture;
  const run = pieces.run[row.piece] ?? 0;
  const span = pieces.span[row.piece] ?? 0;
  const state = runs.state[run] ?? 0;
  const region = regionOfPage(regions, spans, span, row.page);
  const firstFrame = runs.firstFrame[run] ?? -1;
  const lowest = row.kind === 'fold' ? row.lowest : row.page;
  const regionRow = spans.row[span] ?? 0;
  return {
    row, region, name: spanName(regions, spans, span), shortName: shortSpanName(regions, spans, span), marks: marks.get(row.page) ?? '', state, flags: runs.flags[run] ?? 0, perms: runs.perms[run] ?? 0,
    // A run tells its first frame only; those that follow need not be next to it.
    frame: !isPresentCode(state) ? 'none' : firstFrame < 0 ? 'hidden' : row.page === runs.startPage[run] ? firstFrame : 'ask',
    content: contentWords(region, PAGE_STATES[state] ?? 'unknown', row.page),
    growsBelow: lowest === spans.firstPage[span] && regionRow > 0 && regions.kindAt(regionRow - 1) === 'stack-room',
  };
}

/** What is said beside a fold that ends at the stack's lowest page. */
export function lowestBelow(facts: RowFacts): string {
  return facts.growsBelow ? `then room to grow: a touch there extends ${facts.name}` : '';
}

export function pageOfFault(place: FaultSite | undefined): number | undefined {
  return place === undefined ? undefined : pageOf(place.address);
}

/** Labels of the marks in each page: `rsp, rbp`. */
export function marksByPage(marks: readonly Mark[]): ReadonlyMap<number, string> {
  const byPage = new Map<number, string>();
  for (const mark of marks) {
    // The fault has a sign of its own in its row.
    if (mark.kind === 'stack-limit' || mark.kind === 'fault') continue;
    const page = pageOf(mark.address);
    const label = mark.kind === 'breakpoint' ? `bp ${mark.label}` : mark.label;
    byPage.set(page, byPage.has(page) ? `${byPage.get(page)}, ${label}` : label);
  }
  return byPage;
}
