import type { ResumeKind } from '../../model/debug.ts';
import type { SessionState } from '../../model/session.ts';

export interface LaunchSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** Working directory; the host's own when ''. */
  readonly cwd: string;
  /** Extra environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Where to stop first: a gdb location, or '' to run on. `main` in the launch form. */
  readonly stopAt: string;
}

export interface SessionsContract {
  readonly calls: {
    list(params: Record<string, never>): readonly SessionState[];
    /** Opens a process for looking: nothing is stopped, no ptrace. Opening the same process again answers with its session. */
    observe(params: { readonly pid: number }): SessionState;
    /** Starts a program under gdb. */
    launch(params: LaunchSpec): SessionState;
    /** Launches the bundled demo and stops it in its deepest function. */
    launchDemo(params: Record<string, never>): SessionState;
    /** Attaches gdb to an observed process; it stops. */
    attach(params: { readonly sessionId: string }): SessionState;
    /** gdb lets go; the process runs on and stays observed. */
    detach(params: { readonly sessionId: string }): SessionState;
    /** Ends a launched program; refused for one we only attached to. */
    kill(params: { readonly sessionId: string }): SessionState;
    /** Closes the session: an attached process runs on, a launched one is ended. */
    close(params: { readonly sessionId: string }): null;
    interrupt(params: { readonly sessionId: string }): SessionState;
    resume(params: { readonly sessionId: string; readonly kind: ResumeKind; readonly threadId?: number }): SessionState;
    /** Runs to a place, once: a gdb location (`tour.c:38`, `*0x…`). Whatever stops it before ends the wish. Answers when it runs. */
    runTo(params: { readonly sessionId: string; readonly location: string; readonly threadId?: number }): SessionState;
    /** Starts a launched program again with the same arguments and breakpoints, also after it has ended. Refused for one we only attached to. */
    restart(params: { readonly sessionId: string }): SessionState;
    /** Reads everything anew; a changed picture gets a new generation. */
    refresh(params: { readonly sessionId: string }): SessionState;
  };
  readonly events: {
    /** Every change of every session; a new session's first state too. */
    readonly state: SessionState;
    readonly closed: { readonly sessionId: string };
  };
}
