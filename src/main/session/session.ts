import type { ResumeKind, StopInfo } from '../../shared/model/debug.ts';
import { errorFacts, VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Address } from '../../shared/address/address.ts';
import type { TerminalName } from '../../shared/rpc/contracts/terminals.ts';
import type { Debugger, DebuggerEvent, DebuggerLaunch } from '../target/debugger.ts';
import type { Target } from '../target/target.ts';
import { bounded } from './bounded.ts';
import { DebuggerLink } from './debugger-link.ts';
import { Emitter } from './emitter.ts';
import { EndWatch } from './end-watch.ts';
import { endProcess, endingWords } from './endings.ts';
import type { SessionFactories } from './factories.ts';
import { OperationQueue } from './operation-queue.ts';
import { PictureKeeper, type KeptPicture } from './picture-keeper.ts';
import { Poller } from './poller.ts';
import { wrongState } from './session-errors.ts';
import { initialModel, isAttached, isFinal, reduce, type SessionEvent } from './session-machine.ts';
import type { TerminalHub } from './terminal-hub.ts';

/** A stop that was asked for and has not come by now will be told by its event. */
const WAIT_FOR_STOP_MS = 3000;
const CLOSE_LIMIT_MS = 10_000;

/** One open target: its state, its pictures, its debugger, and what it publishes. Commands run one after the other; interrupt and resume do not wait for them. */
export class Session {
  readonly id: string;
  readonly #factories: SessionFactories;
  readonly #queue = new OperationQueue();
  readonly #pictures: PictureKeeper;
  readonly #poller: Poller;
  readonly #endWatch: EndWatch;
  readonly #state = new Emitter<SessionState>();
  readonly #mapChanged = new Emitter<number>();
  readonly #debuggerEvents = new Emitter<DebuggerEvent>();
  readonly #written = new Emitter<{ start: Address; lengthBytes: bigint }>();
  readonly #newTerminals = new Emitter<ReadonlyMap<TerminalName, TerminalHub>>();
  #model;
  #target: Target | undefined;
  #link: DebuggerLink | undefined;
  /** Terminals of the last debugger: they can still be read after it ended. */
  #terminals: ReadonlyMap<TerminalName, TerminalHub> = new Map();
  #lastStop: StopInfo | undefined;
  #listened = false;
  #closing: Promise<void> | undefined;

  readonly onState = this.#state.on;
  /** The picture of this generation is there. */
  readonly onMapChanged = this.#mapChanged.on;
  /** breakpoints-changed, settled and selected, for views; the session itself follows the rest. */
  readonly onDebuggerEvent = this.#debuggerEvents.on;
  readonly onWritten = this.#written.on;
  /** Terminals have appeared: a debugger, or its program, has started. */
  readonly onTerminals = this.#newTerminals.on;

