import type { ResumeKind, StopInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ExplainAnswer } from '../../../shared/model/explanation.ts';
import type { LabLanguage } from '../../../shared/model/lab.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import type { Session } from '../../session/session.ts';
import type { Debugger } from '../../target/debugger.ts';
import { throwIfCancelled, within } from '../within.ts';
import type { PlacedStage } from './stages.ts';

/** How long a program may take to come to its next stop. Programs of labs take milliseconds; a busy machine takes longer. */
const STOP_LIMIT_MS = 30_000;
/** Stops on the way to a stage: breakpoints of the user's. */
const MOST_STOPS = 1000;

/** Why a session's program is stopped. */
export type Explain = (session: Session) => Promise<ExplainAnswer>;

export interface LiveRunParts {
  readonly session: Session;
  readonly lab: string;
  readonly language: LabLanguage;
  readonly program: string;
  /** Other files that were built with it, by name. */
  readonly built: ReadonlyMap<string, string>;
  readonly stages: readonly PlacedStage[];
  readonly explain: Explain | undefined;
}

/** A lab's program in a session: knows at which stage it stands, and brings it to another. */
export class LiveRun {
  readonly session: Session;
  readonly lab: string;
  readonly language: LabLanguage;
  readonly program: string;
  readonly built: ReadonlyMap<string, string>;
  readonly explain: Explain | undefined;
  readonly #stages: readonly PlacedStage[];
  /** How often this program was started anew by us. */
  restarts = 0;

  constructor(parts: LiveRunParts) {
    this.session = parts.session;
    this.lab = parts.lab;
    this.language = parts.language;
    this.program = parts.program;
    this.built = parts.built;
    this.explain = parts.explain;
    this.#stages = parts.stages;
  }

  /** Rejects with `wrong-state` when there is no process. */
  get pid(): number {
    const pid = this.session.state.target?.pid;
    if (pid === undefined) throw new VmatlasError({ code: 'wrong-state', message: 'The lab has no process.' });
    return pid;
  }

  /** The stage where the program stands; undefined between stages, when it runs, and when it has ended. */
  get stage(): string | undefined {
    const { stop } = this.session.state;
    return stop && this.#stages.find((stage) => stage.isAt(stop))?.id;
  }

  /** A breakpoint at each stage after the first, so that whoever presses Continue comes by all of them. */
  async insertBreakpoints(): Promise<void> {
    const held = this.#held('stopped');
    for (const { location } of this.#stages.slice(1)) if (location !== undefined) await held.insertBreakpoint({ location, condition: undefined, temporary: false, hardware: false });
  }

  /** Brings the program to a stage. Started anew when it is past it, or nobody knows where. */
  async toStage(id: string, signal: AbortSignal): Promise<void> {
    const wanted = this.#stages.findIndex((stage) => stage.id === id);
    if (wanted < 0) throw new VmatlasError({ code: 'internal', message: `This lab has no stage ${id}.` });
    const here = this.#stages.findIndex((stage) => stage.id === this.stage);
    if (here === wanted) return;
    const anew = here < 0 || here > wanted;
    if (anew) await this.startAnew();
    // Those behind it do not come again.
    for (const stage of this.#stages.slice(anew ? 0 : here + 1, wanted + 1)) await this.#until(stage, signal);
  }

  async startAnew(): Promise<void> {
    this.restarts++;
    await this.session.restart();
  }

  /** Lets the program go on, and waits until it stops again or has ended. Rejects with `gdb-timeout`; it runs on then. */
  async goOn(kind: ResumeKind, signal: AbortSignal, limitMs: number = STOP_LIMIT_MS): Promise<SessionState> {
    throwIfCancelled(signal);
    const { session } = this;
    const { stopCount } = session.state;
    let found: (state: SessionState) => void = () => undefined;
    const reached = new Promise<SessionState>((resolve) => (found = resolve));
    const look = (state: SessionState): void => {
      if (state.stopCount > stopCount || session.isOver) found(state);
    };
    // Listened to before it goes on: the stop may be there before the answer.
    const unsubscribe = session.onState(look);
    try {
      await session.resume(kind, undefined);
      look(session.state);
      return await within(reached, limitMs, 'The program did not stop', signal);
    } finally {
      unsubscribe();
    }
  }

  /** Where it is stopped. Rejects with `not-stopped`, or how it ended. */
  stop(): StopInfo {
    const { stop, ending, phase } = this.session.state;
    if (stop) return stop;
    throw new VmatlasError({ code: 'not-stopped', message: ending === undefined ? 'The program is not stopped.' : `The program ${ending}.`, evidence: `the session is ${phase}` });
  }

  /** Continues until the program stands at a stage. */
  async #until(stage: PlacedStage, signal: AbortSignal): Promise<void> {
    for (let stops = 0; stops < MOST_STOPS; stops++) {
      const { stop } = this.session.state;
      if (stop && stage.isAt(stop)) return;
      if (this.session.isOver) throw new VmatlasError({ code: 'process-exited', message: `The program ${this.session.state.ending ?? 'ended'} before it came to ${stage.words}.` });
      await this.#ensureBreakpoint(stage);
      await this.goOn('continue', signal);
    }
    throw new VmatlasError({ code: 'gdb-timeout', message: `The program stopped ${MOST_STOPS} times, and never at ${stage.words}.` });
  }

  /** The user may have taken ours away. */
  async #ensureBreakpoint({ location }: PlacedStage): Promise<void> {
    if (location === undefined) return;
    const held = this.#held('stopped');
    const there = (await held.breakpoints()).some((breakpoint) => breakpoint.enabled && breakpoint.original.endsWith(location));
    if (!there) await held.insertBreakpoint({ location, condition: undefined, temporary: true, hardware: false });
  }

  #held(needs: 'attached' | 'stopped'): Debugger {
    return this.session.debugger('run a lab on it', needs);
  }
}
