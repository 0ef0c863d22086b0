import type { FrameInfo } from '../../model/debug.ts';
import type { CauseId, Certainty, FaultEvidence, FaultObject, FaultRecursion } from '../../model/explanation.ts';
import type { Attempt } from './attempt.ts';
import type { FaultFacts, FaultFindings, FaultGround } from './fault-facts.ts';
import type { Place } from './place.ts';

/** Everything a rule looks at. */
export interface Scene {
  readonly facts: FaultFacts;
  readonly ground: FaultGround;
  readonly attempt: Attempt;
  readonly place: Place;
  readonly findings: FaultFindings;
}

/** What one rule concludes. */
export interface Verdict {
  readonly id: CauseId;
  readonly certainty: Certainty;
  /** Headline. */
  readonly title: string;
  /** The cause in one or two sentences. */
  readonly text: string;
  /** The rule that forbade it, one sentence. */
  readonly rule: string;
  /** Beyond what every explanation has. */
  readonly evidence: readonly FaultEvidence[];
  readonly object?: FaultObject | undefined;
  readonly recursion?: FaultRecursion | undefined;
  /** Whose line it is, where that is not the innermost frame. */
  readonly frame?: FrameInfo | undefined;
}

/** A rule answers where it knows the cause, and is silent where it does not. */
export type Rule = (scene: Scene) => Verdict | undefined;

export function evidence(source: FaultEvidence['source'], words: string, at?: FaultEvidence['at']): FaultEvidence {
  return { source, words, at };
}
