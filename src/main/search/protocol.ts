import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { RefineCondition, SearchPattern } from '../../shared/model/search.ts';
import type { JobResult } from './job-scanner.ts';
import type { Patch } from './patches.ts';
import type { HitColumns, RefineResult } from './refine-scanner.ts';
import type { Segments } from './segments.ts';

/** What every job of one search or one refining needs. Columns and flag lie in shared memory. */
export interface SearchSetup {
  readonly pid: number;
  readonly pattern: SearchPattern;
  readonly align: number;
  readonly segments: Segments;
  readonly patches: readonly Patch[];
  readonly touchNotPresent: boolean;
  /** One number; not 0: cancelled. */
  readonly cancelFlag: Int32Array;
  /** Set: the jobs look again at places found before. */
  readonly refine: { readonly keptBytes: number; readonly condition: RefineCondition } | undefined;
}

export type WorkerTask =
  /** Opens the process's memory; to be done by every worker before the host checks that it is still the same process. */
  | { readonly do: 'open'; readonly search: number; readonly setup: SearchSetup }
  | { readonly do: 'scan'; readonly search: number; readonly start: number; readonly end: number; readonly mostHits: number }
  | { readonly do: 'refine'; readonly search: number; readonly hits: HitColumns }
  | { readonly do: 'close'; readonly search: number };

export interface WorkerRequest {
  readonly id: number;
  readonly task: WorkerTask;
}

export type WorkerAnswer =
  | { readonly did: 'open'; readonly keptBytes: number }
  | { readonly did: 'scan'; readonly result: JobResult }
  | { readonly did: 'refine'; readonly result: RefineResult }
  | { readonly did: 'close' }
  | { readonly did: 'failed'; readonly facts: ErrorFacts };

export interface WorkerReply {
  readonly id: number;
  readonly answer: WorkerAnswer;
}