  constructor(id: string, factories: SessionFactories) {
    this.id = id;
    this.#factories = factories;
    this.#model = initialModel(id);
    this.#pictures = new PictureKeeper({
      generation: () => this.state.generation,
      raiseGeneration: () => this.#dispatch({ type: 'picture-changed' }),
      changed: (generation) => this.#mapChanged.emit(generation),
      failed: (target, error) => this.#readFailed(target, error),
    });
    this.#endWatch = new EndWatch({
      now: () => ({ target: this.#target, state: this.state }),
      ended: (liveness) => this.#dispatch({ type: 'ended', how: liveness === 'execed' ? 'lost' : 'exited', words: endingWords(liveness) }),
      execed: (target) => this.#reopen(target),
    });
    this.#poller = new Poller(() => this.#poll());
  }

  get state(): SessionState {
    return this.#model.state;
  }

  get isOver(): boolean {
    return isFinal(this.state.phase);
  }

  /** Its end has begun: nobody will look at it again. */
  get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  get terminals(): ReadonlyMap<TerminalName, TerminalHub> {
    return this.#terminals;
  }

  /** Is anybody there to see changes? Without, nothing is polled. */
  setListened(listened: boolean): void {
    this.#listened = listened;
    this.#updatePolling();
  }

  // ── what services ask ───────────────────────────────────────────────────────────────────────────────────────────

  /** The newest picture, after any read under way. */
  picture(): Promise<KeptPicture> {
    return this.#pictures.latest();
  }

  /** Lets `work` use the target; an end it discovers becomes the session's. */
  async withTarget<T>(work: (target: Target) => T | Promise<T>): Promise<T> {
    const target = this.#target;
    if (!target) throw wrongState('read it', this.state);
    try {
      return await work(target);
    } catch (error) {
      if (error instanceof VmatlasError && error.code === 'process-exited') this.#endWatch.look(target);
      throw error;
    }
  }

  /** The debugger while it holds the target. Rejects with `not-attached` otherwise, and with `target-running` where a stopped one is needed. */
  debugger(wish: string, needs: 'attached' | 'stopped'): Debugger {
    const { phase } = this.state;
    if (!this.#link || !isAttached(phase) || (needs === 'stopped' && phase !== 'stopped')) throw wrongState(wish, this.state);
    return this.#link.debugger;
  }

  /** The debugger if it holds the target now. */
  attachedDebugger(): Debugger | undefined {
    return isAttached(this.state.phase) ? this.#link?.debugger : undefined;
  }

  /** How long the debugger has held the target, or held it last; undefined when there was none. */
  get heldMs(): number | undefined {
    return this.#link?.debugger.heldMs;
  }

  /** Something of ours wrote into the target. */
  noteWritten(start: Address, lengthBytes: bigint): void {
    this.#written.emit({ start, lengthBytes });
  }

  // ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────

  observe(pid: number): Promise<void> {
    return this.#queue.run(async () => {
      this.#dispatch({ type: 'open', launched: false });
      const target = await this.#factories.openTarget(pid);
      await this.#begin(target, { type: 'observed', target: target.identity, capabilities: [...target.capabilities] });
    });
  }

  launch(spec: DebuggerLaunch): Promise<void> {
    return this.#queue.run(async () => {
      this.#dispatch({ type: 'open', launched: true });
      const link = await this.#startDebugger();
      try {
        await link.gate.during(() => link.debugger.launch(spec), async ({ pid, stop }) => this.#hold(link, pid, stop, true));
      } catch (error) {
        if (this.state.ending === undefined) throw error;
        throw new VmatlasError({ code: 'launch-failed', message: `${spec.program} ${this.state.ending} before it could be looked at.` }, { cause: error });
      }
    });
  }

  attach(): Promise<void> {
    return this.#queue.run(async () => {
      // The PID may be another process's by now: that one must not be stopped.
      this.#endWatch.look(this.#target);
      const pid = this.state.target?.pid;
      if (this.state.phase !== 'observing' || pid === undefined) throw isAttached(this.state.phase) ? alreadyAttached(this.state) : wrongState('attach gdb', this.state);
      const had = this.#link;
      const link = had ?? (await this.#startDebugger());
      try {
        await link.gate.during(
          () => link.debugger.attach(pid),
          async (stop) => {
            const target = this.#target;
            if (!target) return;
            this.#lastStop = stop;
            this.#dispatch({
              type: 'attached', target: target.identity, capabilities: [...target.capabilities], stop, launched: this.state.launched,
              programTerminal: link.debugger.program !== undefined,
            });
            await this.#pictures.refresh();
          },
        );
      } catch (error) {
        // A debugger made for this attach has no other use; one with a history keeps its console.
        if (!had && this.#link === link) await this.#dropDebugger();
        throw error;
      }
    });
  }

  detach(): Promise<void> {
    return this.#queue.run(async () => {
      const held = this.debugger('detach', 'attached');
      await held.detach();
      this.#lastStop = undefined;
      this.#dispatch({ type: 'let-go' });
      await this.#pictures.refresh();
    });
  }

  kill(): Promise<void> {
    return this.#queue.run(async () => {
      if (this.isOver || !this.#target) throw wrongState('end it', this.state);
      if (!this.state.launched) {
        throw new VmatlasError({
          code: 'wrong-state', message: 'This process was not started from here; vmatlas ends only programs that it launched.',
          remedy: 'Detach or close: the process runs on.',
        });
      }
      const target = this.#target;
      const held = this.attachedDebugger();
      if (held) await held.kill();
      else await endProcess(target, ['SIGKILL']);
      if (target === this.#target) this.#dispatch({ type: 'ended', how: 'exited', words: 'was ended as you asked' });
    });
  }

  async interrupt(): Promise<void> {
    if (this.state.phase === 'stopped') throw new VmatlasError({ code: 'wrong-state', message: 'The process is stopped already.', evidence: this.state.stop?.words ?? '' });
    const held = this.debugger('interrupt it', 'attached');
    await held.interrupt();
    await this.#until((state) => state.phase !== 'running', WAIT_FOR_STOP_MS);
  }

  async resume(kind: ResumeKind, threadId: number | undefined): Promise<void> {
    await this.#goOn((held) => held.resume(kind, threadId));
  }

  async #goOn(run: (held: Debugger) => Promise<void>): Promise<void> {
    const held = this.debugger('continue it', 'stopped');
    const { stopCount } = this.state;
    await run(held);
    // Its `running` event may still be on the way; a later stop may be here already.
    if (this.state.stopCount === stopCount && held.runState === 'running') this.#dispatch({ type: 'running' });
  }

  /** Runs to a place, once. */
  async runTo(location: string, threadId: number | undefined): Promise<void> {
    await this.#goOn((held) => held.control.runTo(location, threadId));
  }

  /** Starts the launched program again, also after it has ended. */
  restart(): Promise<void> {
    return this.#queue.run(async () => {
      const link = this.#link;
      if (!link) throw wrongState('start it again', this.state);
      try {
        await link.gate.during(() => link.debugger.control.restart(), async ({ pid, stop }) => this.#hold(link, pid, stop, true));
      } catch (error) {
        // The old program is gone all the same, and the gate has kept that to itself.
        if (isAttached(this.state.phase) && link.debugger.pid === undefined) this.#dispatch({ type: 'ended', how: 'exited', words: 'was ended to be started again' });
        throw error;
      }
    });
  }

  /** Reads everything anew. */
  async refresh(): Promise<void> {
    this.#endWatch.look(this.#target);
    if (!this.isOver) await this.#pictures.refresh();
  }

  /** Lets go of an attached process, ends a launched one, and gives everything back. Never waits for longer than its limits. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#poller.setActive(false);
    this.#endWatch.look(this.#target);
    // Not queued: a command that hangs must not keep the process held. Its promise rejects when the debugger ends.
    if (this.#link) await bounded(this.#link.debugger.dispose(), CLOSE_LIMIT_MS);
    await bounded(this.#queue.idle(), CLOSE_LIMIT_MS);
    const target = this.#target;
    const ends = this.state.launched && !this.isOver;
    if (ends && target) await endProcess(target, ['SIGTERM', 'SIGKILL']);
    this.#link?.dispose();
    this.#link = undefined;
    this.#endWatch.end();
    this.#dispatch(ends ? { type: 'closed', how: 'exited', words: 'was ended with its session' } : { type: 'closed', how: 'detached', words: 'runs on' });
    target?.dispose();
  }

  // ── targets ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes a target over once its first picture is read. */
  async #begin(target: Target, event: SessionEvent): Promise<void> {
    try {
      const first = await target.readPicture();
      const former = this.#target;
      this.#target = target;
      this.#dispatch(event);
      this.#pictures.begin(target, first);
      former?.dispose();
    } catch (error) {
      target.dispose();
      throw error;
    }
  }

  /** gdb holds `pid` now: look at that one. */
  async #hold(link: DebuggerLink, pid: number, stop: StopInfo | undefined, launched: boolean): Promise<void> {
    this.#lastStop = stop;
    const target = await this.#factories.openTarget(pid);
    await this.#begin(target, {
      type: 'attached', target: target.identity, capabilities: [...target.capabilities], stop, launched, programTerminal: link.debugger.program !== undefined,
    });
    link.findTerminals();
  }

  #readFailed(target: Target, error: unknown): void {
    this.#endWatch.look(target);
    if (!this.isOver && !(error instanceof VmatlasError && error.code === 'process-exited')) this.#dispatch({ type: 'problem', problem: errorFacts(error) });
  }

  /** The process has exec'ed under gdb: same PID, another program. */
  #reopen(former: Target): void {
    const link = this.#link;
    if (!link || link.reopening) return;
    link.reopening = true;
    const work = this.#queue.run(async () => {
      try {
        if (this.#target !== former) return;
        const target = await this.#factories.openTarget(former.identity.pid);
        await this.#begin(target, { type: 'replaced', target: target.identity, capabilities: [...target.capabilities] });
      } finally {
        link.reopening = false;
      }
    });
    work.catch((error: unknown) => this.#dispatch({ type: 'problem', problem: errorFacts(error) }));
  }

  // ── debugger ────────────────────────────────────────────────────────────────────────────────────────────────────

  async #startDebugger(): Promise<DebuggerLink> {
    const started = await this.#factories.startDebugger();
    if (this.#closing) {
      await started.dispose();
      throw new VmatlasError({ code: 'cancelled', message: 'The session was closed.' });
    }
    const link: DebuggerLink = new DebuggerLink(started, {
      event: (event) => this.#follow(link, event),
      terminals: (terminals) => this.#takeTerminals(terminals),
    });
    this.#link = link;
    this.#dispatch({ type: 'debugger-started', version: started.version });
    return link;
  }

  async #dropDebugger(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    if (!link) return;
    link.dispose();
    this.#dispatch({ type: 'debugger-ended', problem: undefined });
    await bounded(link.debugger.dispose(), CLOSE_LIMIT_MS);
  }

  #takeTerminals(terminals: ReadonlyMap<TerminalName, TerminalHub>): void {
    this.#terminals = terminals;
    this.#newTerminals.emit(terminals);
  }

  #follow(link: DebuggerLink, event: DebuggerEvent): void {
    if (link !== this.#link) return;
    switch (event.type) {
      case 'stopped':
        this.#lastStop = event.stop;
        if (!isAttached(this.state.phase)) return this.#followTarget(link, link.debugger.pid);
        this.#dispatch({ type: 'stopped', stop: event.stop });
        this.#endWatch.look(this.#target);
        return void this.#pictures.refresh();
      case 'running':
        this.#lastStop = undefined;
        return this.#dispatch({ type: 'running' });
      case 'exited':
        this.#lastStop = undefined;
        return this.#dispatch({ type: 'ended', how: 'exited', words: event.words });
      case 'target-changed':
        return this.#followTarget(link, event.pid);
      case 'libraries-changed':
        // While it runs, the next look will see it.
        if (this.state.phase === 'stopped') void this.#pictures.refresh();
        return;
      case 'memory-changed':
        return this.noteWritten(event.start, event.lengthBytes);
      case 'ended':
        return this.#debuggerEnded(link, event.error);
      case 'threads-changed':
        return;
      case 'breakpoints-changed':
      case 'settled':
      case 'selected':
        return this.#debuggerEvents.emit(event);
    }
  }

  /** The user has typed attach, detach, run or kill into gdb's console. */
  #followTarget(link: DebuggerLink, pid: number | undefined): void {
    if (pid === undefined) {
      if (this.#target && isAttached(this.state.phase)) this.#letGo(this.#target);
      return;
    }
    if (isAttached(this.state.phase) && pid === this.state.target?.pid) return;
    // A stop told before belongs to this target only if gdb says now that it is stopped; one that comes later is held and told after.
    const stop = link.debugger.runState === 'stopped' ? this.#lastStop : undefined;
    const work = link.gate.hold(() =>
      this.#queue.run(async () => {
        const launched = this.#factories.startedByOurDebugger(pid);
        await this.#hold(link, pid, stop, launched);
      }),
    );
    work.catch((error: unknown) => this.#dispatch({ type: 'problem', problem: errorFacts(error) }));
  }

  #letGo(target: Target): void {
    this.#lastStop = undefined;
    const liveness = target.liveness();
    if (liveness === 'alive' || liveness === 'execed') this.#dispatch({ type: 'let-go' });
    else this.#dispatch({ type: 'ended', how: 'exited', words: endingWords(liveness) });
  }

  #debuggerEnded(link: DebuggerLink, error: VmatlasError | undefined): void {
    this.#link = undefined;
    link.dispose();
    this.#dispatch({ type: 'debugger-ended', problem: error?.facts() });
    this.#endWatch.look(this.#target);
    if (!this.isOver) void this.#pictures.refresh();
  }

  // ── machine ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #dispatch(event: SessionEvent): void {
    const next = reduce(this.#model, event);
    if (next === this.#model) return;
    this.#model = next;
    if (this.isOver) this.#endWatch.end();
    this.#updatePolling();
    this.#state.emit(next.state);
  }

  #updatePolling(): void {
    const { phase } = this.state;
    this.#poller.setActive(this.#listened && !this.#closing && (phase === 'observing' || isAttached(phase)));
  }

  async #poll(): Promise<void> {
    this.#endWatch.look(this.#target);
    // A stopped process changes nothing by itself; but it can be killed, and gdb does not look until it is resumed.
    if (!this.isOver && this.state.phase !== 'stopped') await this.#pictures.refresh();
  }

  #until(holds: (state: SessionState) => boolean, limitMs: number): Promise<void> {
    if (holds(this.state)) return Promise.resolve();
    let stop: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      stop = this.onState((state) => {
        if (holds(state)) resolve();
      });
    });
    return bounded(reached, limitMs).finally(stop);
  }
}

function alreadyAttached(state: SessionState): VmatlasError {
  return new VmatlasError({ code: 'wrong-state', message: 'gdb is attached already.', evidence: `the session is ${state.phase}` });
}
