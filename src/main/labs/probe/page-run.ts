import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { PAGE_SHIFT, pageCeil, pageOf, pageStart, toPageNumber } from '../../../shared/address/page.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { LabEvidence } from '../../../shared/model/lab.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { PageFact } from './facts.ts';
import type { LabProbe } from './lab-probe.ts';
import { pageFact } from './page-fact.ts';

/** Evidence lists so many pages, and says how many more there are. */
const MOST_LISTED = 12;

/** The pages of a range, of which those in memory. */
export interface PageRunFact {
  /** Whole pages of the range. */
  readonly pageCount: number;
  readonly present: readonly PageFact[];
  readonly evidence: LabEvidence;
}

/** Looks at the whole pages that lie in [start, end), by one read of pagemap. Touches none. Rejects with `unsupported` where the kernel refuses. */
export async function wholePages(probe: LabProbe, start: Address, end: Address): Promise<PageRunFact> {
  const first = pageCeil(start);
  const pageCount = Math.max(0, Number(end >> PAGE_SHIFT) - first);
  const words = await probe.session.withTarget((target) => target.readPagemap(first, pageCount));
  if (words === undefined) throw new VmatlasError({ code: 'unsupported', message: 'The kernel does not let us read the page table (pagemap).' });
  const present = Array.from(words, (word, at) => pageFact(probe.pid, pageStart(toPageNumber(first + at)), word)).filter((page) => page.present);
  return { pageCount, present, evidence: { from: `/proc/${probe.pid}/pagemap`, text: describe(pageStart(first), pageCount, present) } };
}

/** Are these the pages that hold the addresses, all of them and no other? */
export function areThePagesOf(pages: readonly PageFact[], addresses: readonly Address[]): boolean {
  const wanted = new Set(addresses.map((address) => pageOf(address)));
  return pages.length === wanted.size && pages.every(({ start }) => wanted.has(pageOf(start)));
}

function describe(start: Address, pageCount: number, present: readonly PageFact[]): string {
  const listed = present.slice(0, MOST_LISTED).map((page) => formatPlainAddress(page.start));
  const more = present.length - listed.length;
  const which = present.length === 0 ? 'none in memory' : `in memory ${present.length}: ${listed.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
  return `${formatCount(pageCount)} pages from ${formatPlainAddress(start)}: ${which}`;
}
