import type { LabCheckResult, LabCheckState, LabEvidence, LabFinding } from '../../../shared/model/lab.ts';
import { errorFacts, VmatlasError } from '../../../shared/model/errors.ts';

/** Something that was looked at. Every fact of LabProbe is one. */
export interface Fact {
  readonly evidence: LabEvidence | readonly LabEvidence[];
}

/** A check cannot be decided: neither right nor wrong. */
export class Undecided extends Error {
  readonly state: 'not-yet' | 'cannot';
  readonly remedy: string;

  constructor(state: 'not-yet' | 'cannot', remedy: string) {
    super(remedy);
    this.state = state;
    this.remedy = remedy;
  }
}

/** Collects what one check claims, and what each claim rests on. */
export class CheckRecorder {
  readonly #findings: LabFinding[] = [];
  #remedy: string | undefined;

  /** A claim: `holds` is what was seen, `text` what is claimed (said as if it holds). At least one piece of evidence, or the check is worth nothing. */
  expect(holds: boolean, text: string, ...evidence: readonly (Fact | LabEvidence)[]): boolean {
    const pieces = flatten(evidence);
    if (pieces.length === 0) throw new VmatlasError({ code: 'internal', message: 'A lab claims something without evidence.', evidence: text });
    this.#findings.push({ holds, text, evidence: pieces });
    return holds;
  }

  /** Worth knowing, but neither right nor wrong. */
  note(text: string, ...evidence: readonly (Fact | LabEvidence)[]): void {
    this.#findings.push({ holds: undefined, text, evidence: flatten(evidence) });
  }

  /** What to do should the check fail. */
  ifItFails(remedy: string): void {
    this.#remedy = remedy;
  }

  /** The user or the program has not come so far. */
  notYet(remedy: string): never {
    throw new Undecided('not-yet', remedy);
  }

  /** Not to be seen on this machine, or of this process. */
  cannot(remedy: string): never {
    throw new Undecided('cannot', remedy);
  }

  /** The result, after the check has run or has thrown `error`. */
  result(check: { readonly id: string; readonly title: string }, error?: unknown): LabCheckResult {
    const { state, remedy } = this.#outcome(error);
    return { id: check.id, title: check.title, state, findings: this.#findings, ...(remedy === undefined ? {} : { remedy }) };
  }

  #outcome(error: unknown): { readonly state: LabCheckState; readonly remedy: string | undefined } {
    // What was seen to be wrong stays wrong, whatever went wrong after it.
    if (this.#findings.some(({ holds }) => holds === false)) return { state: 'fails', remedy: this.#remedy ?? 'Start the lab again. If it fails again, this claim is not so for this program on this machine.' };
    if (error instanceof Undecided) return { state: error.state, remedy: error.remedy };
    if (error !== undefined) {
      const { message, evidence, remedy } = errorFacts(error);
      if (evidence !== undefined) this.note(message, { from: 'what went wrong', text: evidence });
      return { state: 'cannot', remedy: remedy === undefined ? message : `${message} ${remedy}` };
    }
    if (this.#findings.some(({ holds }) => holds === true)) return { state: 'holds', remedy: undefined };
    return { state: 'cannot', remedy: 'Nothing was looked at.' };
  }
}

function flatten(evidence: readonly (Fact | LabEvidence)[]): readonly LabEvidence[] {
  return evidence.flatMap((piece) => ('evidence' in piece ? piece.evidence : piece));
}
