import { formatAddress, formatPlainAddress, parseAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart } from '../../../shared/address/page.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { pageFlagNames, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { isUnmappedKind, REGION_KINDS, type RegionKind } from '../../../shared/model/region.ts';
import { permsText, RegionTable } from '../../../shared/model/region-table.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';
import { resolveLocation, withSession, type OpenSession } from './with-session.ts';

export interface PagesOptions {
  readonly json?: boolean;
  readonly each?: boolean;
  readonly frames?: boolean;
}

/** Runs asked for at once. */
const RUNS = 65_536;
/** With --each, a range of more pages is refused: nobody reads so many lines, and a reservation has billions. */
const MOST_EACH = 4_194_304;

export interface PageRunJson {
  readonly start: string;
  readonly end: string;
  readonly pages: number;
  readonly state: string;
  readonly perms: string;
  /** Frame of the first page. */
  readonly pfn?: string;
  readonly flags: readonly string[];
  readonly kind: string;
  readonly label: string;
}

/** Page states of a process, a range of it, or all regions of a kind. */
export function pages(context: CliContext, paint: Paint, pid: number, where: string | undefined, options: PagesOptions): Promise<number> {
  return withSession(context, pid, {}, async (session) => {
    const { regions } = await session.clients.map.snapshot({ sessionId: session.sessionId });
    const table = new RegionTable(regions);
    const runs: PageRunJson[] = [];
    for (const range of await rangesOf(session, table, where)) await collect(session, table, range, options, runs);
    await context.stdout.write(options.json ? jsonText({ pid, pageSize: 4096, ranges: runs }) : plainText(runs, paint));
    return runs.length === 0 ? EXIT_NOT_SO : EXIT_DONE;
  });
}

async function collect({ clients, sessionId }: OpenSession, table: RegionTable, range: AddressRange, options: PagesOptions, runs: PageRunJson[]): Promise<void> {
  let start: Address | undefined = range.start;
  while (start !== undefined && start < range.end) {
    // A full answer says where to go on, so these cannot be asked for at once.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await clients.pages.states({ sessionId, start, end: range.end, maxRuns: RUNS, detail: options.frames ? 'frames' : 'pagemap' });
    const r = answer.runs;
    for (let i = 0; i < r.length; i++) {
      const first = r.startPage[i] ?? 0;
      const count = r.pageCount[i] ?? 0;
      if (options.each && count > MOST_EACH) throw new VmatlasError({ code: 'usage', message: 'That is too much to list page by page.', remedy: 'Leave out --each, or ask for less.' });
      const address = (page: number): Address => toAddress(BigInt(page) << 12n);
      const region = table.regionAt(address(first));
      const frame = r.firstFrame[i] ?? -1;
      const add = (from: number, pageCount: number, pfn: number): void => void runs.push({
        start: formatPlainAddress(address(from)),
        end: formatPlainAddress(address(from + pageCount)),
        pages: pageCount,
        state: PAGE_STATES[r.state[i] ?? 0] ?? 'unknown',
        perms: permsText(r.perms[i] ?? 0),
        ...(pfn >= 0 ? { pfn: `0x${pfn.toString(16)}` } : {}),
        flags: pageFlagNames(r.flags[i] ?? 0),
        kind: region?.kind ?? '',
        label: region?.label ?? '',
      });
      if (!options.each || count === 1) add(first, count, frame);
      else for (let page = 0; page < count; page++) add(first + page, 1, page === 0 ? frame : -1);
    }
    start = answer.next;
  }
}

/** What the word means: a kind, `[region]`, START-END, or a location, which stands for its page. Nothing: all. */
async function rangesOf(session: OpenSession, table: RegionTable, where: string | undefined): Promise<AddressRange[]> {
  if (where === undefined) return [{ start: toAddress(0n), end: toAddress(1n << 64n) }];
  if ((REGION_KINDS as readonly string[]).includes(where)) return regionsThat(table, (kind) => kind === where, where);
  const dash = /^(\S+?)-((?:0[xX])?[0-9a-fA-F_]+)$/.exec(where);
  const [start, end] = [parseAddress(dash?.[1] ?? ''), parseAddress(dash?.[2] ?? '')];
  if (start !== undefined && end !== undefined) {
    if (start >= end) throw new VmatlasError({ code: 'usage', message: 'The range ends before it begins.', evidence: where });
    return [{ start, end }];
  }
  if (where.startsWith('[')) {
    const named = [...table].filter((region) => region.label === where && !isUnmappedKind(region.kind));
    if (named.length > 0) return named.map((region) => ({ start: region.start, end: region.end }));
  }
  const address = await resolveLocation(session, where);
  const page = pageStart(pageOf(address));
  return [{ start: page, end: toAddress(page + 4096n) }];
}

function regionsThat(table: RegionTable, takes: (kind: RegionKind) => boolean, words: string): AddressRange[] {
  const found = [...table].filter(({ kind }) => takes(kind) && !isUnmappedKind(kind)).map(({ start, end }) => ({ start: pageStart(pageOf(start)), end: toAddress((end + 0xfffn) & ~0xfffn) }));
  if (found.length === 0) throw new VmatlasError({ code: 'unknown-location', message: `This process has no mapped region of kind ${words}.` });
  return found;
}

function plainText(runs: readonly PageRunJson[], paint: Paint): string {
  if (runs.length === 0) return 'Nothing is mapped there.\n';
  const withFrames = runs.some(({ pfn }) => pfn !== undefined);
  const columns = [
    { title: 'START' }, { title: 'END' }, { title: 'PAGES', align: 'right' }, { title: 'SIZE', align: 'right' }, { title: 'PERM' }, { title: 'STATE' },
    ...(withFrames ? [{ title: 'FRAME', align: 'right' as const }] : []), { title: 'FLAGS' }, { title: 'WHAT' },
  ] as const;
  const rows = runs.map((run): Cell[] => [
    { text: formatAddress(toAddress(BigInt(run.start))) },
    { text: formatAddress(toAddress(BigInt(run.end))) },
    { text: String(run.pages) },
    { text: formatSize(BigInt(run.pages) << 12n) },
    { text: run.perms },
    { text: run.state },
    ...(withFrames ? [{ text: run.pfn?.slice(2) ?? '' }] : []),
    { text: run.flags.join(' ') },
    { text: printable(run.label) },
  ]);
  return formatTable(columns, rows, paint.dim);
}
