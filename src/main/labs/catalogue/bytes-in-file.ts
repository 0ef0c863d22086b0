import { formatPlainAddress } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { AddressFact, BytesFact } from '../probe/facts.ts';
import type { LabProbe } from '../probe/lab-probe.ts';

/** What the program's file holds for a place in one of its sections, read from the disk now. Rejects with `unknown-location` outside all sections, or in one without bytes (NOBITS). */
export async function bytesInFile(probe: LabProbe, place: AddressFact, lengthBytes: number): Promise<BytesFact> {
  const section = await probe.sectionAt(place.address);
  if (section?.address === undefined || section.type === 'NOBITS') {
    throw new VmatlasError({ code: 'unknown-location', message: `The file has no bytes for ${formatPlainAddress(place.address)}.`, evidence: section?.evidence.text ?? 'it is in no section' });
  }
  return probe.fileBytes(section.offset + (place.address - section.address), lengthBytes);
}
