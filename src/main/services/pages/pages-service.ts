import { z } from 'zod';
import { sumUsage, rollupUsage } from '../../../shared/analysis/usage/sum-usage.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import { MAX_PAGE_CELLS, MAX_PAGE_RUNS, PAGES_PER_CELL, type PagesContract } from '../../../shared/rpc/contracts/pages.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import { AccessReader } from '../../target/pages/access-reader.ts';
import type { PageSource } from '../../target/pages/page-source.ts';
import type { Target } from '../../target/target.ts';
import { address, checked, endAddress, ofSession, sessionId, threadId } from '../validate.ts';
import { framesOnPage, threadPkru } from './debugger-facts.ts';
import { readHardening } from './hardening.ts';
import { readPageCard } from './page-card.ts';
import { PageQueries } from './page-queries.ts';
import { protect, readPreview } from './protect.ts';
import { filePageAt, findSharers } from './sharers.ts';
import { WxWatches } from './wx-watches.ts';

const MOST_ADDRESSES = 4096;
const SMAPS_AGE_MS = 2000;

const range = z.object({ sessionId, start: address, end: endAddress }).refine(({ start, end }) => start <= end, { path: ['end'], message: 'must not be below "start"' });
const detail = z.enum(['pagemap', 'frames']);
const pagesPerCell = z.union(PAGES_PER_CELL.map((count) => z.literal(count)));
const filter = z.object({
  states: z.array(z.enum(PAGE_STATES)).optional(), flags: z.int().min(0).max(255).optional(), writable: z.boolean().optional(), executable: z.boolean().optional(),
});
const wholePages = z
  .object({ sessionId, start: address, end: endAddress, perms: z.string().regex(/^r?w?x?$/, 'must be some of r, w, x, in this order'), threadId: threadId.optional() })
  .refine(({ start, end }) => start < end, { path: ['end'], message: 'must be above "start"' })
  .refine(({ start, end }) => ((start | end) & 0xfffn) === 0n, { path: ['start'], message: 'start and end must be whole pages' });

