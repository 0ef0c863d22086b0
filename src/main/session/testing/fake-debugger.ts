import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { BreakpointInfo, FrameExtent, RegisterValue, ResumeKind, StopInfo, ThreadInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { PatchedByte } from '../../../shared/model/memory-range.ts';
import type { BreakpointRequest, Debugger, DebuggerEvent, DebuggerLaunch, TerminalChannel } from '../../target/debugger.ts';
import { Emitter } from '../emitter.ts';
import { fakeCode, fakeControl } from './fake-control.ts';

export function stopAt(words = 'Stopped at breakpoint 1', extra: Partial<StopInfo> = {}): StopInfo {
  return { reason: 'breakpoint', threadId: 1, breakpoint: '1', signal: undefined, frame: undefined, words, ...extra };
}

export class FakeTerminal implements TerminalChannel {
  readonly ptyName = '/dev/pts/77';
  readonly written: string[] = [];
  size: readonly [number, number] = [0, 0];
  paused = false;
  readonly #data = new Emitter<Uint8Array>();
  readonly #end = new Emitter<void>();
  readonly onData = this.#data.on;
  readonly onEnd = this.#end.on;

  print(text: string): void {
    this.#data.emit(new TextEncoder().encode(text));
  }

  hangUp(): void {
    this.#end.emit();
  }

  write(data: Uint8Array): void {
    this.written.push(new TextDecoder().decode(data));
  }

  resize(columns: number, rows: number): void {
    this.size = [columns, rows];
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

/** A debugger that does what it is told at once and tells the events that gdb would; the test adds what a user types. */
export class FakeDebugger implements Debugger {
  readonly version = '13.1';
  readonly console = new FakeTerminal();
  program: FakeTerminal | undefined;
  runState: 'none' | 'running' | 'stopped' = 'none';
  pid: number | undefined;
  heldMs: number | undefined;
  /** PID that a launch answers with; undefined: it runs before it can be stopped. */
  launchPid = 200;
  refuse: VmatlasError | undefined;
  patched: readonly PatchedByte[] = [];
  expressions = new Map<string, bigint>();
  registerValues: readonly RegisterValue[] = [];
  breakpointList: readonly BreakpointInfo[] = [];
  readonly calls: string[] = [];
  readonly control = fakeControl((call) => this.#called(call), (event) => this.tell(event));
  readonly code = fakeCode;
  disposed = false;
  readonly #events = new Emitter<DebuggerEvent>();
  readonly onEvent = this.#events.on;

  tell(event: DebuggerEvent): void {
    if (event.type === 'stopped') this.runState = 'stopped';
    if (event.type === 'running') this.runState = 'running';
    if (event.type === 'exited') [this.runState, this.pid] = ['none', undefined];
    if (event.type === 'target-changed') [this.pid, this.runState] = [event.pid, event.pid === undefined ? 'none' : 'running'];
    this.#events.emit(event);
  }

  async attach(pid: number): Promise<StopInfo> {
    this.#called(`attach ${pid}`);
    const stop = stopAt('Attached', { reason: 'attached', breakpoint: undefined });
    this.tell({ type: 'target-changed', pid });
    this.tell({ type: 'stopped', stop });
    return stop;
  }

  async launch(spec: DebuggerLaunch): Promise<{ pid: number; stop: StopInfo | undefined }> {
    this.#called(`launch ${spec.program}`);
    this.program = new FakeTerminal();
    this.tell({ type: 'target-changed', pid: this.launchPid });
    this.tell({ type: 'running' });
    this.program.print('early ');
    const stop = spec.stopAt === '' ? undefined : stopAt(`Stopped at ${spec.stopAt}`);
    if (stop) this.tell({ type: 'stopped', stop });
    return { pid: this.launchPid, stop };
  }

  async detach(): Promise<void> {
    this.#called('detach');
    this.tell({ type: 'target-changed', pid: undefined });
  }

  async kill(): Promise<void> {
    this.#called('kill');
    this.tell({ type: 'exited', words: 'killed by SIGKILL (Killed)' });
  }

  async interrupt(): Promise<void> {
    this.#called('interrupt');
    this.tell({ type: 'stopped', stop: stopAt('Interrupted', { reason: 'interrupted' }) });
  }

  async resume(kind: ResumeKind): Promise<void> {
    this.#called(`resume ${kind}`);
    this.tell({ type: 'running' });
  }

  async threads(): Promise<{ threads: readonly ThreadInfo[]; selected: number | undefined }> {
    return { threads: [{ id: 1, tid: this.pid ?? 0, name: 'tour', state: 'stopped', frame: undefined }], selected: 1 };
  }

  async frames(): Promise<{ frames: readonly FrameExtent[]; more: boolean }> {
    return { frames: [], more: false };
  }

  async registers(): Promise<readonly RegisterValue[]> {
    return this.registerValues;
  }

  async stack(): ReturnType<Debugger['stack']> {
    return { extents: [], more: false, framePointer: undefined, threadBlock: undefined, variables: new Map() };
  }

  async values(_thread: number, _frame: number, expressions: readonly string[]): ReturnType<Debugger['values']> {
    return expressions.map(() => undefined);
  }

  async savedRegisters(): ReturnType<Debugger['savedRegisters']> {
    return [];
  }

  async variableChildren(): ReturnType<Debugger['variableChildren']> {
    return { children: [], total: 0 };
  }

  async evaluateAddress(expression: string): Promise<{ address: Address; text: string }> {
    const value = this.expressions.get(expression);
    if (value === undefined) throw new VmatlasError({ code: 'gdb-error', message: `No symbol "${expression}" in current context.` });
    return { address: toAddress(BigInt.asUintN(64, value)), text: expression };
  }

  async completeExpression(text: string, limit: number): Promise<readonly string[]> {
    return [...this.expressions.keys()].filter((name) => name.startsWith(text)).slice(0, limit);
  }

  async breakpoints(): Promise<readonly BreakpointInfo[]> {
    return this.breakpointList;
  }

  async insertBreakpoint(request: BreakpointRequest): Promise<BreakpointInfo> {
    this.#called(`break ${request.location}`);
    return {
      number: '1', kind: 'software', enabled: true, temporary: request.temporary, original: request.location, condition: request.condition, hits: 0, pending: false,
      ignoreCount: request.ignoreCount ?? 0, threadId: request.threadId, catching: undefined, watched: undefined, locations: [],
    };
  }

  async removeBreakpoint(number: string): Promise<void> {
    this.#called(`delete ${number}`);
  }

  async enableBreakpoint(number: string, enabled: boolean): Promise<void> {
    this.#called(`${enabled ? 'enable' : 'disable'} ${number}`);
  }

  patchedBytes(): readonly PatchedByte[] {
    return this.patched;
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    this.tell({ type: 'ended', error: undefined });
  }

  #called(call: string): void {
    this.calls.push(call);
    if (this.refuse) throw this.refuse;
  }
}
