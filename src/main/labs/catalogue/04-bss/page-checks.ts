import { addBytes, type Address } from '../../../../shared/address/address.ts';
import { formatCount } from '../../../../shared/address/size.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { AddressFact, PageFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { areThePagesOf, wholePages, type PageRunFact } from '../../probe/page-run.ts';
import { smapsOf } from '../../probe/smaps-of.ts';

/** So many pages the program reads, and as many others it writes to. */
const TOUCHED = 5;
const PAGE_BYTES = 4096n;

/** When pages come, and which. */
export const pageChecks: readonly LabCheckDefinition[] = [
  {
    id: 'untouched',
    title: 'Before it is used, no page of the array is in memory.',
    why: 'The mapping is a promise. The kernel makes a page when the processor finds none: at the first touch.',
    stage: 'untouched',
    run: async (probe, check) => {
      const pages = await arrayPages(probe);
      check.expect(pages.pageCount >= 900, `${formatCount(pages.pageCount)} whole pages lie within the array.`, pages);
      check.expect(pages.present.length === 0, 'None of them is in memory.', pages);
    },
  },
  {
    id: 'zero-reads',
    title: 'Reading gives zeros and takes no memory: exactly the pages that were read show the kernel’s page of zeros.',
    why: 'A read of an untouched anonymous page maps one shared, read-only page of zeros (mm/memory.c, do_anonymous_page). It is nobody’s memory, so Rss doesn’t count it.',
    stage: 'untouched',
    run: async (probe, check) => {
      const before = residentBytes(probe, await middle(probe));
      await probe.toStage('read');
      const read = await places(probe, 'read');
      const sum = await probe.printed('read_sum');
      check.expect(sum.text === '0', 'What the program read was zero, five times.', sum);
      const pages = await arrayPages(probe);
      check.expect(areThePagesOf(pages.present, addresses(read)), 'The pages that it read are there now, and no others.', pages, ...read);
      check.expect(pages.present.length > 0 && pages.present.every((page) => !page.exclusive), 'None of them is this process’s own.', pages, ...pages.present);
      expectOneFrame(check, pages.present);
      const after = residentBytes(probe, await middle(probe));
      if (after.unnamed) check.expect(after.bytes === before.bytes, 'The mapping’s Rss is what it was before.', before.evidence, after.evidence);
      else check.note('The heap lies in the same mapping here, so its Rss tells nothing of the array.', after.evidence);
    },
  },
  {
    id: 'written',
    title: 'Writing brings exactly the pages that were written to, zeroed, each a page of this process’s own.',
    why: 'The first write to a page makes the kernel take a free page, clear it, and map it with the right to write.',
    stage: 'read',
    run: async (probe, check) => {
      const before = residentBytes(probe, await middle(probe));
      await probe.toStage('written');
      const read = await places(probe, 'read');
      const written = await places(probe, 'written');
      const pages = await arrayPages(probe);
      check.expect(areThePagesOf(pages.present, addresses([...read, ...written])), `${TOUCHED} pages have come, those that were written to; with those that were read they are all there are.`, pages, ...written);
      const own = pages.present.filter((page) => written.some(({ address }) => address === page.start));
      check.expect(own.length === TOUCHED && own.every((page) => page.exclusive && !page.fileOrShared), 'They are anonymous, and this process’s own.', pages, ...own);
      const frames = own.flatMap(({ frame }) => (frame === undefined ? [] : [frame]));
      if (frames.length > 0) check.expect(new Set(frames).size === TOUCHED, 'Each has a frame of its own.', ...own);
      for (const [index, place] of written.entries()) {
        const { bytes, evidence } = await probe.memory(place.address, 16);
        check.expect(bytes.every((byte, at) => byte === (at === 0 ? index + 1 : 0)), `The page begins with the ${index + 1} that was written, and zeros behind.`, evidence);
      }
      const after = residentBytes(probe, await middle(probe));
      if (after.unnamed) check.expect(after.bytes - before.bytes === BigInt(TOUCHED) * PAGE_BYTES, 'The mapping’s Rss has grown by 20 kB, five pages.', before.evidence, after.evidence);
    },
  },
];

async function arrayPages(probe: LabProbe): Promise<PageRunFact> {
  const { address } = await probe.printedAddress('million');
  return wholePages(probe, address, addBytes(address, BigInt((await probe.printed('million_bytes')).text)));
}

async function places(probe: LabProbe, name: 'read' | 'written'): Promise<readonly AddressFact[]> {
  return Promise.all(Array.from({ length: TOUCHED }, (_, index) => probe.printedAddress(`${name}_${index}`)));
}

function addresses(facts: readonly AddressFact[]): readonly Address[] {
  return facts.map(({ address }) => address);
}

/** Well inside the anonymous part. */
async function middle(probe: LabProbe): Promise<Address> {
  return addBytes((await probe.printedAddress('million')).address, BigInt((await probe.printed('million_bytes')).text) / 2n);
}

function residentBytes(probe: LabProbe, address: Address): { readonly bytes: bigint; readonly unnamed: boolean; readonly evidence: LabEvidence } {
  const { line, bytes, evidence } = smapsOf(probe.pid, address, ['Rss']);
  return { bytes: bytes.get('Rss') ?? 0n, unnamed: !line.includes('['), evidence };
}

/** Frame numbers are told to CAP_SYS_ADMIN only. */
function expectOneFrame(check: CheckRecorder, pages: readonly PageFact[]): void {
  const frames = new Set(pages.flatMap(({ frame }) => (frame === undefined ? [] : [frame])));
  if (frames.size > 0) check.expect(frames.size === 1, 'All of them show one and the same frame.', ...pages);
}
