import type { PageDetail, PagesPerCell } from '../../../shared/rpc/contracts/pages.ts';

export type { PageDetail, PagesPerCell };
/** The same steps as the contract's; views may import types of the contracts only. */
export const PAGES_PER_CELL: readonly PagesPerCell[] = [1, 16, 64, 512];
/** Runs asked for at once. */
export const RUNS_PER_ANSWER = 65_536;
/** Addresses that one question about accesses may hold. */
export const ADDRESSES_PER_QUESTION = 4096;
