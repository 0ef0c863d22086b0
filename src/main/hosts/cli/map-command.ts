import { formatAddress } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../../shared/address/page.ts';
import { rangeSize } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import { isUnmappedKind, type Region } from '../../../shared/model/region.ts';
import { RegionTable } from '../../../shared/model/region-table.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { jsonText, regionJson } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';
import { writePoster } from './map-poster.ts';
import { targetOf, withSession, type OpenSession } from './with-session.ts';

export interface MapOptions {
  readonly json?: boolean;
  readonly gaps?: boolean;
  /** File for the poster; `-` for standard output. */
  readonly svg?: string;
  readonly theme?: 'light' | 'dark';
}

/** Rows asked for at once; the service takes at most 16384. */
const EVIDENCE_ROWS = 8192;
/** A process that maps and unmaps without pause may change between the snapshot and its evidence. */
const ATTEMPTS = 5;

export function map(context: CliContext, paint: Paint, pid: number, options: MapOptions): Promise<number> {
  return withSession(context, pid, {}, async (session) => {
    if (options.svg !== undefined) {
      await writePoster(context, session, options.svg, options.theme ?? 'light');
    } else if (options.json) {
      const { regions, evidence } = await regionsWithEvidence(session);
      const rows = regions.flatMap((region, i) => (options.gaps || !isUnmappedKind(region.kind) ? [regionJson(region, evidence[i] ?? [])] : []));
      await context.stdout.write(jsonText({ pid, exe: targetOf(session).exe, pageSize: PAGE_SIZE_BYTES, regions: rows }));
    } else {
      const { regions } = await session.clients.map.snapshot({ sessionId: session.sessionId });
      const shown = [...new RegionTable(regions)].filter((region) => options.gaps || !isUnmappedKind(region.kind));
      await context.stdout.write(plainText(shown, paint));
    }
    return EXIT_DONE;
  });
}

async function regionsWithEvidence({ clients, sessionId }: OpenSession): Promise<{ regions: readonly Region[]; evidence: readonly (readonly Evidence[])[] }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const snapshot = await clients.map.snapshot({ sessionId });
    const regions = [...new RegionTable(snapshot.regions)];
    const evidence: (readonly Evidence[])[] = [];
    let same = true;
    while (same && evidence.length < regions.length) {
      const answer = await clients.map.evidence({ sessionId, first: evidence.length, count: Math.min(EVIDENCE_ROWS, regions.length - evidence.length) });
      same = answer.generation === snapshot.generation && answer.evidence.length > 0;
      evidence.push(...answer.evidence);
    }
    if (same) return { regions, evidence };
  }
  throw new VmatlasError({ code: 'io-error', message: 'The process changes its map faster than it can be read.', remedy: 'Try again, or stop it first.' });
}

function plainText(regions: readonly Region[], paint: Paint): string {
  const columns = [
    { title: 'START' }, { title: 'END' }, { title: 'SIZE', align: 'right' }, { title: 'PERM' }, { title: 'OFFSET', align: 'right' }, { title: 'KIND' }, { title: 'WHAT' },
  ] as const;
  const rows = regions.map((region): Cell[] => [
    { text: formatAddress(region.start) },
    { text: formatAddress(region.end) },
    { text: formatSize(rangeSize(region)) },
    { text: region.perms === '' ? '----' : region.perms },
    { text: region.inode === 0n ? '' : region.offset.toString(16) },
    { text: region.kind, paint: (text) => paint.kind(region.kind, text) },
    { text: whatText(region) },
  ]);
  return formatTable(columns, rows, paint.dim);
}

function whatText(region: Region): string {
  const part = region.part === '' || region.label.includes(region.part) ? '' : ` (${region.part})`;
  const path = region.path === '' || region.path === region.label ? '' : `  ${region.path}`;
  return printable(`${region.label}${part}${path}`);
}
