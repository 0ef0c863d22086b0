import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ExplainAnswer, Explanation } from '../../../shared/model/explanation.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { OutputRelay } from './output-relay.ts';
import type { Sink } from './context.ts';

export interface RunRequest {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** What the program prints goes here. */
  readonly output: Sink;
  /** Aborted when the user wants no more of it. */
  readonly signal: AbortSignal;
}

/** Every panic with a payload goes through it, those that unwind too (library/std, panicking.rs): it has this name in the symbol table of every Rust program. */
const PANIC_FUNCTION = 'rust_panic';
/** The exit status of a Rust program whose main thread has panicked (library/std, rt.rs). */
const PANICKED = 'exited with status 101';

/**
 * Runs a program until it faults or ends, and ends it then. Signals that are no faults are handed to it; a Rust panic is noted, for it may be caught. What the program ends by without a fault is told as
 * the reason why there is none.
 */
export async function runUntilFault(clients: Clients, { program, args, cwd, output, signal }: RunRequest): Promise<ExplainAnswer> {
  const relay = new OutputRelay(clients, output);
  const states = new StateWatch(clients);
  let sessionId: string | undefined;
  try {
    const launched = await clients.sessions.launch({ program, args: [...args], cwd, env: {}, stopAt: 'main' });
    ({ sessionId } = launched);
    await relay.begin(sessionId);
    return await goOn(clients, states, launched, signal);
  } finally {
    if (sessionId !== undefined) {
      await relay.end();
      await clients.sessions.close({ sessionId });
    }
    relay.dispose();
    states.dispose();
  }
}

async function goOn(clients: Clients, states: StateWatch, launched: SessionState, signal: AbortSignal): Promise<ExplainAnswer> {
  const { sessionId } = launched;
  let state = launched;
  let panic: Explanation | undefined;
  await prepare(clients, state);
  for (;;) {
    if (state.phase === 'stopped') {
      // oxlint-disable-next-line no-await-in-loop -- one stop after the other
      const { answer } = await clients.explain.explain({ sessionId });
      if (answer.kind === 'fault' && answer.signal !== undefined) return answer;
      if (answer.kind === 'fault') panic = answer;
      // oxlint-disable-next-line no-await-in-loop
      await clients.sessions.resume({ sessionId, kind: 'continue' });
    }
    const seen = state.stopCount;
    // oxlint-disable-next-line no-await-in-loop
    state = await states.next(sessionId, signal, ({ phase, stopCount }) => isFinal(phase) || (phase === 'stopped' && stopCount > seen));
    if (isFinal(state.phase)) return ended(state, panic, launched);
  }
}

/** Ctrl-C is the program's own matter, and panics stop it for a look. */
async function prepare(clients: Clients, { sessionId, phase }: SessionState): Promise<void> {
  if (phase !== 'stopped') return;
  await clients.debug.handleSignal({ sessionId, name: 'SIGINT', stop: false, pass: true });
  try {
    await clients.debug.insertBreakpoint({ sessionId, location: PANIC_FUNCTION });
  } catch (error) {
    // No Rust program.
    if (!(error instanceof VmatlasError) || (error.code !== 'unknown-location' && error.code !== 'gdb-error')) throw error;
  }
}

function ended({ ending }: SessionState, panic: Explanation | undefined, { target }: SessionState): ExplainAnswer {
  const words = ending ?? 'ended';
  // Only the main thread's panic ends the program.
  if (panic && words === PANICKED && panic.thread.tid === target?.pid) return { ...panic, evidence: [...panic.evidence, { words: `the program ${words}, as a Rust program does whose main thread has panicked`, source: 'gdb', at: undefined }] };
  const caught = panic === undefined ? '' : ` There was a Rust panic on the way, which did not end the program: ${panic.cause.text}`;
  return { kind: 'none', reason: `The program ${words.startsWith('killed') ? 'was ' : ''}${words}.${caught}` };
}

function isFinal(phase: SessionState['phase']): boolean {
  return phase === 'exited' || phase === 'detached' || phase === 'lost';
}

/** The newest state of each session, and those to come. */
class StateWatch {
  readonly #newest = new Map<string, SessionState>();
  readonly #stop: () => void;
  readonly #waiting = new Set<() => void>();

  constructor(clients: Clients) {
    this.#stop = clients.sessions.on('state', (state) => {
      this.#newest.set(state.sessionId, state);
      for (const wake of [...this.#waiting]) wake();
    });
  }

  dispose(): void {
    this.#stop();
  }

  next(sessionId: string, signal: AbortSignal, holds: (state: SessionState) => boolean): Promise<SessionState> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const state = this.#newest.get(sessionId);
        if (!signal.aborted && (!state || !holds(state))) return;
        this.#waiting.delete(look);
        signal.removeEventListener('abort', look);
        if (signal.aborted) reject(new VmatlasError({ code: 'cancelled', message: 'Interrupted: the program was ended before it faulted.' }));
        else if (state) resolve(state);
      };
      this.#waiting.add(look);
      signal.addEventListener('abort', look);
      look();
    });
  }
}
