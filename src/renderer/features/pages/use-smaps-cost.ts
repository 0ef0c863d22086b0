import { useMemo } from 'react';
import type { ReadCost } from '../../../shared/model/usage.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAnswer } from './use-pages.ts';

/** What the last reading of smaps cost; asked for after a card that needed it. */
export function useSmapsCost(card: PageCard | undefined): { readonly cost: ReadCost | undefined; readonly failure: unknown } {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  // oxlint-disable-next-line react/exhaustive-deps -- the card is not sent; a new one means a new cost
  const ask = useMemo(() => (sessionId === undefined || card === undefined ? undefined : () => clients.pages.cost({ sessionId })), [clients, sessionId, card]);
  const { value, failure } = useAnswer(ask);
  return { cost: value?.costs.find(({ source }) => source === 'smaps'), failure };
}
