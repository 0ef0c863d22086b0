import type { Address } from '../../address/address.ts';
import type { ErrorFacts } from '../../model/errors.ts';
import type { Lab, LabCheckResult, LabLanguage, LabPlace, LabProgress, LabReport, LabRun, LabSummary } from '../../model/lab.ts';

/** A compiler that labs can use. */
export interface LabCompiler {
  readonly path: string;
  /** First line of `--version`. */
  readonly version: string;
}

export interface LabTool {
  readonly compiler: LabCompiler | undefined;
  /** Why there is none, and what to install. */
  readonly problem: ErrorFacts | undefined;
}

/** What compiles the labs: gcc, clang or cc, whichever is on PATH first; rustc. */
export interface LabToolchain {
  readonly c: LabTool;
  readonly rust: LabTool;
  readonly gdbProblem: ErrorFacts | undefined;
}

export interface LabsContract {
  readonly calls: {
    /** In the order of learning. */
    list(params: Record<string, never>): readonly LabSummary[];
    /** Rejects with `unknown-lab`. */
    get(params: { readonly name: string }): Lab;
    toolchain(params: Record<string, never>): LabToolchain;

    /**
     * Compiles a lab's program (progress is told; an earlier result is used again), starts it under gdb in a session of its own and brings it to the place where the lab begins.
     * Rejects with `unknown-lab`, `compiler-missing`, `compile-failed` (the compiler's words are the evidence), those of launching, or `cancelled`.
     */
    start(params: { readonly name: string; readonly language: LabLanguage }): LabRun;
    /** Lab `own`: starts a program of the user's, stopped in main, and makes the checklist for it. Rejects with `no-debug-information` when it has none. */
    startOwn(params: { readonly program: string; readonly args: readonly string[]; readonly cwd: string }): LabRun;
    /** Labs whose session is open. */
    runs(params: Record<string, never>): readonly LabRun[];

    /**
     * Checks everything on the live process, running it on or starting it anew where a check needs that; afterwards it stands where it stood, or, from a place that is no stage of the
     * lab, at its beginning (with `putBack: false`, wherever the checks left it). Each result is told as event `checked` and by progress as it comes. `only`: ids of checks. Rejects with `no-such-session`, `wrong-state` while a
     * verification of this session is under way, or `cancelled`; what goes wrong in one check is its result.
     */
    verify(params: { readonly sessionId: string; readonly only?: readonly string[]; readonly putBack?: boolean }): LabReport;
    /** Address of a place in the program of a run. Rejects with `unknown-location`, for one that is printed later too. */
    resolve(params: { readonly sessionId: string; readonly place: LabPlace }): { readonly address: Address; readonly words: string };

    /** Of every lab with something to remember. */
    progress(params: Record<string, never>): readonly LabProgress[];
    /** Remembers what the user expects. */
    predict(params: { readonly name: string; readonly prediction: string; readonly option: number }): LabProgress;
    /** Forgets a lab's progress. */
    forget(params: { readonly name: string }): null;
  };
  readonly events: {
    /** A result of a verification under way. */
    readonly checked: { readonly sessionId: string; readonly result: LabCheckResult };
    readonly progressChanged: LabProgress;
  };
}
