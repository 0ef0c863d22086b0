import { addBytes, type Address } from '../../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../../../shared/address/page.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import { childOf } from '../../probe/child-of.ts';
import type { PageFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import type { ProcessLook } from '../../probe/process-look.ts';

const PAGES = 4;

/** One page as parent and child have it. */
interface Pair {
  readonly parent: PageFact;
  readonly child: PageFact;
}

export async function alone(probe: LabProbe, check: CheckRecorder): Promise<void> {
  for (const [at, address] of (await pageAddresses(probe)).entries()) {
    const page = await probe.page(address);
    check.expect(page.present && !page.fileOrShared, `Page ${at} is present and anonymous.`, page);
    check.expect(page.exclusive, `Page ${at} is mapped once (bit 56).`, page, ...(await mapCount(probe, page)));
  }
}

export async function sharedAfterFork(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  for (const [at, address] of (await pageAddresses(probe)).entries()) await expectShared(probe, check, at, await pairAt(probe, child, address));
}

export async function mapsSaysNothing(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  const { address } = await probe.printedAddress('pages');
  const [here, there] = [probe.mappingAt(address), child.mappingAt(address)];
  if (here === undefined || there === undefined) check.cannot('The pages are not mapped in both processes.');
  check.expect(here.perms === 'rw-p', 'Parent: rw-p.', here);
  check.expect(there.perms === 'rw-p', 'Child: rw-p.', there);
}

export async function onePageSplit(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  const written = await probe.printedAddress('written');
  for (const [at, address] of (await pageAddresses(probe)).entries()) {
    const pair = await pairAt(probe, child, address);
    if (address === written.address) await expectSplit(probe, check, at, pair);
    else await expectShared(probe, check, at, pair);
  }
}

export async function childKeepsItsOwn(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const child = await childOf(probe);
  const { address, evidence } = await probe.printedAddress('written');
  const [ours, theirs] = [await probe.memory(address, 1), child.memory(address, 1)];
  check.expect(String.fromCharCode(...ours.bytes) === 'w', 'The parent reads its w.', { evidence }, ours);
  check.expect(String.fromCharCode(...theirs.bytes) === 'b', 'The child reads b, as before the write.', theirs);
}

async function pageAddresses(probe: LabProbe): Promise<readonly Address[]> {
  const { address } = await probe.printedAddress('pages');
  return Array.from({ length: PAGES }, (_, at) => addBytes(address, at * PAGE_SIZE_BYTES));
}

async function pairAt(probe: LabProbe, child: ProcessLook, address: Address): Promise<Pair> {
  return { parent: await probe.page(address), child: child.page(address) };
}

async function expectShared(probe: LabProbe, check: CheckRecorder, at: number, { parent, child }: Pair): Promise<void> {
  check.expect(parent.present && child.present && !parent.exclusive && !child.exclusive, `Page ${at}: present in both processes, and mapped more than once (bit 56 clear).`, parent, child);
  if (parent.frame !== undefined && child.frame !== undefined) {
    check.expect(parent.frame === child.frame, `Page ${at}: both are frame 0x${parent.frame.toString(16)}.`, parent, child, ...(await mapCount(probe, parent)));
  }
}

async function expectSplit(probe: LabProbe, check: CheckRecorder, at: number, { parent, child }: Pair): Promise<void> {
  check.expect(parent.present && parent.exclusive, `Page ${at}, which was written to: the parent has it for itself (bit 56).`, parent, ...(await mapCount(probe, parent)));
  check.expect(child.present && child.exclusive, `Page ${at}: so has the child, which did nothing: the old frame is left to it.`, child, ...(await mapCount(probe, child)));
  if (parent.frame !== undefined && child.frame !== undefined) check.expect(parent.frame !== child.frame, `Page ${at}: two frames now.`, parent, child);
}

/** How many page-table entries map the page's frame, where kpagecount may be read. */
async function mapCount(probe: LabProbe, { frame }: PageFact): Promise<readonly LabEvidence[]> {
  if (frame === undefined) return [];
  const words = await probe.session.withTarget((target) => target.pages?.frameWords(Number(frame)));
  return words?.known ? [{ from: '/proc/kpagecount', text: `frame 0x${frame.toString(16)} is mapped ${words.count} times` }] : [];
}
