import { useMemo } from 'react';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { isPresentState, PAGE_STATES, type PageRunColumns, type PageState } from '../../../shared/model/page-state.ts';
import type { ThreadStack } from '../../../shared/model/stack.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAnswer } from './use-stack.ts';

const MOST_RUNS = 4096;

/** Pages of a stack that are equal and hold the same. */
export interface StackPages {
  readonly start: Address;
  readonly end: Address;
  readonly state: PageState;
  readonly isPresent: boolean;
  /** `initial`: arguments, environment, auxv; `frames`: from rsp upwards; `below`: below rsp. */
  readonly part: 'initial' | 'frames' | 'below';
}

/** The page table's word on a stack, ascending; asked anew in each generation. undefined: not known yet. */
export function useStackPages(stack: ThreadStack | undefined, initialStart: Address | undefined): readonly StackPages[] | undefined {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const generation = useSession((view) => view.session?.generation);
  const low = stack?.mapped?.start;
  const high = stack?.mapped?.end;
  const sp = stack?.sp;
  // oxlint-disable-next-line react/exhaustive-deps -- the generation is not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined || low === undefined || high === undefined ? undefined : (signal: AbortSignal) => clients.pages.states({ sessionId, start: low, end: high, maxRuns: MOST_RUNS, detail: 'pagemap' }, { signal })), [clients, sessionId, low, high, generation]);
  const { value } = useAnswer(ask);
  return useMemo(() => (value === undefined || low === undefined || high === undefined ? undefined : partsOf(value.runs, low, high, sp, initialStart)), [value, low, high, sp, initialStart]);
}

function partsOf(runs: PageRunColumns, low: Address, high: Address, sp: Address | undefined, initialStart: Address | undefined): readonly StackPages[] {
  const parts: StackPages[] = [];
  const framesFrom = sp === undefined ? undefined : floorPage(sp);
  const initialFrom = initialStart !== undefined && initialStart >= low && initialStart < high ? floorPage(initialStart + BigInt(PAGE_SIZE_BYTES) - 1n) : undefined;
  for (let run = 0; run < runs.length; run++) {
    const firstPage = runs.startPage[run] ?? 0;
    let at: bigint = pageStart(firstPage as PageNumber);
    const runEnd = pageStart((firstPage + (runs.pageCount[run] ?? 0)) as PageNumber);
    // An answer of an earlier picture may reach past the stack as it is now.
    const end: bigint = runEnd > high ? high : runEnd;
    const state = PAGE_STATES[runs.state[run] ?? 0] ?? 'unknown';
    while (at < end) {
      const next = [framesFrom, initialFrom].reduce<bigint>((nearest, cut) => (cut !== undefined && cut > at && cut < nearest ? cut : nearest), end);
      parts.push({
        start: toAddress(at), end: toAddress(next), state, isPresent: isPresentState(state),
        part: initialFrom !== undefined && at >= initialFrom ? 'initial' : framesFrom !== undefined && at >= framesFrom ? 'frames' : 'below',
      });
      at = next;
    }
  }
  return parts;
}

function floorPage(address: bigint): bigint {
  return address - (address % BigInt(PAGE_SIZE_BYTES));
}
