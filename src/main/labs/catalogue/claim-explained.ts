import type { Address } from '../../../shared/address/address.ts';
import type { CauseId, FaultAccess } from '../../../shared/model/explanation.ts';
import type { CheckRecorder } from '../check/check-recorder.ts';
import type { LabProbe } from '../probe/lab-probe.ts';

/** What vmatlas's explanation of a fault has to say. */
export interface Explained {
  readonly cause: CauseId;
  readonly access: FaultAccess;
  /** undefined: any. */
  readonly address?: Address;
  /** `a write to text` */
  readonly words: string;
}

/** Claims that the fault explainer says the same as the lab. Nothing where labs run without it. */
export async function claimExplained(probe: LabProbe, check: CheckRecorder, { cause, access, address, words }: Explained): Promise<void> {
  const said = await probe.explanation();
  if (!said) return;
  const holds = said.cause === cause && said.access === access && (address === undefined || said.address === address);
  check.expect(holds, `vmatlas explains it so too: ${words}.`, said);
}
