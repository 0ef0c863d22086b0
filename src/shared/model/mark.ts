import type { Address } from '../address/address.ts';

export type MarkKind = 'sp' | 'fp' | 'pc' | 'brk' | 'breakpoint' | 'fault' | 'stack-limit';

/** A live point on the map. */
export interface Mark {
  readonly kind: MarkKind;
  readonly address: Address;
  /** Short flag text: `rsp`, `rip`, `brk`, `1`. */
  readonly label: string;
  /** Longer words for hover and screen reader. */
  readonly words: string;
  readonly tid: number | undefined;
}
