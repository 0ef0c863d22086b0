import type { BreakpointInfo, RegisterGroup, RegisterValue, ResumeKind, StopInfo } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { PatchedByte } from '../../shared/model/memory-range.ts';
import { readProcText } from '../procfs/read-proc.ts';
import { parseStat } from '../procfs/stat.ts';
import type { BreakpointRequest, Debugger, DebuggerEvent, DebuggerLaunch, EvaluationContext, ProtectMemoryRequest, TerminalChannel } from '../target/debugger.ts';
import { Breakpoints } from './breakpoints.ts';
import { gdbEnded, MiConnection } from './connection/mi-connection.ts';
import { breakDelete, breakEnable } from './mi-commands/breakpoint-commands.ts';
import { GdbCode } from './code/gdb-code.ts';
import { insertedAtOnce } from './control/debug-registers.ts';
import { GdbControl } from './control/gdb-control.ts';
import { complete } from './mi-commands/expression-commands.ts';
import { fence, inferiorTty, kill, resume, targetDetach } from './mi-commands/run-commands.ts';
import { gdbSet, gdbVersion, keepSigstopFromProgram, listFeatures } from './mi-commands/setup-commands.ts';
import { threadInfo } from './mi-commands/stack-commands.ts';
import { OLDEST_GDB, parseGdbVersion, tooOld } from './process/find-gdb.ts';
import { GdbProcess } from './process/gdb-process.ts';
import type { GdbStartOptions } from './process/gdb-process.ts';
import { evaluateAddress } from './questions/evaluate-address.ts';
import { protectMemory } from './questions/protect-memory.ts';
import { readFrames } from './questions/frames.ts';
import { readSavedRegisters, readValues } from './questions/frame-variables.ts';
import { readStack } from './questions/read-stack.ts';
import { ScriptedStack } from './questions/scripted-stack.ts';
import { readChildren } from './questions/variable-children.ts';
import type { FramesAnswer } from './questions/frames.ts';
import { Registers } from './questions/registers.ts';
import { DeathWatch } from './run-state/death-watch.ts';
import { GoingOn } from './run-state/going-on.ts';
import { nextOutcome, nextRun, until } from './run-state/next-outcome.ts';
import { RunTracker } from './run-state/run-tracker.ts';
import { isExiting, TargetGuard } from './safety/target-guard.ts';
import { attach } from './target/attach.ts';
import { tracerOf } from './target/attach-check.ts';
import { endGdb } from './target/end-gdb.ts';
import type { Hold } from './target/hold.ts';
import { LateLibraries } from './target/late-libraries.ts';
import { Interrupter } from './target/interrupter.ts';
import { launch } from './target/launch.ts';
import { InterruptibleConsole } from './terminal/interruptible-console.ts';

const LET_GO_MS = 10_000;

