import { VmatlasError } from '../../../shared/model/errors.ts';
import type { SessionFactories } from '../factories.ts';
import { FakeDebugger } from './fake-debugger.ts';
import type { FakeTarget } from './fake-target.ts';

/** Factories over processes that the test makes up: those in `processes` exist, others don't. */
export class FakeMachine implements SessionFactories {
  readonly processes = new Map<number, FakeTarget>();
  readonly debuggers: FakeDebugger[] = [];
  readonly ownChildren = new Set<number>();
  /** Called with each new debugger. */
  prepare: (made: FakeDebugger) => void = () => undefined;

  add(target: FakeTarget): FakeTarget {
    this.processes.set(target.identity.pid, target);
    return target;
  }

  get debugger(): FakeDebugger {
    const last = this.debuggers.at(-1);
    if (!last) throw new Error('no debugger was started');
    return last;
  }

  async openTarget(pid: number): Promise<FakeTarget> {
    const target = this.processes.get(pid);
    if (!target) throw new VmatlasError({ code: 'no-such-process', message: `There is no process ${pid}.` });
    return target;
  }

  async startDebugger(): Promise<FakeDebugger> {
    const made = new FakeDebugger();
    this.prepare(made);
    this.debuggers.push(made);
    return made;
  }

  startedByOurDebugger(pid: number): boolean {
    return this.ownChildren.has(pid);
  }
}
