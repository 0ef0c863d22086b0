import type { Address } from '../../../shared/address/address.ts';
import type { RegionKind } from '../../../shared/model/region.ts';
import type { LabProbe } from '../probe/lab-probe.ts';
import type { CheckRecorder } from './check-recorder.ts';

/** Claims that the map of vmatlas shows an address as one kind: what the learner sees there. `what` begins the sentence. */
export async function expectKind(check: CheckRecorder, probe: LabProbe, what: string, address: Address, kind: RegionKind): Promise<boolean> {
  const region = await probe.region(address);
  return check.expect(region.kind === kind, `${what} is shown on the map as ${kind}.`, region);
}
