import type { FaultFacts } from './fault-facts.ts';
import { codeOf } from './signal-codes.ts';
import { evidence, type Rule } from './verdict.ts';

/** The kernel raised it for what the program did: codes of 0 and below are those that processes send with (sigaction(2)). */
export function isFromKernel(facts: Pick<FaultFacts, 'code'>): boolean {
  return facts.code > 0;
}

/** Frames through which a program aborts itself: then the cause is why it did. */
export const sentByProcess: Rule = ({ facts }) => {
  const { sender } = facts;
  if (isFromKernel(facts) || !sender) return undefined;
  const code = codeOf(facts.signal.name, facts.code);
  const who = sender.self ? 'The program sent itself' : `Process ${sender.pid}${sender.name === undefined ? '' : ` (${sender.name})`} sent it`;
  return {
    id: 'sent-by-process', certainty: 'certain', title: sender.self ? `${facts.signal.name} that the program sent itself` : `${facts.signal.name} sent by another process`,
    text: `${who} ${facts.signal.name}${sender.self ? ' (raise, kill)' : ''}: no instruction faulted.`, rule: 'Any process of the same user may send signals (kill(2)).',
    evidence: [evidence('siginfo', `si_code ${facts.code} (${code.name}), si_pid ${sender.pid}${sender.uid === undefined ? '' : `, si_uid ${sender.uid}`}`)],
  };
};
