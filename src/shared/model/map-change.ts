import type { Address } from '../address/address.ts';

/** What changed between two generations of the map. */
export interface MapChange {
  readonly kind: 'added' | 'removed' | 'grown' | 'shrunk' | 'permissions';
  readonly start: Address;
  readonly end: Address;
  /** `[heap] grew by 132 KiB`. */
  readonly words: string;
}
