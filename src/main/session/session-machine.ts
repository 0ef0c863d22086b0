import type { StopInfo } from '../../shared/model/debug.ts';
import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { TargetIdentity } from '../../shared/model/process.ts';
import type { Capability, SessionPhase, SessionState } from '../../shared/model/session.ts';

/**
 * The session's state machine as a pure function.
 *
 *            open                observed                attached                       stopped / running
 *     idle ───────► opening ───────────────► observing ───────────► running ⇄ stopped ◄───────────────┐
 *                      │                        ▲  let-go, debugger-ended │    │                       │
 *                      │                        └─────────────────────────┴────┘                       │
 *                      └── ended / closed ──► exited | lost | detached ── attached (`run` in gdb's console) ┘
 *
 * An event that makes no sense in a phase changes nothing (the very same object comes back): gdb tells some things twice and some late.
 */
export interface SessionModel {
  readonly state: SessionState;
  /** What the target itself can do, whatever gdb does. */
  readonly targetCapabilities: readonly Capability[];
  /** The debugger has a terminal for the program. */
  readonly programTerminal: boolean;
}

export type SessionEvent =
  /** The user wants a target. */
  | { readonly type: 'open'; readonly launched: boolean }
  /** The target answers, without gdb. */
  | { readonly type: 'observed'; readonly target: TargetIdentity; readonly capabilities: readonly Capability[] }
  | { readonly type: 'debugger-started'; readonly version: string }
  /** gdb holds this target now. `stop` undefined: it runs. */
  | {
      readonly type: 'attached';
      readonly target: TargetIdentity;
      readonly capabilities: readonly Capability[];
      readonly stop: StopInfo | undefined;
      readonly launched: boolean;
      readonly programTerminal: boolean;
    }
  | { readonly type: 'stopped'; readonly stop: StopInfo }
  | { readonly type: 'running' }
  /** The process replaced its program (execve); gdb goes on holding it. */
  | { readonly type: 'replaced'; readonly target: TargetIdentity; readonly capabilities: readonly Capability[] }
  /** gdb detached; the process runs on. */
  | { readonly type: 'let-go' }
  /** gdb is gone. The target, if gdb held it, runs on. */
  | { readonly type: 'debugger-ended'; readonly problem: ErrorFacts | undefined }
  /** A refresh found another map than before. */
  | { readonly type: 'picture-changed' }
  | { readonly type: 'problem'; readonly problem: ErrorFacts }
  | { readonly type: 'ended'; readonly how: 'exited' | 'lost'; readonly words: string }
  /** The session is over. */
  | { readonly type: 'closed'; readonly words: string; readonly how: 'exited' | 'detached' };

export function initialModel(sessionId: string): SessionModel {
  return {
    state: {
      sessionId, phase: 'idle', target: undefined, launched: false, gdbVersion: undefined, stop: undefined, stopCount: 0, generation: 0, ending: undefined,
      problem: undefined, capabilities: [],
    },
    targetCapabilities: [],
    programTerminal: false,
  };
}

/** The target is over for this session, and what is shown of it is its last picture. */
export function isFinal(phase: SessionPhase): boolean {
  return phase === 'exited' || phase === 'detached' || phase === 'lost';
}

/** gdb holds the target. */
export function isAttached(phase: SessionPhase): boolean {
  return phase === 'running' || phase === 'stopped';
}

export function reduce(model: SessionModel, event: SessionEvent): SessionModel {
  const next = step(model, event);
  if (next === model) return model;
  return { ...next, state: { ...next.state, capabilities: capabilitiesOf(next) } };
}

function step(model: SessionModel, event: SessionEvent): SessionModel {
  const { state } = model;
  const { phase } = state;
  switch (event.type) {
    case 'open':
      return phase === 'idle' ? change(model, { phase: 'opening', launched: event.launched }) : model;

    case 'observed': {
      if (phase !== 'opening') return model;
      return { ...change(model, { phase: 'observing', target: event.target, generation: state.generation + 1 }), targetCapabilities: event.capabilities };
    }

    case 'debugger-started':
      return phase === 'idle' ? model : change(model, { gdbVersion: event.version, problem: undefined });

    case 'attached': {
      // After `detached` the session is closed for good; without gdb nothing can be attached.
      if (phase === 'idle' || phase === 'detached' || state.gdbVersion === undefined) return model;
      const next = change(model, {
        phase: event.stop ? 'stopped' : 'running',
        target: event.target,
        launched: event.launched,
        stop: event.stop,
        stopCount: state.stopCount + (event.stop ? 1 : 0),
        generation: state.generation + 1,
        ending: undefined,
        problem: undefined,
      });
      return { ...next, targetCapabilities: event.capabilities, programTerminal: event.programTerminal };
    }

    case 'stopped':
      if (!isAttached(phase)) return model;
      return change(model, { phase: 'stopped', stop: event.stop, stopCount: state.stopCount + 1, generation: state.generation + 1 });

    case 'running':
      return phase === 'stopped' ? change(model, { phase: 'running', stop: undefined }) : model;

    case 'replaced': {
      if (!isAttached(phase)) return model;
      return { ...change(model, { target: event.target, generation: state.generation + 1 }), targetCapabilities: event.capabilities };
    }

    case 'let-go':
      return isAttached(phase) ? change(model, { phase: 'observing', stop: undefined }) : model;

    case 'debugger-ended': {
      if (state.gdbVersion === undefined) return model;
      const next = change(model, {
        gdbVersion: undefined,
        problem: event.problem ?? state.problem,
        ...(isAttached(phase) ? { phase: 'observing', stop: undefined } : {}),
      });
      return { ...next, programTerminal: false };
    }

    case 'picture-changed':
      return phase === 'observing' || isAttached(phase) ? change(model, { generation: state.generation + 1 }) : model;

    case 'problem':
      return phase === 'idle' || isFinal(phase) ? model : change(model, { problem: event.problem });

    case 'ended':
      return phase === 'idle' || isFinal(phase) ? model : change(model, { phase: event.how, stop: undefined, ending: event.words });

    case 'closed':
      return isFinal(phase) ? model : change(model, { phase: event.how, stop: undefined, ending: event.words });
  }
}

function change(model: SessionModel, difference: Partial<SessionState>): SessionModel {
  return { ...model, state: { ...model.state, ...difference } };
}

function capabilitiesOf(model: SessionModel): readonly Capability[] {
  const { state } = model;
  const found = new Set<Capability>();
  if (state.phase === 'observing' || isAttached(state.phase)) {
    for (const capability of model.targetCapabilities) found.add(capability);
    if (state.launched) found.add('kill');
    else found.delete('kill');
  }
  if (isAttached(state.phase)) found.add('run-control').add('breakpoints');
  if (state.phase === 'stopped') found.add('registers').add('frames');
  if (state.gdbVersion !== undefined) found.add('console');
  if (model.programTerminal) found.add('program-terminal');
  return [...found];
}
