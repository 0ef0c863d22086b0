import type { ResumeKind } from '../../shared/model/debug.ts';
import type { RunController } from './run-controller.ts';
import type { LaunchSpec } from '../../shared/rpc/contracts/sessions.ts';

/** The verbs of the window: each calls a service, shows itself in `busy`, and turns a failure into a notice. Implemented in session-controller-live.ts. */
export interface SessionController {
  observe(pid: number): Promise<void>;
  launch(spec: LaunchSpec): Promise<void>;
  launchDemo(): Promise<void>;
  attach(): Promise<void>;
  detach(): Promise<void>;
  kill(): Promise<void>;
  /** Shows another open session of the host, and closes the one that was shown. Rejects when there is no such session. */
  replaceWith(sessionId: string): Promise<void>;
  /** Back to the start screen. */
  close(): Promise<void>;
  interrupt(): Promise<void>;
  resume(kind: ResumeKind): Promise<void>;
  refresh(): Promise<void>;
  selectThread(threadId: number): Promise<void>;
  selectFrame(level: number): Promise<void>;
  insertBreakpoint(location: string): Promise<void>;
  removeBreakpoint(number: string): Promise<void>;
  enableBreakpoint(number: string, enabled: boolean): Promise<void>;
  /** Resolves the text of the address bar and moves the cursor there; false (and a notice) when it names nothing. */
  goToText(text: string, movedBy: string): Promise<boolean>;
  /** Breakpoints, watchpoints, signals, registers and the rarer ways to run. */
  readonly run: RunController;
  dismissNotice(id: number): void;
  /** Resolves when no request is under way and no frame is pending: what end-to-end tests wait on. */
  whenIdle(): Promise<void>;
  dispose(): void;
}
