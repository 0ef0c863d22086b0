import { z } from 'zod';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { LocateContract } from '../../shared/rpc/contracts/locate.ts';
import { wrongState } from '../session/session-errors.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { completeLocation } from './complete-location.ts';
import { resolveLocation, type LocateSources } from './locate.ts';
import { checked, frameLevel, oneLine, sessionId, threadId } from './validate.ts';

const MOST_COMPLETIONS = 500;

export function locateService(manager: SessionManager): ServiceHandlers<LocateContract> {
  return {
    calls: {
      resolve: checked('locate.resolve', z.object({ sessionId, text: oneLine, threadId: threadId.optional(), frameLevel: frameLevel.optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        return resolveLocation(params.text, await sourcesOf(session, params.threadId, params.frameLevel));
      }),
      complete: checked('locate.complete', z.object({ sessionId, text: oneLine, limit: z.int().min(1).max(MOST_COMPLETIONS) }), async (params) => {
        const session = manager.get(params.sessionId);
        return completeLocation(params.text, params.limit, await sourcesOf(session, undefined, undefined));
      }),
    },
    events: {},
  };
}

async function sourcesOf(session: Session, thread: number | undefined, frame: number | undefined): Promise<LocateSources> {
  const { picture } = await session.picture();
  const { state } = session;
  return {
    picture,
    stopped: state.phase === 'stopped' ? session.attachedDebugger() : undefined,
    // Always named: what the user selected in the console is not to decide what an address means.
    context: { threadId: thread ?? state.stop?.threadId ?? 1, frameLevel: frame ?? 0 },
    whyNotStopped: () => wrongState('read its registers', state),
  };
}
