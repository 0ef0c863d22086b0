import type { Address } from '../address/address.ts';

/** One write of the user's. */
export interface MemoryEdit {
  /** Rises with each edit of a session. */
  readonly id: number;
  readonly start: Address;
  readonly lengthBytes: number;
  /** `hits = 5`, `16 bytes`. */
  readonly label: string;
  /** First bytes before and after, for lists: at most 16. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The edits of one session that can be undone, oldest first, and those that were and can be done again, next one first. */
export interface EditList {
  readonly done: readonly MemoryEdit[];
  readonly undone: readonly MemoryEdit[];
  /** What the last call did, in words; '' when nothing. */
  readonly words: string;
}

/** What a write would meet. */
export interface EditPlan {
  readonly verdict: 'free' | 'confirm' | 'refused';
  /** Why, and what would happen. */
  readonly words: string;
  readonly remedy: string;
}