export function pagesService(manager: SessionManager): ServiceHandlers<PagesContract> {
  const watches = new WxWatches(manager);
  const costs = new Map<string, Map<string, ReadCost>>();
  manager.onClosed((id) => costs.delete(id));
  const note = (session: Session, cost: ReadCost): void => {
    let known = costs.get(session.id);
    if (!known) costs.set(session.id, (known = new Map()));
    known.set(cost.source, cost);
  };
  /** Work on the page table of a session's target. The generation is taken before: what a stop overtook carries the older number. */
  const onPages = async <T>(id: string, work: (pages: PageSource, session: Session) => T | Promise<T>): Promise<T & { readonly generation: number }> => {
    const session = manager.get(id);
    if (session.isOver) throw new VmatlasError({ code: 'process-exited', message: 'The process is gone, and its page table with it.' });
    const { generation } = session.state;
    const answer = await session.withTarget((target) => work(pagesOf(target), session));
    return { ...answer, generation };
  };
  const counted = <T extends { readonly cost: ReadCost }>(session: Session, answer: T): T => (note(session, answer.cost), answer);

  return {
    calls: {
      states: checked('pages.states', range.and(z.object({ maxRuns: z.int().min(1).max(MAX_PAGE_RUNS), detail })), (params, { signal }) =>
        onPages(params.sessionId, (pages, session) => counted(session, new PageQueries(pages, signal).states(params.start, params.end, params.maxRuns, params.detail)))),
      cells: checked('pages.cells', z.object({ sessionId, start: address, count: z.int().min(1).max(MAX_PAGE_CELLS), pagesPerCell, detail }), (params, { signal }) =>
        onPages(params.sessionId, (pages, session) => counted(session, new PageQueries(pages, signal).cells(params.start, params.count, params.pagesPerCell, params.detail)))),
      overview: checked('pages.overview', ofSession, async (params, { signal }) => {
        const { picture, generation } = await manager.get(params.sessionId).picture();
        const answer = await onPages(params.sessionId, (pages, session) => counted(session, new PageQueries(pages, signal).overview(picture.regions)));
        return { ...answer, generation };
      }),
      statistics: checked('pages.statistics', range.and(z.object({ detail })), (params, { signal }) =>
        onPages(params.sessionId, (pages, session) => counted(session, new PageQueries(pages, signal).statistics(params.start, params.end, params.detail)))),
      find: checked(
        'pages.find',
        z.object({ sessionId, from: address, direction: z.enum(['next', 'previous']), filter, start: address.optional(), end: endAddress.optional() }),
        async (params, { signal }) => {
          const { states, flags, writable, executable } = params.filter;
          const wanted = { ...(states && { states }), ...(flags !== undefined && { flags }), ...(writable !== undefined && { writable }), ...(executable !== undefined && { executable }) };
          const { found } = await onPages(params.sessionId, (pages) => ({ found: new PageQueries(pages, signal).find(params.from, params.direction, wanted, params.start, params.end) }));
          return found ?? null;
        },
      ),
      card: checked('pages.card', z.object({ sessionId, address, smaps: z.boolean() }), async (params) => {
        const session = manager.get(params.sessionId);
        const { picture } = await session.picture();
        const pkru = await threadPkru(session);
        const card = await onPages(params.sessionId, (pages) => {
          if (params.smaps) note(session, pages.smaps(SMAPS_AGE_MS).cost);
          return readPageCard(pages, picture, params.address, params.smaps, pkru);
        });
        return { ...card, frames: await framesOnPage(session, card.page) };
      }),
      access: checked('pages.access', z.object({ sessionId, addresses: z.array(address).max(MOST_ADDRESSES), smaps: z.boolean() }), async (params) => {
        const session = manager.get(params.sessionId);
        const pkru = await threadPkru(session);
        return onPages(params.sessionId, (pages) => {
          const reader = new AccessReader(pages, { smaps: params.smaps ? { maxAgeMs: SMAPS_AGE_MS } : undefined, pkru });
          return { predictions: params.addresses.map((at) => reader.predict(at)) };
        });
      }),
      sharers: checked('pages.sharers', z.object({ sessionId, address }), async (params) => {
        const begun = performance.now();
        const { sharers, hidden, bytesRead } = await onPages(params.sessionId, (pages, session) => {
          const reader = new AccessReader(pages, { smaps: undefined, pkru: undefined });
          const page = filePageAt(reader.mappings, reader.rowOf(params.address), params.address);
          return page ? findSharers(page, session.state.target?.pid ?? 0) : { sharers: [], hidden: 0, bytesRead: 0 };
        });
        return { sharers, hidden, cost: { elapsedMs: performance.now() - begun, bytesRead, source: 'maps of all processes' } };
      }),
      writableExecutable: checked('pages.writableExecutable', ofSession, (params) => watches.of(manager.get(params.sessionId))),
      hardening: checked('pages.hardening', ofSession, async (params) => {
        const { picture } = await manager.get(params.sessionId).picture();
        return onPages(params.sessionId, (pages) => readHardening(pages, picture));
      }),
      usage: checked('pages.usage', z.object({ sessionId, rollup: z.boolean().optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        return onPages(params.sessionId, async (pages) => {
          const { smaps, cost } = pages.smaps(0);
          const rollup = params.rollup ? pages.rollup() : undefined;
          let { byKind, byModule, unmatched } = sumUsage(smaps, (await session.picture()).picture.regions);
          // The map has changed since it was last looked at.
          if (unmatched > 0) {
            await session.refresh();
            ({ byKind, byModule, unmatched } = sumUsage(smaps, (await session.picture()).picture.regions));
          }
          return counted(session, { byKind, byModule, rollup: rollup && rollupUsage(rollup, byKind.total.virtual), cost });
        });
      }),
      cost: checked('pages.cost', ofSession, (params) => {
        manager.get(params.sessionId);
        return { costs: [...(costs.get(params.sessionId)?.values() ?? [])] };
      }),
      previewProtect: checked('pages.previewProtect', wholePages, async (params) => {
        const { generation: _, ...preview } = await onPages(params.sessionId, (pages) => readPreview(pages, params));
        return preview;
      }),
      protect: checked('pages.protect', wholePages, (params) => protect(manager.get(params.sessionId), params, params.threadId)),
    },
    events: {
      writableExecutableFound: (emit) => watches.onFound((id, found) => emit({ sessionId: id, found })),
    },
  };
}

function pagesOf(target: Target): PageSource {
  if (target.pages) return target.pages;
  throw new VmatlasError({ code: 'unsupported', message: 'This target has no page table to show.' });
}
