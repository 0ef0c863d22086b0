import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VmatlasError } from '../../shared/model/errors.ts';
import { isAttached, isFinal } from './session-machine.ts';
import type { Session } from './session.ts';
import { SessionManager } from './session-manager.ts';
import { stopAt } from './testing/fake-debugger.ts';
import { FakeMachine } from './testing/fake-factories.ts';
import { FakeTarget, SMALL_MAP } from './testing/fake-target.ts';

/** Commands of the user, things typed in gdb's console, and things that happen by themselves. */
const DEEDS = [
  'attach', 'detach', 'resume', 'interrupt', 'kill', 'refresh', 'console detach', 'console attach', 'console run', 'console continue', 'breakpoint', 'gdb dies', 'gdb quits',
  'process exits', 'map grows', 'gdb refuses', 'libraries',
] as const;
const REFUSALS: readonly string[] = ['wrong-state', 'not-attached', 'target-running', 'attach-refused', 'process-exited'];
type Deed = (typeof DEEDS)[number];

class World {
  readonly machine = new FakeMachine();
  readonly manager = new SessionManager(this.machine);
  process = this.machine.add(new FakeTarget(100));
  nextPid = 101;

  /** gdb as it is now, if there is one and it lives. */
  get gdb() {
    const last = this.machine.debuggers.at(-1);
    return last && !last.disposed ? last : undefined;
  }

  async do(deed: Deed, session: Session): Promise<void> {
    const { gdb } = this;
    const holds = gdb?.pid !== undefined;
    switch (deed) {
      case 'attach': return this.#allowed(session.attach());
      case 'detach': return this.#allowed(session.detach());
      case 'resume': return this.#allowed(session.resume('continue', undefined));
      case 'interrupt': return this.#allowed(session.interrupt());
      case 'kill': return this.#allowed(session.kill());
      case 'refresh': return this.#allowed(session.refresh());
      case 'console detach': return holds ? gdb.tell({ type: 'target-changed', pid: undefined }) : undefined;
      case 'console attach':
        if (!gdb || holds || this.process.life !== 'alive') return;
        gdb.tell({ type: 'target-changed', pid: this.process.identity.pid });
        return gdb.tell({ type: 'stopped', stop: stopAt('Attached') });
      case 'console run':
        if (!gdb || holds) return;
        this.process = this.machine.add(new FakeTarget(this.nextPid++));
        this.machine.ownChildren.add(this.process.identity.pid);
        return gdb.tell({ type: 'target-changed', pid: this.process.identity.pid });
      case 'console continue': return holds && gdb.runState === 'stopped' ? gdb.tell({ type: 'running' }) : undefined;
      case 'breakpoint': return holds && gdb.runState === 'running' ? gdb.tell({ type: 'stopped', stop: stopAt() }) : undefined;
      case 'gdb dies':
      case 'gdb quits': {
        if (!gdb) return;
        gdb.disposed = true;
        const error = deed === 'gdb dies' ? new VmatlasError({ code: 'gdb-ended', message: 'gdb was killed.' }) : undefined;
        return gdb.tell({ type: 'ended', error });
      }
      case 'process exits':
        if (this.process.life !== 'alive') return;
        this.process.life = 'exited';
        return holds ? gdb.tell({ type: 'exited', words: 'exited with status 0' }) : undefined;
      case 'map grows':
        this.process.map = this.process.map === SMALL_MAP ? SMALL_MAP.replace('8000-a000', '8000-c000') : SMALL_MAP;
        return;
      case 'gdb refuses':
        if (!gdb || gdb.refuse) return;
        gdb.refuse = new VmatlasError({ code: 'attach-refused', message: 'No.' });
        await this.#allowed(session.attach());
        gdb.refuse = undefined;
        return;
      case 'libraries': return gdb?.tell({ type: 'libraries-changed' });
    }
  }

  /** A command may be refused, in words; nothing else may go wrong. */
  async #allowed(command: Promise<void>): Promise<void> {
    try {
      await command;
    } catch (error) {
      if (!(error instanceof VmatlasError) || !REFUSALS.includes(error.code)) throw error;
    }
  }
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
};

describe('a session', () => {
  it('agrees with gdb and the process after anything that happens, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...DEEDS), { maxLength: 25 }), async (deeds) => {
        const world = new World();
        const session = await world.manager.observe(100);
        const generations: number[] = [];
        session.onState((state) => generations.push(state.generation));
        for (const deed of deeds) {
          await world.do(deed, session);
          await settle();
          const { state } = session;
          const { gdb } = world;
          const alive = world.process.life === 'alive';
          expect(isAttached(state.phase)).toBe(gdb?.pid !== undefined && alive);
          if (isAttached(state.phase)) expect(state.phase).toBe(gdb?.runState);
          expect(state.gdbVersion !== undefined).toBe(gdb !== undefined);
          if (!isFinal(state.phase)) expect(state.target?.pid).toBe(world.process.identity.pid);
          expect((await session.picture()).generation).toBe(state.generation);
          if (deed === 'refresh' && !alive) expect(isFinal(state.phase)).toBe(true);
        }
        expect(generations).toEqual(generations.toSorted((a, b) => a - b));
        await world.manager.dispose();
        expect(isFinal(session.state.phase)).toBe(true);
        expect(world.machine.debuggers.every((each) => each.disposed)).toBe(true);
        expect(world.process.disposed).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
