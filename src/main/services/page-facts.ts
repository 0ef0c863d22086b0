import { formatPlainAddress, toAddress, type Address } from '../../shared/address/address.ts';
import { pageOf, pageStart } from '../../shared/address/page.ts';
import type { Region } from '../../shared/model/region.ts';
import type { PageFacts } from '../../shared/rpc/contracts/map.ts';
import {
  PAGEMAP_EXCLUSIVE, PAGEMAP_FILE_OR_SHARED, PAGEMAP_GUARD, PAGEMAP_PRESENT, PAGEMAP_SOFT_DIRTY, PAGEMAP_SWAPPED, pagemapFrame,
} from '../procfs/pagemap.ts';

/** What the page table says of the page that holds `address`, of mapped memory. `word` undefined: the kernel did not tell. */
export function pageFacts(address: Address, word: bigint | undefined, region: Region): PageFacts {
  const start = pageStart(pageOf(address));
  const low = Number((word ?? 0n) & 0xffff_ffffn);
  const high = Number((word ?? 0n) >> 32n);
  const has = (bit: number): boolean => (high & bit) !== 0;
  const guardRegion = has(PAGEMAP_GUARD);
  const facts = {
    start,
    word,
    present: has(PAGEMAP_PRESENT),
    // A guard region sets the swap bit too, and nothing is swapped there.
    swapped: has(PAGEMAP_SWAPPED) && !guardRegion,
    fileOrShared: has(PAGEMAP_FILE_OR_SHARED),
    exclusive: has(PAGEMAP_EXCLUSIVE),
    softDirty: has(PAGEMAP_SOFT_DIRTY),
    guardRegion,
    pfn: pagemapFrame(low, high),
  };
  return { ...facts, words: pageWords(facts, region) };
}

function pageWords(facts: Omit<PageFacts, 'words'>, region: Region): string {
  if (facts.word === undefined) return 'the kernel does not tell its state';
  if (facts.guardRegion) return 'guard: any access raises SIGSEGV';
  if (facts.swapped) return 'swapped out: the next access reads it back from swap';
  if (!facts.present) return absentWords(facts, region);
  const users = facts.exclusive ? 'mapped by this process only' : 'mapped by others too';
  // Shared anonymous memory has a file of the kernel's own behind it, which tells nobody anything.
  if (facts.fileOrShared) return region.inode === 0n || region.kind === 'shm' ? `present, shared memory, ${users}` : `present, page of ${fileWords(facts.start, region)}, ${users}`;
  if (region.inode !== 0n) return `present, private copy of ${fileWords(facts.start, region)}`;
  // Reading an untouched anonymous page maps the zero page, which belongs to everybody.
  return facts.exclusive ? 'present, anonymous memory of this process' : 'present, anonymous: the shared zero page, or shared with a forked process';
}

function absentWords(facts: Omit<PageFacts, 'words'>, region: Region): string {
  if (region.perms.startsWith('---')) return 'not present, and no access is allowed';
  if (region.kind === 'shm') return 'not present: the next access brings the shared page, or a page of zeros';
  if (region.inode !== 0n) return `not present: the next access brings it from ${fileWords(facts.start, region)}`;
  return 'not present: never touched, the next access gets a page of zeros';
}

/** `tour +0x3000`: file name and the page's offset in the file. A region may begin inside the page. */
function fileWords(pageAddress: Address, region: Region): string {
  const name = region.path.slice(region.path.lastIndexOf('/') + 1);
  const offset = region.offset + (pageAddress - region.start);
  return `${name} +${formatPlainAddress(toAddress(offset < 0n ? 0n : offset))}`;
}
