import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { pageOf, pageStart } from '../../../shared/address/page.ts';
import { PAGEMAP_EXCLUSIVE, PAGEMAP_FILE_OR_SHARED, PAGEMAP_GUARD, PAGEMAP_PRESENT, PAGEMAP_SWAPPED, pagemapFrame } from '../../procfs/pagemap.ts';
import type { PageFact } from './facts.ts';

/** What a pagemap word says of the page that holds an address. */
export function pageFact(pid: number, address: Address, word: bigint): PageFact {
  const start = pageStart(pageOf(address));
  const low = Number(word & 0xffff_ffffn);
  const high = Number(word >> 32n);
  const has = (bit: number): boolean => (high & bit) !== 0;
  return {
    start, word, present: has(PAGEMAP_PRESENT), swapped: has(PAGEMAP_SWAPPED) && !has(PAGEMAP_GUARD), fileOrShared: has(PAGEMAP_FILE_OR_SHARED), exclusive: has(PAGEMAP_EXCLUSIVE),
    frame: pagemapFrame(low, high),
    evidence: { from: `/proc/${pid}/pagemap`, text: `${formatPlainAddress(start)}: 0x${word.toString(16).padStart(16, '0')} (${bitWords(high)})` },
  };
}

/** The bits that labs look at, in words. */
function bitWords(high: number): string {
  if ((high & PAGEMAP_PRESENT) === 0) return 'bit 63 clear: absent';
  const file = (high & PAGEMAP_FILE_OR_SHARED) !== 0 ? 'bit 61 set: of a file, or shared memory' : 'bit 61 clear: anonymous';
  const exclusive = (high & PAGEMAP_EXCLUSIVE) !== 0 ? 'bit 56 set: mapped once' : 'bit 56 clear: mapped more than once';
  return `bit 63 set: present, ${file}, ${exclusive}`;
}
