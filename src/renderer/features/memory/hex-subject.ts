import { addBytes, type Address } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { HexPlace } from './hex-place.ts';

/** What an action of the menu is about. */
export interface Subject {
  readonly range: AddressRange;
  /** '' for bytes without a name. */
  readonly name: string;
}

/** The selection, else the member or variable, else the byte. */
export function subjectOf(address: Address, selection: AddressRange | undefined, place: HexPlace): Subject {
  if (selection !== undefined && selection.end > selection.start) return { range: selection, name: 'selected' };
  const named = place.member ?? (place.owner?.isCode === false ? place.owner : undefined);
  return named === undefined ? { range: { start: address, end: addBytes(address, 1) }, name: '' } : named;
}
