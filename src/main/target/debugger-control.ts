import type { Address } from '../../shared/address/address.ts';
import type { LineAddress, PathRule } from '../../shared/model/code.ts';
import type { BreakpointInfo, SourcePlace, StopInfo } from '../../shared/model/debug.ts';
import type { CatchKind, RunChoices, RunControl, SignalHandling, WatchAccess, WatchSubject } from '../../shared/model/run-control.ts';

/** What a debugger does beside stopping and going on: watch, catch, handle signals, follow forks, record. */
export interface DebuggerControl {
  insertWatchpoint(request: WatchRequest): Promise<BreakpointInfo>;
  insertCatchpoint(request: CatchRequest): Promise<BreakpointInfo>;
  /** '' takes the condition away; undefined leaves it. */
  editBreakpoint(number: string, change: { readonly condition?: string | undefined; readonly ignoreCount?: number | undefined }): Promise<BreakpointInfo>;
  /** Runs to a place once. Resolves when it runs. */
  runTo(location: string, threadId: number | undefined): Promise<void>;
  /** Starts the launched program anew and waits for its first stop, as `launch` does. */
  restart(): Promise<{ readonly pid: number; readonly stop: StopInfo | undefined }>;
  signals(): Promise<readonly SignalHandling[]>;
  handleSignal(name: string, change: { readonly stop?: boolean | undefined; readonly print?: boolean | undefined; readonly pass?: boolean | undefined }): Promise<SignalHandling>;
  runControl(): Promise<RunControl>;
  choose(choices: { readonly [K in keyof RunChoices]?: RunChoices[K] | undefined }): Promise<RunControl>;
  record(on: boolean): Promise<RunControl>;
  setRegister(request: RegisterRequest): Promise<void>;
  /** Memory was written past the debugger: it forgets what it keeps of memory, and the frames that it worked out from it. The selection in the console stays. */
  noteMemoryWritten(): Promise<void>;
}

export interface WatchRequest {
  readonly subject: WatchSubject;
  readonly access: WatchAccess;
  readonly condition: string | undefined;
  readonly ignoreCount: number;
}

export interface CatchRequest {
  readonly kind: CatchKind;
  readonly what: readonly string[];
  readonly temporary: boolean;
}

export interface RegisterRequest {
  readonly threadId: number;
  readonly frameLevel: number;
  readonly name: string;
  readonly value: bigint | Uint8Array;
}

/** What a debugger knows of the program's text. */
export interface DebuggerCode {
  /** Where the frame is, and which line that is. */
  frameCode(threadId: number, frameLevel: number): Promise<CodeLine>;
  /** Which line an address belongs to. */
  lineOf(address: Address): Promise<CodeLine>;
  /** Where the lines of a file have instructions, by ascending address; empty when gdb does not know the file by this name. */
  lineTable(place: SourcePlace): Promise<readonly LineAddress[]>;
  /** Instructions that begin in [start, end). Rejects where memory cannot be read. */
  disassemble(start: Address, end: Address): Promise<readonly MachineInstruction[]>;
  pathRules(): Promise<readonly PathRule[]>;
  addPathRule(rule: PathRule): Promise<void>;
  removePathRule(from: string): Promise<void>;
}

export interface CodeLine {
  readonly pc: Address;
  readonly function: string | undefined;
  readonly source: SourcePlace | undefined;
}

export interface MachineInstruction {
  readonly address: Address;
  readonly bytes: Uint8Array;
  readonly function: string | undefined;
  readonly offset: number | undefined;
  /** gdb's text, comment and all. */
  readonly text: string;
  readonly source: SourcePlace | undefined;
}