/** gdb as the product's debugger. Make one with `GdbDebugger.start`; it serves one session. */
export class GdbDebugger implements Debugger {
  readonly version: string;
  /** What gdb says it can do: `python` and the like. */
  readonly features: ReadonlySet<string>;
  readonly console: TerminalChannel;
  readonly control: GdbControl;
  readonly code: GdbCode;
  readonly #hold: Hold;
  readonly #registers: Registers;
  readonly #scripted: ScriptedStack;
  readonly #breakpoints: Breakpoints;
  readonly #guard: TargetGuard;
  readonly #interrupter: Interrupter;
  readonly #late: LateLibraries;
  readonly #deathWatch: DeathWatch;
  readonly #going: GoingOn;
  readonly #listeners = new Set<(event: DebuggerEvent) => void>();
  #heldFrom: number | undefined;
  #heldUntil: number | undefined;
  #hadProgram = false;
  #launched = false;
  #lastLaunch: DebuggerLaunch | undefined;
  #disposed: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  private constructor(gdb: GdbProcess, connection: MiConnection, version: string, features: readonly string[]) {
    this.version = version;
    this.features = new Set(features);
    const tracker = new RunTracker({
      emit: (event) => this.#tracked(event),
      fence: () => connection.run(fence()),
      breakpointChanged: (record) => this.#breakpoints.changed(record),
      breakpoints: () => ({ hit: this.#breakpoints.lastHit, breakpoint: (number) => this.#breakpoints.all().find((known) => known.number === number) }),
    });
    this.#hold = { gdb, connection, tracker, subscribe: (listener) => this.onEvent(listener) };
    this.#going = new GoingOn(connection, tracker);
    this.#registers = new Registers(connection);
    this.#scripted = new ScriptedStack(connection, this.features.has('python'));
    this.#scripted.prepare();
    this.#guard = new TargetGuard(gdb.path);
    this.#breakpoints = new Breakpoints(connection, (all) => this.#guard.watch(all), () => this.#late.readAll());
    this.#interrupter = new Interrupter(this.#hold);
    this.#late = new LateLibraries(connection, () => tracker.state === 'stopped');
    this.console = new InterruptibleConsole(gdb.console, () => tracker.state === 'running' && !tracker.attaching, () => this.#interruptFromConsole(), () => void this.#afterConsoleCommand());
    this.code = new GdbCode(connection);
    this.control = new GdbControl({
      hold: this.#hold, breakpoints: this.#breakpoints, registers: this.#registers,
      breakpointsChanged: () => this.#emit({ type: 'breakpoints-changed' }), settled: () => this.#emit({ type: 'settled' }),
      drain: () => this.#interrupter.drain(), goOn: (run) => this.#going.goOn(run), launched: () => this.#mayRestart(), letGo: () => this.kill(),
    });
    connection.onAsync((record) => tracker.take(record));
    this.#deathWatch = new DeathWatch(connection, tracker);
    gdb.mi.onEnd(() => {
      // A killed gdb closes its files before the kernel lets its target run, so this is the earliest moment.
      if (isExiting(gdb.pid)) this.#guard.repair();
    });
    void gdb.exited.then(() => this.#gdbEnded());
  }

  /** Starts gdb with its three terminals. Rejects with `gdb-missing`, `gdb-too-old` or `gdb-start-failed`. */
  static async start(options: GdbStartOptions = {}): Promise<GdbDebugger> {
    const gdb = await GdbProcess.start(options);
    const connection = new MiConnection(gdb.mi);
    try {
      const [versionText, features] = await Promise.all([
        connection.run(gdbVersion()),
        connection.run(listFeatures()),
        connection.run(keepSigstopFromProgram()),
        connection.run(inferiorTty(gdb.program.ptyName)),
        connection.run(gdbSet('disable-randomization', 'off')),
      ]);
      const version = parseGdbVersion(versionText);
      if (version === undefined) throw new VmatlasError({ code: 'gdb-start-failed', message: 'gdb does not say which version it is.', evidence: versionText.slice(0, 500) });
      if (version.major < OLDEST_GDB) throw tooOld(version.text, gdb.path);
      return new GdbDebugger(gdb, connection, version.text, features);
    } catch (error) {
      gdb.signal('SIGTERM');
      gdb.close();
      throw error;
    }
  }

  get program(): TerminalChannel | undefined {
    return this.#hadProgram ? this.#hold.gdb.program : undefined;
  }

  get runState(): 'none' | 'running' | 'stopped' {
    return this.#hold.tracker.state;
  }

  get pid(): number | undefined {
    return this.#hold.tracker.pid;
  }

  get heldMs(): number | undefined {
    return this.#heldFrom === undefined ? undefined : (this.#heldUntil ?? performance.now()) - this.#heldFrom;
  }

  /** gdb's own process, for those who watch over it. */
  get gdbPid(): number {
    return this.#hold.gdb.pid;
  }

  // ── the target ──────────────────────────────────────────────────────────────────────────────────────────────────

  async attach(pid: number): Promise<StopInfo> {
    this.#refuseSecondTarget();
    return attach(this.#hold, this.#late, pid, () => {
      [this.#heldFrom, this.#heldUntil] = [performance.now(), undefined];
      this.#guard.begin(pid, this.#breakpoints.all());
    });
  }

  async launch(spec: DebuggerLaunch): Promise<{ readonly pid: number; readonly stop: StopInfo | undefined }> {
    this.#refuseSecondTarget();
    this.#hadProgram = true;
    this.#lastLaunch = spec;
    return launch(this.#hold, spec);
  }

  async detach(): Promise<void> {
    const pid = this.#heldPid();
    this.#late.end();
    await this.#interrupter.drain();
    const { connection, tracker } = this.#hold;
    const others = [...tracker.groups].filter(([, other]) => other !== pid);
    // After a fork that keeps both processes, both are let go.
    await Promise.all(others.map(([group]) => connection.run(targetDetach(group))));
    await connection.run(targetDetach(others.length === 0 ? undefined : [...tracker.groups].find(([, held]) => held === pid)?.[0]));
    await this.#gone(pid);
    this.#heldUntil = performance.now();
  }

  async kill(): Promise<void> {
    const pid = this.#heldPid();
    if (!this.#launched) throw new VmatlasError({ code: 'wrong-state', message: 'Only a program that was started from here may be ended from here.' });
    await this.#hold.connection.run(kill());
    await this.#gone(pid);
  }

  interrupt(): Promise<void> {
    return this.#interrupter.interrupt();
  }

  async resume(kind: ResumeKind, threadId: number | undefined): Promise<void> {
    this.#heldPid();
    // Breakpoints of the user may be in any of them.
    await this.#late.readAll();
    // Not drained: the program has stopped for a reason of its own meanwhile, and the user shall see that first.
    if (!(await this.#interrupter.drain())) return;
    const running = nextRun(this.#hold.subscribe);
    await this.#going.goOn(() => this.#hold.connection.run(resume(kind, threadId)));
    await running;
  }

  // ── questions ───────────────────────────────────────────────────────────────────────────────────────────────────

  threads(): ReturnType<Debugger['threads']> {
    return this.#late.holding(() => this.#hold.connection.run(threadInfo()), ({ threads }) => threads.flatMap(({ frame }) => (frame === undefined ? [] : [frame.pc])));
  }

  frames(threadId: number, low: number, high: number): Promise<FramesAnswer> {
    return this.#late.holding(() => readFrames(this.#hold.connection, this.#registers, threadId, low, high), ({ frames }) => frames.map(({ pc }) => pc));
  }

  registers(threadId: number, frameLevel: number, only?: RegisterGroup | 'plain'): Promise<readonly RegisterValue[]> {
    if (only !== undefined && only !== 'plain') return this.#registers.readGroup(threadId, frameLevel, only);
    return this.#registers.read(threadId, frameLevel, this.#hold.tracker.stopSerial, only === undefined);
  }

  async stack(threadId: number, low: number, high: number, withVariables: boolean): ReturnType<Debugger['stack']> {
    return (await this.#scripted.read(threadId, low, high, withVariables)) ?? readStack(this.#hold.connection, this.#registers, threadId, low, high, withVariables);
  }

  values(threadId: number, frameLevel: number, expressions: readonly string[]): ReturnType<Debugger['values']> {
    return readValues(this.#hold.connection, { thread: threadId, frame: frameLevel }, expressions);
  }

  savedRegisters(threadId: number, frameLevel: number): ReturnType<Debugger['savedRegisters']> {
    return readSavedRegisters(this.#hold.connection, threadId, frameLevel);
  }

  variableChildren(expression: string, context: EvaluationContext, from: number, count: number): ReturnType<Debugger['variableChildren']> {
    return readChildren(this.#hold.connection, { thread: context.threadId, frame: context.frameLevel }, expression, from, count);
  }

  async evaluateAddress(expression: string, context: EvaluationContext): ReturnType<Debugger['evaluateAddress']> {
    await this.#late.readAll();
    return evaluateAddress(this.#hold.connection, expression, { thread: context.threadId, frame: context.frameLevel });
  }

  async completeExpression(text: string, limit: number): Promise<readonly string[]> {
    await this.#late.readAll();
    const prefix = 'print ';
    const lines = await this.#hold.connection.run(complete(prefix + text, {}));
    return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length)).slice(0, limit);
  }

  async protectMemory(request: ProtectMemoryRequest): Promise<void> {
    this.#heldPid();
    await protectMemory(this.#hold.connection, request);
    this.#registers.forget();
  }

  // ── breakpoints ─────────────────────────────────────────────────────────────────────────────────────────────────

  breakpoints(): Promise<readonly BreakpointInfo[]> {
    return this.#breakpoints.list();
  }

  async insertBreakpoint(request: BreakpointRequest): Promise<BreakpointInfo> {
    const insert = (): Promise<BreakpointInfo> => this.#breakpoints.insert(request);
    const needsRegister = request.hardware && this.#hold.tracker.pid !== undefined;
    try {
      return await (needsRegister ? insertedAtOnce(this.#hold.connection, this.#breakpoints, this.runState === 'stopped', insert) : insert());
    } finally {
      this.#emit({ type: 'breakpoints-changed' });
    }
  }

  async removeBreakpoint(number: string): Promise<void> {
    await this.#hold.connection.run(breakDelete(number));
    await this.#breakpointsChanged();
  }

  async enableBreakpoint(number: string, enabled: boolean): Promise<void> {
    await this.#hold.connection.run(breakEnable(number, enabled));
    await this.#breakpointsChanged();
  }

  patchedBytes(): readonly PatchedByte[] {
    return this.#guard.patchedBytes(this.pid);
  }

  onEvent(listener: (event: DebuggerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  // ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────────

  async #dispose(): Promise<void> {
    if (this.#hold.gdb.exit === undefined && this.#hold.connection.ended === undefined) await until(() => !this.#hold.tracker.attaching, LET_GO_MS);
    await endGdb(this.#hold, () => (this.#launched ? this.kill() : this.detach()));
    if (this.#hold.gdb.exit !== undefined) await this.#gdbEnded();
  }

  #emit(event: DebuggerEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** An event of the tracker: keeps our own knowledge in step before others hear of it. */
  #tracked(event: DebuggerEvent): void {
    const { tracker } = this.#hold;
    if (event.type === 'target-changed') {
      this.#registers.forget();
      if (event.pid !== undefined) this.#interrupter.forget();
      this.#launched = event.pid !== undefined && this.#isChildOfGdb(event.pid);
      this.#hadProgram ||= this.#launched;
    }
    if (event.type === 'running') this.#breakpoints.lastHit = undefined;
    if (event.type === 'exited' || (event.type === 'target-changed' && event.pid === undefined)) {
      this.#guard.end();
      this.#late.end();
    }
    if (event.type === 'stopped') this.#late.wake();
    // Not at target-changed: a program that is just being launched is still gdb's own image then.
    if ((event.type === 'stopped' || event.type === 'running') && tracker.pid !== undefined) this.#guard.hold([...tracker.groups.values()], this.#breakpoints.all());
    this.#emit(event);
  }

  #isChildOfGdb(pid: number): boolean {
    try {
      return parseStat(readProcText(`/proc/${pid}/stat`)).ppid === this.#hold.gdb.pid;
    } catch {
      // Gone already: then it is nobody's to end.
      return false;
    }
  }

  /** What commands of the console change is theirs to announce, and gdb leaves out registers, signals, and a `continue` that failed. */
  async #afterConsoleCommand(): Promise<void> {
    if (this.#hold.connection.ended !== undefined || this.#disposed !== undefined) return;
    try {
      await this.#going.seeIfStopped();
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      // The command was `quit`, or gdb is busy: there is nothing to ask.
      return;
    }
    this.#emit({ type: 'settled' });
  }

  #mayRestart(): DebuggerLaunch | undefined {
    return this.#hold.tracker.pid === undefined || this.#launched ? this.#lastLaunch : undefined;
  }

  #interruptFromConsole(): void {
    this.interrupt().catch(() => this.#hold.gdb.console.write(Uint8Array.of(0x03)));
  }

  async #breakpointsChanged(): Promise<void> {
    await this.#breakpoints.list();
    this.#emit({ type: 'breakpoints-changed' });
  }

  #refuseSecondTarget(): void {
    const { pid } = this.#hold.tracker;
    if (pid !== undefined) throw new VmatlasError({ code: 'wrong-state', message: `gdb holds process ${pid} already.`, remedy: 'Detach from it first.' });
  }

  #heldPid(): number {
    const { pid } = this.#hold.tracker;
    if (pid === undefined) throw new VmatlasError({ code: 'not-attached', message: 'gdb holds no program.' });
    return pid;
  }

  /** gdb has been told to let go of `pid`; waits until the kernel says so too. */
  async #gone(pid: number): Promise<void> {
    const { gdb, tracker, subscribe } = this.#hold;
    if (tracker.pid === pid) await nextOutcome(subscribe, LET_GO_MS);
    if (!(await until(() => tracerOf(pid) !== gdb.pid, LET_GO_MS))) {
      throw new VmatlasError({ code: 'gdb-error', message: `gdb has not let go of process ${pid}.`, evidence: `TracerPid: ${gdb.pid}` });
    }
    this.#interrupter.wake(pid);
  }

  #gdbEnded(): Promise<void> {
    this.#ending ??= this.#afterGdb();
    return this.#ending;
  }

  async #afterGdb(): Promise<void> {
    const { gdb, connection, tracker } = this.#hold;
    const exit = gdb.exit ?? { status: 0, signal: 0 };
    const how = exit.signal === 0 ? `exit status ${exit.status}` : `signal ${exit.signal}`;
    // First of all: the target runs already.
    const repaired = this.#guard.repair();
    const held = tracker.pid;
    if (held !== undefined && !this.#launched && exit.signal !== 0) await this.#guard.clearHardware();
    tracker.end();
    this.#guard.end();
    this.#late.end();
    const error = gdbEnded(repaired === 0 ? how : `${how}; ${repaired} breakpoint bytes of the program were put back`);
    connection.end(error);
    this.#deathWatch.end();
    gdb.close();
    const asked = this.#disposed !== undefined || (exit.signal === 0 && exit.status === 0);
    this.#emit({ type: 'ended', error: asked ? undefined : error });
    this.#listeners.clear();
  }
}
