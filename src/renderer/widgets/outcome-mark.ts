import type { AccessOutcome } from '../../shared/model/access.ts';

/** What a mark says: no fault; the kernel maps a page; the kernel copies a page; a signal. */
export type OutcomeMark = 'ok' | 'maps' | 'copies' | 'fault';

export function outcomeMark(outcome: AccessOutcome): OutcomeMark {
  if (outcome === 'ok' || outcome === 'fault') return outcome;
  return outcome === 'copy-on-write' ? 'copies' : 'maps';
}
