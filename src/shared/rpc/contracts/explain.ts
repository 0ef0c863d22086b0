import type { ExplainAnswer } from '../../model/explanation.ts';

/** Says why the program stopped. */
export interface ExplainContract {
  readonly calls: {
    /**
     * The present stop, explained: of the thread that stopped, or of one that is inside its handler of a fault. Nothing is changed, and no function of the program is called.
     * That there is no fault (a breakpoint, a step, a signal of another kind, a running or ended program) is an answer, not an error.
     * Ask again after each stop: `stopCount` is the session's (SessionState.stopCount).
     */
    explain(params: { readonly sessionId: string }): { readonly generation: number; readonly stopCount: number; readonly answer: ExplainAnswer };
  };
  readonly events: Record<never, never>;
}
