import type { ErrorFacts } from '../../model/errors.ts';
import type { ProcessSummary } from '../../model/process.ts';

/** What the start screen needs to know of the machine. */
export interface HostEnvironment {
  readonly host: 'electron' | 'web';
  readonly user: string;
  readonly uid: number;
  readonly machine: string;
  readonly kernel: string;
  readonly gdb: { readonly path: string; readonly version: string } | undefined;
  /** Why there is no usable gdb, with the remedy. */
  readonly gdbProblem: ErrorFacts | undefined;
  /** kernel.yama.ptrace_scope, undefined where the kernel has no Yama. */
  readonly ptraceScope: number | undefined;
  /** The bundled demo program is compiled and can be launched. */
  readonly demoProgram: string | undefined;
  readonly productVersion: string;
}

export interface RecentTarget {
  /** Program path, or executable of an attached process. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly how: 'launch' | 'observe';
  /** Milliseconds since 1970. */
  readonly lastOpenedMs: number;
}

export interface ProcessesContract {
  readonly calls: {
    /** All processes, ours first, newest first. */
    list(params: Record<string, never>): readonly ProcessSummary[];
    environment(params: Record<string, never>): HostEnvironment;
    recent(params: Record<string, never>): readonly RecentTarget[];
    forgetRecent(params: { readonly program: string }): null;
  };
  readonly events: Record<never, never>;
}
