import { formatAddress, formatPlainAddress, parseAddress, toAddress } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { guessSearchType, parsePattern, pointerPattern, searchTypeOf, SEARCH_TYPES } from '../../../shared/analysis/search/parse-pattern.ts';
import { skipWords } from '../../../shared/analysis/search/skip-words.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { isUnmappedKind, MAPPED_KINDS, type MappedKind, type Region } from '../../../shared/model/region.ts';
import { RegionTable } from '../../../shared/model/region-table.ts';
import type { SearchPattern, SearchScope } from '../../../shared/model/search.ts';
import { MAX_HIT_ROWS, type SearchHit, type SearchResult } from '../../../shared/rpc/contracts/search.ts';
import { parseLength, usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { regionJson, safeNumber } from './json.ts';
import { JsonList } from './json-list.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';
import { resolveLocation, withSession, type OpenSession } from './with-session.ts';

export interface FindOptions {
  readonly json?: boolean;
  readonly type?: string;
  readonly in?: string;
  readonly ignoreCase?: boolean;
  readonly bigEndian?: boolean;
  readonly align?: number;
  readonly limit: number;
  /** Read pages that are not present as well. */
  readonly touch?: boolean;
}

const SEARCH_ID = 'find';

/** Searches a process. What is wrong with the words is told before anything is opened; exit code 1 when nothing is found. */
export function find(context: CliContext, paint: Paint, pid: number, text: string, options: FindOptions): Promise<number> {
  const pattern = readPattern(text, options);
  const scope = readScope(options.in);
  return withSession(context, pid, {}, async (session) => {
    const { clients, sessionId } = session;
    const { regions } = await clients.map.snapshot({ sessionId });
    const table = new RegionTable(regions);
    const result = await clients.search.run({
      sessionId, searchId: SEARCH_ID, pattern: await pattern(session), scope: await scope(session, table), limit: options.limit, touchNotPresent: options.touch ?? false,
      ...(options.align === undefined ? {} : { align: options.align }),
    });
    if (options.json) await printJson(context, session, table, result);
    else await printTable(context, paint, session, result);
    // The document says all of it but that there may be more.
    if (!options.json || result.ended === 'limit') for (const line of notes(result)) await context.stderr.write(`vmatlas: ${line}\n`);
    return result.total > 0 ? EXIT_DONE : EXIT_NOT_SO;
  });
}

type PatternReader = (session: OpenSession) => SearchPattern | Promise<SearchPattern>;

function readPattern(text: string, { type: typeName, ignoreCase = false, bigEndian = false }: FindOptions): PatternReader {
  const type = typeName === undefined ? guessSearchType(text) : searchTypeOf(typeName);
  if (type === undefined) throw usageError(`"${typeName}" is not a type to search for.`, `The types are ${SEARCH_TYPES.join(', ')}.`);
  if (type === 'pointer') return (session) => pointerTo(session, text);
  try {
    const pattern = parsePattern(text, type, { ignoreCase, bigEndian });
    return () => pattern;
  } catch (error) {
    if (error instanceof VmatlasError) throw usageError(error.message, error.remedy);
    throw error;
  }
}

/** `A..B`, each a location, or one location, which then is the very address. */
async function pointerTo(session: OpenSession, text: string): Promise<SearchPattern> {
  const [, first = text, second] = /^(.+?)(?:\.\.|-(?=0x))(.+)$/.exec(text) ?? [];
  const start = await resolveLocation(session, first);
  return pointerPattern(start, second === undefined ? toAddress(start + 1n) : await resolveLocation(session, second));
}

type ScopeReader = (session: OpenSession, table: RegionTable) => SearchScope | Promise<SearchScope>;

/** Kinds (`data,bss`), `START-END`, `LOCATION+LENGTH` is taken as a location, `[region]`; nothing: all that the process may read. */
function readScope(where: string | undefined): ScopeReader {
  if (where === undefined) return () => ({ kind: 'readable' });
  const words = where.split(',');
  const kinds = words.filter((word): word is MappedKind => (MAPPED_KINDS as readonly string[]).includes(word));
  if (kinds.length === words.length) return () => ({ kind: 'kinds', kinds });
  const range = rangeOf(where);
  if (range) return () => ({ kind: 'ranges', ranges: [range] });
  return async (session, table) => {
    const named = [...table].filter((region) => !isUnmappedKind(region.kind) && (region.label === where || region.path === where));
    if (named.length > 0) return { kind: 'ranges', ranges: named.map(({ start, end }) => ({ start, end })) };
    // A location stands for the region around it.
    const region = table.regionAt(await resolveLocation(session, where));
    if (region && !isUnmappedKind(region.kind)) return { kind: 'ranges', ranges: [{ start: region.start, end: region.end }] };
    throw new VmatlasError({ code: 'unmapped', message: `Nothing is mapped at ${where}.` });
  };
}

/** `START-END` or `START+LENGTH` with addresses that begin with 0x; undefined for anything else. */
function rangeOf(text: string): AddressRange | undefined {
  const [, first = '', sign, second = ''] = /^(0[xX][0-9a-fA-F_]+)(-|\.\.|\+)(\S+)$/.exec(text) ?? [];
  const start = parseAddress(first);
  if (sign === undefined || start === undefined) return undefined;
  const end = sign === '+' ? start + parseLength(second) : parseAddress(second);
  if (end === undefined || end > 1n << 64n) throw usageError(`"${text}" is not a range.`, 'Write START-END or START+LENGTH.');
  if (end <= start) throw usageError('The range ends before it begins.');
  return { start, end: toAddress(end) };
}

async function* pagesOf({ clients, sessionId }: OpenSession, total: number): AsyncGenerator<readonly SearchHit[]> {
  for (let first = 0; first < total; first += MAX_HIT_ROWS) {
    const { hits } = await clients.search.hits({ sessionId, searchId: SEARCH_ID, first, count: MAX_HIT_ROWS });
    yield hits;
  }
}

async function printJson(context: CliContext, session: OpenSession, table: RegionTable, result: SearchResult): Promise<void> {
  await context.stdout.write('{\n  "hits": ');
  const list = new JsonList(context.stdout, '  ');
  const regions = new Map<bigint, object>();
  const json = (hit: SearchHit, region: Region): object => {
    let known = regions.get(region.start);
    if (!known) regions.set(region.start, (known = regionJson(region)));
    const symbol = hit.symbol && { name: hit.symbol.name, offset: safeNumber(hit.symbol.offset) };
    return { address: formatPlainAddress(hit.address), region: known, ...(symbol ? { symbol } : {}) };
  };
  for await (const hits of pagesOf(session, result.total)) {
    await list.add(hits.map((hit) => {
      const region = table.regionAt(hit.address);
      return region ? json(hit, region) : { address: formatPlainAddress(hit.address), region: null };
    }));
  }
  await list.end();
  const skipped = result.skipped.map(({ reason, bytes }) => ({ reason, bytes: safeNumber(bytes) }));
  await context.stdout.write(`,\n  "searchedBytes": ${JSON.stringify(safeNumber(result.searchedBytes))},\n  "skipped": ${JSON.stringify(skipped)}\n}\n`);
}

async function printTable(context: CliContext, paint: Paint, session: OpenSession, result: SearchResult): Promise<void> {
  const columns = [{ title: 'ADDRESS' }, { title: 'KIND' }, { title: 'REGION' }, { title: 'SYMBOL' }, { title: 'BYTES' }] as const;
  let header = true;
  for await (const hits of pagesOf(session, result.total)) {
    const rows = hits.map((hit): Cell[] => {
      const { region } = hit;
      return [
        { text: formatAddress(hit.address) },
        region ? { text: region.kind, paint: (text) => paint.kind(region.kind, text) } : { text: '' },
        { text: printable(region?.label ?? '') },
        { text: hit.symbol ? printable(`${hit.symbol.name}${hit.symbol.offset === 0n ? '' : `+0x${hit.symbol.offset.toString(16)}`}`) : '' },
        { text: bytesText(hit.bytes), paint: paint.dim },
      ];
    });
    const text = formatTable(columns, rows, paint.dim);
    await context.stdout.write(header ? text : text.slice(text.indexOf('\n') + 1));
    header = false;
  }
}

function bytesText(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, 16);
  const hex = [...shown].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const text = [...shown].map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return hex === '' ? '' : `${hex}  ${text}`;
}

function notes(result: SearchResult): string[] {
  const places = result.total === 1 ? '1 place' : `${result.total} places`;
  const more = result.ended === 'limit' ? ', and there may be more (--limit)' : '';
  return [`${places} in ${formatSize(result.searchedBytes)}${more}.`, ...result.skipped.map(({ reason, bytes }) => `${formatSize(bytes)} left out: ${skipWords(reason)}.`)];
}
