import type { ErrorFacts } from './errors.ts';

/** A row of the process picker. */
export interface ProcessSummary {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly user: string;
  /** comm: at most 15 characters, as the kernel keeps it. */
  readonly name: string;
  /** Command line joined by spaces, or `[comm]` for kernel threads. */
  readonly command: string;
  /** Target of /proc/PID/exe, '' when it can't be read. */
  readonly exe: string;
  /** State letter of /proc/PID/stat. */
  readonly state: string;
  readonly threads: number;
  readonly residentBytes: bigint;
  /** Ticks since boot (stat field 22): tells this process from a later one with the same pid. */
  readonly startTime: bigint;
  /** Why it can't be opened even for looking; undefined when it can. */
  readonly cannotOpen: ErrorFacts | undefined;
  /** Why gdb can't attach, when looking is possible; undefined when it can. */
  readonly cannotAttach: ErrorFacts | undefined;
}

/** What is known of the opened process. */
export interface TargetIdentity {
  readonly pid: number;
  readonly startTime: bigint;
  readonly name: string;
  readonly exe: string;
  readonly command: string;
  readonly uid: number;
  readonly user: string;
}

/** One thread as /proc tells it, without stopping anything. */
export interface ThreadSummary {
  readonly tid: number;
  readonly name: string;
  readonly state: string;
  /** PC and SP of a blocked thread from /proc/PID/task/TID/syscall; undefined when running or refused. */
  readonly pc: bigint | undefined;
  readonly sp: bigint | undefined;
}
