import type { BreakpointInfo, StopInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { RunControl, SignalHandling } from '../../../shared/model/run-control.ts';
import type { DebuggerLaunch } from '../../target/debugger.ts';
import type { CatchRequest, DebuggerControl, RegisterRequest, WatchRequest } from '../../target/debugger-control.ts';
import type { Breakpoints } from '../breakpoints.ts';
import { breakAfter, catchEvent } from '../mi-commands/breakpoint-commands.ts';
import { forgetFrames, forgetMemory } from '../mi-commands/control-commands.ts';
import type { Registers } from '../questions/registers.ts';
import type { Hold } from '../target/hold.ts';
import { launch } from '../target/launch.ts';
import { choose, readRunControl, record } from './choices.ts';
import { changeCondition } from './condition.ts';
import { runTo } from './run-to.ts';
import { setRegister } from './set-register.ts';
import { changeSignal, readSignalTable } from './signals.ts';
import { insertWatchpoint } from './watchpoints.ts';

export interface ControlParts {
  readonly hold: Hold;
  readonly breakpoints: Breakpoints;
  readonly registers: Registers;
  /** Breakpoints are others now. */
  readonly breakpointsChanged: () => void;
  /** Registers, signals or settings are. */
  readonly settled: () => void;
  /** Before the program goes on. false: it has stopped for another reason meanwhile. */
  readonly drain: () => Promise<boolean>;
  /** Sends what lets the program go on, and sees to it when gdb cannot. */
  readonly goOn: (run: () => Promise<void>) => Promise<void>;
  /** Ends the launched program and waits until it is gone. */
  readonly letGo: () => Promise<void>;
  /** The program that was started from here, if gdb may start it again. */
  readonly launched: () => DebuggerLaunch | undefined;
}

/** Watching, catching, signals, following and recording, by gdb. */
export class GdbControl implements DebuggerControl {
  readonly #parts: ControlParts;

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  async insertWatchpoint(request: WatchRequest): Promise<BreakpointInfo> {
    const { hold, breakpoints, breakpointsChanged } = this.#parts;
    this.#needProgram('Bytes can be watched only while the program is there.');
    try {
      return await insertWatchpoint(hold.connection, breakpoints, request, hold.tracker.state === 'stopped');
    } finally {
      breakpointsChanged();
    }
  }

  async insertCatchpoint(request: CatchRequest): Promise<BreakpointInfo> {
    const { hold, breakpoints, breakpointsChanged } = this.#parts;
    const number = await hold.connection.run(catchEvent(request));
    const made = await breakpoints.get(number);
    breakpointsChanged();
    return made;
  }

  async editBreakpoint(number: string, change: { readonly condition?: string | undefined; readonly ignoreCount?: number | undefined }): Promise<BreakpointInfo> {
    const { hold, breakpoints, breakpointsChanged } = this.#parts;
    try {
      if (change.condition !== undefined) await changeCondition(hold.connection, number, change.condition.trim());
      if (change.ignoreCount !== undefined) await hold.connection.run(breakAfter(number, change.ignoreCount));
      return await breakpoints.get(number);
    } finally {
      breakpointsChanged();
    }
  }

  async runTo(location: string, threadId: number | undefined): Promise<void> {
    this.#needProgram('There is no program that could run.');
    // Not drained: the user shall see that stop first.
    if (!(await this.#parts.drain())) return;
    await runTo(this.#parts, location, threadId);
  }

  async restart(): Promise<{ readonly pid: number; readonly stop: StopInfo | undefined }> {
    const spec = this.#parts.launched();
    if (spec === undefined) {
      throw new VmatlasError({
        code: 'wrong-state', message: 'Only a program that was started from here can be started again.', remedy: 'Launch it from the start screen instead of attaching to it.',
      });
    }
    if (this.#parts.hold.tracker.pid !== undefined) await this.#parts.letGo();
    return launch(this.#parts.hold, spec);
  }

  signals(): Promise<readonly SignalHandling[]> {
    return readSignalTable(this.#parts.hold.connection);
  }

  async handleSignal(name: string, change: Parameters<DebuggerControl['handleSignal']>[1]): Promise<SignalHandling> {
    const now = await changeSignal(this.#parts.hold.connection, name, change);
    this.#parts.settled();
    return now;
  }

  runControl(): Promise<RunControl> {
    return readRunControl(this.#parts.hold.connection);
  }

  async choose(choices: Parameters<DebuggerControl['choose']>[0]): Promise<RunControl> {
    await choose(this.#parts.hold.connection, choices);
    this.#parts.settled();
    return this.runControl();
  }

  async record(on: boolean): Promise<RunControl> {
    this.#needProgram('There is no program to record.');
    await record(this.#parts.hold.connection, on);
    this.#parts.settled();
    return this.runControl();
  }

  async setRegister(request: RegisterRequest): Promise<void> {
    await setRegister(this.#parts.hold.connection, this.#parts.registers, request);
    this.#parts.settled();
  }

  async noteMemoryWritten(): Promise<void> {
    const { connection, tracker } = this.#parts.hold;
    // Of a running program gdb keeps nothing from one command to the next.
    if (tracker.state !== 'stopped') return;
    const thread = tracker.lastStop?.threadId;
    await Promise.all([connection.run(forgetMemory()), ...(thread === undefined ? [] : [connection.run(forgetFrames(thread))])]);
    this.#parts.settled();
  }

  #needProgram(message: string): void {
    if (this.#parts.hold.tracker.pid === undefined) throw new VmatlasError({ code: 'not-attached', message });
  }
}
