import type { Address } from '../../shared/address/address.ts';
import type { Explanation } from '../../shared/model/explanation.ts';
import type { Mark } from '../../shared/model/mark.ts';

/** Where the access failed that stopped the target: all views mark it. */
export interface FaultSite {
  readonly address: Address;
  /** Bytes of the access; 1 where nobody knows. */
  readonly sizeBytes: number;
  /** `SIGSEGV` */
  readonly label: string;
  readonly words: string;
}

/** What the map's mark tells of it: there as soon as the map is, and only where the kernel told the address. */
export function siteOfMark(marks: readonly Mark[]): FaultSite | undefined {
  const mark = marks.find(({ kind }) => kind === 'fault');
  return mark && { address: mark.address, sizeBytes: 1, label: mark.label, words: mark.words };
}

/** What the explanation tells: the size too, and the address also where only the instruction holds it. */
export function siteOfExplanation({ address, sizeBytes, signal, title }: Explanation): FaultSite | undefined {
  if (address === undefined || signal === undefined) return undefined;
  return { address, sizeBytes: Math.max(1, sizeBytes ?? 1), label: signal.name, words: `${signal.name}: ${title}` };
}

export function sameSite(a: FaultSite | undefined, b: FaultSite | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.address === b.address && a.sizeBytes === b.sizeBytes && a.label === b.label && a.words === b.words);
}

/** Whether a site overlaps [start, end). */
export function faultIn(site: FaultSite | undefined, start: Address, end: bigint): boolean {
  return site !== undefined && site.address < end && site.address + BigInt(site.sizeBytes) > start;
}

/** The map's marks and the site, once each. */
export function marksWithSite(marks: readonly Mark[], site: FaultSite | undefined): readonly Mark[] {
  if (site === undefined || marks.some(({ kind, address }) => kind === 'fault' && address === site.address)) return marks;
  return [...marks.filter(({ kind }) => kind !== 'fault'), { kind: 'fault', address: site.address, label: site.label, words: site.words, tid: undefined }];
}
