import { z } from 'zod';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import { isUnmappedKind, type Region } from '../../shared/model/region.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { AddressDescription, MapContract, PageFacts } from '../../shared/rpc/contracts/map.ts';
import { formatPlainAddress, type Address } from '../../shared/address/address.ts';
import { pageOf } from '../../shared/address/page.ts';
import { findMarks } from '../session/marks.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { acrossSessions } from './across-sessions.ts';
import type { Listeners } from './listeners.ts';
import { pageFacts } from './page-facts.ts';
import type { ServiceSources } from './service-options.ts';
import { address, checked, endAddress, ofSession, sessionId } from './validate.ts';

const MOST_EVIDENCE_ROWS = 16_384;
const MOST_SYMBOLS = 65_536;

const span = z
  .object({ sessionId, start: address, end: endAddress })
  .refine(({ start, end }) => start <= end, { path: ['end'], message: 'must not be below "start"' });

export interface MapDependencies {
  readonly manager: SessionManager;
  readonly listeners: Listeners;
  readonly kindCard: ServiceSources['kindCard'];
}

export function mapService({ manager, listeners, kindCard }: MapDependencies): ServiceHandlers<MapContract> {
  return {
    calls: {
      snapshot: checked('map.snapshot', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { picture, generation, changes } = await session.picture();
        const { stop } = session.state;
        const marks = session.isOver
          ? []
          : await session.withTarget((target) => findMarks({ picture, target, debugger: session.attachedDebugger(), stop }));
        return {
          generation,
          regions: picture.regions.columns,
          marks,
          totals: { mappings: picture.mappingCount, virtualBytes: picture.virtualBytes, residentBytes: picture.residentBytes },
          changes,
          stale: session.isOver,
        };
      }),
      describe: checked('map.describe', z.object({ sessionId, address }), (params) => describe(manager.get(params.sessionId), params.address, kindCard)),
      evidence: checked(
        'map.evidence',
        z.object({ sessionId, first: z.int().min(0).max(0x7fff_ffff), count: z.int().min(0).max(MOST_EVIDENCE_ROWS) }),
        async (params) => {
          const { picture, generation } = await manager.get(params.sessionId).picture();
          const end = Math.min(params.first + params.count, picture.regions.length);
          const evidence: (readonly Evidence[])[] = [];
          for (let row = params.first; row < end; row++) evidence.push(picture.evidenceOf(row));
          return { generation, evidence };
        },
      ),
      sections: checked('map.sections', span, async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        return picture.modules.sectionsIn(params).toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
      }),
      symbols: checked('map.symbols', span.and(z.object({ limit: z.int().min(1).max(MOST_SYMBOLS) })), async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        return picture.modules.symbolsIn(params, params.limit);
      }),
    },
    events: {
      changed: (emit) => listeners.counted(acrossSessions(manager, (session) => session.onMapChanged((generation) => emit({ sessionId: session.id, generation })))),
    },
  };
}

async function describe(session: Session, at: Address, kindCard: ServiceSources['kindCard']): Promise<AddressDescription> {
  const { picture, generation } = await session.picture();
  const { regions, modules } = picture;
  const row = regions.indexAt(at);
  // A table is gapless from 0 to 2^64.
  if (row < 0) throw new VmatlasError({ code: 'internal', message: `The map does not cover ${formatPlainAddress(at)}.` });
  const region = regions.rowAt(row);
  const found = modules.sectionAt(at);
  const symbol = modules.symbolAt(at);
  const page = isUnmappedKind(region.kind) ? undefined : await readPage(session, at, region);
  const evidence: Evidence[] = [];
  if (found) evidence.push(found.evidence);
  if (symbol) {
    const { name, address: start, sizeBytes, type, binding, modulePath } = symbol.symbol;
    evidence.push({ source: 'symbol', text: `${name} at ${formatPlainAddress(start)}, ${sizeBytes} bytes, ${binding} ${type}, in ${modulePath}` });
  }
  if (page?.word !== undefined) evidence.push({ source: 'pagemap', text: `0x${page.word.toString(16).padStart(16, '0')}` });
  return {
    generation,
    address: at,
    region: { ...region, evidence: picture.evidenceOf(row) },
    gap: isUnmappedKind(region.kind) ? { kind: region.kind, below: mappedNear(regions, row, -1), above: mappedNear(regions, row, 1) } : undefined,
    section: found?.section,
    symbol,
    loadBias: modules.loadBiasAt(at),
    page,
    card: kindCard(region.kind),
    evidence,
  };
}

/** State of a page as of now; of a process that is gone nothing can be asked any more, and the last picture still says the rest. */
async function readPage(session: Session, at: Address, region: Region): Promise<PageFacts | undefined> {
  if (session.isOver) return undefined;
  const words = await session.withTarget((target) => target.readPagemap(pageOf(at), 1));
  return pageFacts(at, words?.[0], region);
}

/** The nearest mapped region below (-1) or above (1) a row. */
function mappedNear(regions: RegionTable, row: number, direction: -1 | 1): Region | undefined {
  for (let near = row + direction; near >= 0 && near < regions.length; near += direction) if (!isUnmappedKind(regions.kindAt(near))) return regions.rowAt(near);
  return undefined;
}
