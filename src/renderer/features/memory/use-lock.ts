import { useEffect } from 'react';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { Address } from '../../../shared/address/address.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import type { HexController } from './hex-controller.ts';

/** Keeps a view at an expression: asked anew at each stop, each new map and each other frame. */
export function useLock(controller: HexController | undefined, lock: string | undefined, told: (at: Address | undefined, problem: string | undefined) => void): void {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.session?.generation);
  const stopped = useSession((view) => view.session?.phase === 'stopped');
  const thread = useSession((view) => view.selectedThread);
  const frame = useSession((view) => view.selectedFrame);
  useEffect(() => {
    controller?.setLocked(lock !== undefined);
    if (controller === undefined || lock === undefined || sessionId === undefined) return undefined;
    const asked = new AbortController();
    const place = stopped && thread !== undefined ? { threadId: thread, frameLevel: frame } : {};
    clients.locate.resolve({ sessionId, text: lock, ...place }, { signal: asked.signal }).then(
      ({ address }) => {
        if (asked.signal.aborted) return;
        controller.show(address);
        told(address, undefined);
      },
      (error: unknown) => {
        if (!asked.signal.aborted) told(undefined, errorFacts(error).message);
      },
    );
    return () => asked.abort();
    // `told` is made anew by each render and means the same.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [clients, controller, lock, sessionId, generation, stopped, thread, frame]);
}
