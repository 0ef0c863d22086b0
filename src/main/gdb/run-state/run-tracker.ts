import { toAddress } from '../../../shared/address/address.ts';
import type { StopInfo } from '../../../shared/model/debug.ts';
import type { DebuggerEvent } from '../../target/debugger.ts';
import { optionalInteger, optionalText, optionalTuple, parseHex } from '../mi-commands/read-reply.ts';
import type { MiAsyncRecord } from '../mi-parser/mi-record.ts';
import { endingWords, readStop } from './stop-info.ts';
import type { StopContext } from './stop-info.ts';

export type RunState = 'none' | 'running' | 'stopped';

export interface TrackerHost {
  emit(event: DebuggerEvent): void;
  /** Resolves when gdb has told all that it had to tell by now. */
  fence(): Promise<void>;
  /** A breakpoint was made, changed or deleted by anybody but this program. */
  breakpointChanged(record: MiAsyncRecord): void;
  /** What is known of a breakpoint by its number, and of the one that was hit since the target ran: gdb does not always name it. */
  breakpoints?(): Pick<StopContext, 'breakpoint' | 'hit'>;
}

/**
 * What the target does, from gdb's asynchronous records alone. So it does not matter whether we, the user in the console, or a signal caused it.
 *
 *     none ──group-started──► stopped/running ◄──*running──► *stopped
 *      ▲──────group-exited────────┘
 */
export class RunTracker {
  readonly #host: TrackerHost;
  /** Process ids by gdb's thread group. After fork or add-inferior there may be several; the one that ran or stopped last counts. */
  readonly #groups = new Map<string, number>();
  readonly #groupOfThread = new Map<number, string>();
  #state: RunState = 'none';
  #pid: number | undefined;
  #endingTold = false;
  #recording = false;
  /** Set while we attach; gdb gives no reason for that stop. */
  attaching = false;
  interrupting = false;
  stopSerial = 0;
  /** Counts what gdb has told of running, stopping and of processes: an answer that was asked for before the count rose may be older than what was told. */
  tidings = 0;
  lastStop: StopInfo | undefined;

  constructor(host: TrackerHost) {
    this.#host = host;
  }

