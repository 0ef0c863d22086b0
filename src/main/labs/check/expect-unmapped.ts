import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import type { LabProbe } from '../probe/lab-probe.ts';
import type { CheckRecorder, Fact } from './check-recorder.ts';

/** Claims that nothing is mapped at an address. Evidence: the lines of maps below and above it. */
export function expectUnmapped(check: CheckRecorder, probe: LabProbe, text: string, address: Address, ...facts: readonly Fact[]): boolean {
  const mappings = probe.mappings();
  const there = mappings.find(({ start, end }) => start <= address && address < end);
  if (there) return check.expect(false, text, ...facts, there);
  const below = mappings.findLast(({ end }) => end <= address);
  const above = mappings.find(({ start }) => start > address);
  const gap = { from: `/proc/${probe.pid}/maps`, text: `no line covers ${formatPlainAddress(address)}` };
  return check.expect(true, text, ...facts, ...(below ? [below] : []), gap, ...(above ? [above] : []));
}
