import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StopInfo } from '../../shared/model/debug.ts';
import type { TargetIdentity } from '../../shared/model/process.ts';
import { initialModel, isAttached, isFinal, reduce, type SessionEvent, type SessionModel } from './session-machine.ts';

const target: TargetIdentity = { pid: 7, startTime: 1n, name: 'tour', exe: '/bin/tour', command: 'tour', uid: 1, user: 'me' };
const stop: StopInfo = { reason: 'step', threadId: 1, breakpoint: undefined, signal: undefined, frame: undefined, words: 'Stepped' };
const problem = { code: 'gdb-ended', message: 'gdb ended.' } as const;
const attached = { type: 'attached', target, capabilities: ['read-memory'], stop, launched: false, programTerminal: false } as const;
const observed = { type: 'observed', target, capabilities: ['read-memory', 'kill'] } as const;

function after(...events: readonly SessionEvent[]): SessionModel {
  return events.reduce(reduce, initialModel('s1'));
}

const opened: readonly SessionEvent[] = [{ type: 'open', launched: false }, observed];
const held: readonly SessionEvent[] = [...opened, { type: 'debugger-started', version: '13.1' }, attached];

describe('session machine', () => {
  it('looks, attaches, runs, stops and lets go', () => {
    expect(after(...opened).state).toMatchObject({ phase: 'observing', generation: 1, stopCount: 0, capabilities: ['read-memory'] });
    expect(after(...held).state).toMatchObject({ phase: 'stopped', generation: 2, stopCount: 1, gdbVersion: '13.1', stop });
    expect(after(...held, { type: 'running' }).state).toMatchObject({ phase: 'running', generation: 2, stop: undefined });
    expect(after(...held, { type: 'running' }, { type: 'stopped', stop }).state).toMatchObject({ phase: 'stopped', generation: 3, stopCount: 2 });
    expect(after(...held, { type: 'let-go' }).state).toMatchObject({ phase: 'observing', stop: undefined, gdbVersion: '13.1' });
  });

  it('goes back to looking when gdb dies, and says why', () => {
    expect(after(...held, { type: 'debugger-ended', problem }).state).toMatchObject({ phase: 'observing', problem, gdbVersion: undefined, stop: undefined });
  });

  it('stays over once it is over, unless the console runs the program again', () => {
    const over = after(...held, { type: 'ended', how: 'exited', words: 'exited with status 0' });
    expect(over.state).toMatchObject({ phase: 'exited', ending: 'exited with status 0', generation: 2 });
    expect(reduce(over, { type: 'stopped', stop })).toBe(over);
    expect(reduce(over, { type: 'picture-changed' })).toBe(over);
    expect(reduce(over, { type: 'ended', how: 'lost', words: 'x' })).toBe(over);
    expect(reduce(over, attached).state).toMatchObject({ phase: 'stopped', ending: undefined, generation: 3 });
  });

  it('offers to kill only what was launched, while it lives', () => {
    const launched = after({ type: 'open', launched: true }, { type: 'debugger-started', version: '13.1' }, { ...attached, launched: true, programTerminal: true });
    expect(launched.state.capabilities).toEqual(expect.arrayContaining(['kill', 'run-control', 'registers', 'console', 'program-terminal']));
    expect(after(...held).state.capabilities).not.toContain('kill');
    expect(reduce(launched, { type: 'ended', how: 'exited', words: 'x' }).state.capabilities).toEqual(['console', 'program-terminal']);
  });

  const events: fc.Arbitrary<SessionEvent> = fc.oneof(
    fc.boolean().map((launched) => ({ type: 'open', launched }) as const),
    fc.constant(observed),
    fc.constant({ type: 'debugger-started', version: '13.1' } as const),
    fc.record({ stopped: fc.boolean(), launched: fc.boolean() }).map(({ stopped, launched }) => ({ ...attached, launched, stop: stopped ? stop : undefined })),
    fc.constant({ type: 'stopped', stop } as const),
    fc.constant({ type: 'running' } as const),
    fc.constant({ type: 'replaced', target, capabilities: [] } as const),
    fc.constant({ type: 'let-go' } as const),
    fc.option(fc.constant(problem), { nil: undefined }).map((told) => ({ type: 'debugger-ended', problem: told }) as const),
    fc.constant({ type: 'picture-changed' } as const),
    fc.constant({ type: 'problem', problem } as const),
    fc.constantFrom('exited', 'lost').map((how) => ({ type: 'ended', how, words: 'ended' }) as const),
    fc.constantFrom('exited', 'detached').map((how) => ({ type: 'closed', how, words: 'closed' }) as const),
  );

  it('keeps its promises whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), (sequence) => {
        let model = initialModel('s1');
        for (const event of sequence) {
          const before = model.state;
          model = reduce(model, event);
          const { state } = model;
          expect(state.sessionId).toBe('s1');
          expect(state.generation - before.generation).toBeGreaterThanOrEqual(0);
          expect(state.generation - before.generation).toBeLessThanOrEqual(1);
          expect(state.stopCount - before.stopCount).toBe(state.stopCount === before.stopCount ? 0 : 1);
          // A stop is a new generation, always.
          if (state.stopCount > before.stopCount) expect(state.generation).toBe(before.generation + 1);
          expect(state.stop !== undefined).toBe(state.phase === 'stopped');
          expect(state.ending !== undefined).toBe(isFinal(state.phase));
          if (isAttached(state.phase)) expect(state.gdbVersion).toBeDefined();
          if (isAttached(state.phase) || state.phase === 'observing') expect(state.target).toBeDefined();
          if (state.capabilities.includes('kill')) expect(state.launched).toBe(true);
          if (isFinal(before.phase) && !isFinal(state.phase)) expect(event.type).toBe('attached');
          if (before.phase === 'detached') expect(state.phase).toBe('detached');
          // Final pictures are never renumbered: what is on screen is the last.
          if (isFinal(state.phase)) expect(state.generation).toBe(before.generation);
        }
      }),
      { numRuns: 500 },
    );
  });
});