  get state(): RunState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#pid;
  }

  /** All processes that gdb holds, by thread group. */
  get groups(): ReadonlyMap<string, number> {
    return this.#groups;
  }

  take(record: MiAsyncRecord): void {
    const { results } = record;
    if (/^(?:running|stopped|thread-group-)/.test(record.class)) this.tidings++;
    switch (record.class) {
      case 'running':
        this.#follow(optionalText(results, 'thread-id'));
        return this.#running();
      case 'stopped':
        return this.#stopped(record);
      case 'thread-group-started':
        return this.#groupStarted(optionalText(results, 'id') ?? '', optionalInteger(results, 'pid'));
      case 'thread-group-exited':
        return this.#groupExited(optionalText(results, 'id') ?? '');
      case 'thread-created':
        this.#groupOfThread.set(optionalInteger(results, 'id') ?? 0, optionalText(results, 'group-id') ?? '');
        return this.#host.emit({ type: 'threads-changed' });
      case 'thread-exited':
        this.#groupOfThread.delete(optionalInteger(results, 'id') ?? 0);
        return this.#host.emit({ type: 'threads-changed' });
      case 'record-started':
      case 'record-stopped':
        this.#recording = record.class === 'record-started';
        return this.#host.emit({ type: 'settled' });
      case 'cmd-param-changed':
        return this.#host.emit({ type: 'settled' });
      case 'thread-selected':
        return this.#selected(record);
      case 'library-loaded':
      case 'library-unloaded':
        return this.#host.emit({ type: 'libraries-changed' });
      case 'breakpoint-created':
      case 'breakpoint-modified':
      case 'breakpoint-deleted':
        this.#host.breakpointChanged(record);
        return this.#host.emit({ type: 'breakpoints-changed' });
      case 'memory-changed':
        return this.#memoryChanged(record);
      default:
    }
  }

  /** The target has died behind gdb's back. */
  died(words: string): void {
    for (const [id, pid] of this.#groups) if (pid === this.#pid) this.#groups.delete(id);
    this.#endingTold = true;
    this.#clearTarget();
    this.#host.emit({ type: 'exited', words });
  }

  /** gdb says that its threads stand still, and told no stop: it could not let the target go on. */
  didNotGoOn(threadId: number): void {
    if (this.#state !== 'running' || this.#pid === undefined) return;
    this.#state = 'stopped';
    this.stopSerial++;
    const stop: StopInfo = { reason: 'other', threadId, breakpoint: undefined, signal: undefined, frame: undefined, words: 'Stopped: gdb could not let it go on' };
    this.lastStop = stop;
    this.#host.emit({ type: 'stopped', stop });
  }

  /** gdb is gone. */
  end(): void {
    this.#groups.clear();
    this.#groupOfThread.clear();
    this.#state = 'none';
    this.#pid = undefined;
  }

  #running(): void {
    if (this.#state === 'running' || this.#pid === undefined) return;
    this.#state = 'running';
    this.lastStop = undefined;
    this.#host.emit({ type: 'running' });
  }

  #stopped(record: MiAsyncRecord): void {
    const words = endingWords(record.results);
    if (words !== undefined) {
      this.#endingTold = true;
      this.#clearTarget();
      if (this.#pid === undefined) this.#host.emit({ type: 'exited', words });
      else this.#stoppedBehind(this.#pid, words);
      return;
    }
    this.#follow(optionalText(record.results, 'thread-id'));
    const { attaching, interrupting } = this;
    const stop = readStop(record.results, { attaching, interrupting, recording: this.#recording, ...this.#host.breakpoints?.() });
    this.#state = 'stopped';
    this.stopSerial++;
    // Until a SIGSTOP arrives: a stop for another reason may have come before it.
    if (stop.reason === 'interrupted') this.interrupting = false;
    this.attaching = false;
    this.lastStop = stop;
    this.#host.emit({ type: 'stopped', stop });
  }

  #groupStarted(id: string, pid: number | undefined): void {
    if (pid === undefined) return;
    const others = this.#groups.size > 0;
    this.#groups.set(id, pid);
    // A fork's other process: which of the two is followed shows when one of them runs or stops.
    if (!others) this.#turnTo(pid);
  }

  #turnTo(pid: number): void {
    this.#pid = pid;
    this.#recording = false;
    this.interrupting = false;
    this.#endingTold = false;
    // Until *running or *stopped says more. gdb holds it still while it starts or attaches.
    this.#state = 'running';
    this.#host.emit({ type: 'target-changed', pid });
  }

  /** A thread runs or has stopped: its process is the one that counts. */
  #follow(thread: string | undefined): void {
    const group = this.#groupOfThread.get(Number(thread));
    const pid = group === undefined ? undefined : this.#groups.get(group);
    if (pid !== undefined && pid !== this.#pid) this.#turnTo(pid);
  }

  /** One of several processes ended; gdb still holds this one, which has stood still all the while. */
  #stoppedBehind(pid: number, words: string): void {
    const [threadId = 1] = [...this.#groupOfThread].flatMap(([thread, group]) => (this.#groups.get(group) === pid ? [thread] : []));
    this.#turnTo(pid);
    this.#state = 'stopped';
    this.stopSerial++;
    this.lastStop = { reason: 'other', threadId, breakpoint: undefined, signal: undefined, frame: undefined, words: `The other process ${words}; this one is still held` };
    this.#host.emit({ type: 'stopped', stop: this.lastStop });
  }

  /**
   * The process has ended, or gdb has let go of it: the record does not say which. If it ended, a `*stopped` with the reason follows; after detach and kill nothing does. So ask gdb
   * anything: when the answer is there, all that belongs to this has been told.
   */
  #groupExited(id: string): void {
    const pid = this.#groups.get(id);
    this.#groups.delete(id);
    if (pid === undefined || pid !== this.#pid) return;
    this.#endingTold = false;
    this.#pid = [...this.#groups.values()].at(-1);
    if (this.#pid === undefined) this.#state = 'none';
    const tell = (): void => {
      if (!this.#endingTold && this.#pid !== pid) this.#host.emit({ type: 'target-changed', pid: this.#pid });
    };
    this.#host.fence().then(tell, tell);
  }

  #clearTarget(): void {
    this.#pid = [...this.#groups.values()].at(-1);
    this.#state = this.#pid === undefined ? 'none' : this.#state;
    this.lastStop = undefined;
    this.interrupting = false;
  }

  #selected(record: MiAsyncRecord): void {
    const threadId = optionalInteger(record.results, 'id');
    const frame = optionalTuple(record.results, 'frame');
    if (threadId !== undefined) this.#host.emit({ type: 'selected', threadId, frameLevel: (frame && optionalInteger(frame, 'level')) ?? 0 });
  }

  #memoryChanged(record: MiAsyncRecord): void {
    const start = parseHex(optionalText(record.results, 'addr') ?? '');
    const length = optionalText(record.results, 'len') ?? '';
    if (start === undefined || !/^(?:0x[0-9a-f]+|\d+)$/.test(length)) return;
    this.#host.emit({ type: 'memory-changed', start: toAddress(start), lengthBytes: BigInt(length) });
  }
}
