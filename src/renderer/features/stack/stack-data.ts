import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { RawStackWord, StackFrame, StackOutlineRow, ThreadStack } from '../../../shared/model/stack.ts';
import type { Address } from '../../../shared/address/address.ts';
import type { StackContract } from '../../../shared/rpc/contracts/stack.ts';
import { frameMoves } from '../../kernels/stack-frames/stack-blocks.ts';
import type { AppState } from '../../state/app-state.ts';

/** Frames asked for at once: what a screen shows, and a few more. */
const FRAMES_PER_QUESTION = 16;
/** The contract's limit. */
const MOST_FRAMES = 256;
/** Frames kept of an opened recursion. */
const MOST_KEPT = 4096;
const RAW_WORDS = 1024;

export type InitialBlock = ReturnType<StackContract['calls']['initial']>;
export type Moves = ReturnType<typeof frameMoves>;

/** One thread's stack at one stop. */
export interface StackPicture {
  readonly generation: number;
  readonly stopCount: number;
  readonly threadId: number;
  readonly rows: readonly StackOutlineRow[];
  readonly depth: number;
  readonly complete: boolean;
  readonly frames: ReadonlyMap<number, StackFrame>;
  /** Calls that came and went since the last stop that was looked at; undefined for the first look at a thread. */
  readonly moves: Moves | undefined;
}

/** Words of a stack that nobody unwinds: the process is not held by gdb. */
export interface RawPicture {
  readonly generation: number;
  readonly tid: number;
  readonly start: Address;
  readonly words: readonly RawStackWord[];
  readonly more: boolean;
}

/** The stack as the view shows it. A new look replaces the old one when its outline and its innermost frames are there; other frames come as they are seen. */
export class StackData {
  readonly #app: AppState;
  readonly #listeners = new Set<() => void>();
  #abort = new AbortController();
  #asked = new Set<number>();
  #wishedTid: number | undefined;
  #sessionId: string | undefined;
  /** Rises with every change: what React compares. */
  version = 0;
  stacks: readonly ThreadStack[] = [];
  picture: StackPicture | undefined;
  raw: RawPicture | undefined;
  /** Why raw words could not be had: the thread runs. */
  rawFailure: ErrorFacts | undefined;
  initial: InitialBlock | undefined;
  failure: ErrorFacts | undefined;
  loading = false;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** Begins to look and to follow the session. Answers how to stop. */
  start(): () => void {
    const { session, clients } = this.#app;
    const stops = [
      session.subscribe((now, before) => {
        const moved = now.session?.generation !== before.session?.generation || now.session?.phase !== before.session?.phase;
        if (now.session?.sessionId !== before.session?.sessionId || moved || now.selectedThread !== before.selectedThread) this.refresh();
      }),
      clients.memory.on('written', ({ sessionId }) => {
        if (sessionId === session.getState().session?.sessionId) this.refresh();
      }),
    ];
    this.refresh();
    return () => {
      for (const stop of stops) stop();
      this.#abort.abort();
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The thread to show of a process that gdb does not hold. */
  setTid(tid: number | undefined): void {
    if (tid === this.#wishedTid) return;
    this.#wishedTid = tid;
    if (this.#app.session.getState().session?.phase === 'observing') this.refresh();
  }

  refresh(): void {
    const { session, selectedThread } = this.#app.session.getState();
    this.#abort.abort();
    if (session?.sessionId !== this.#sessionId) this.#forget(session?.sessionId);
    // A running program, or one that is gone, leaves the last picture as it is: stale.
    if (session === undefined || (session.phase !== 'stopped' && session.phase !== 'observing')) return this.#changed();
    if (session.phase === 'stopped' && selectedThread === undefined) return this.#changed();
    const abort = new AbortController();
    this.#abort = abort;
    this.loading = true;
    this.#changed();
    const load = session.phase === 'stopped' && selectedThread !== undefined ? this.#loadFrames(session.sessionId, selectedThread, abort.signal) : this.#loadRaw(session.sessionId, abort.signal);
    load.then(
      () => this.#loaded(abort.signal, undefined),
      (error: unknown) => this.#loaded(abort.signal, errorFacts(error)),
    );
  }

  /** Asks for frames that are missing. They come in bunches around the levels that are wanted. */
  wantLevels(levels: readonly number[]): void {
    const { picture } = this;
    const sessionId = this.#sessionId;
    if (picture === undefined || sessionId === undefined || this.#app.session.getState().session?.phase !== 'stopped') return;
    const missing = levels.filter((level) => !picture.frames.has(level) && !this.#asked.has(level) && level < picture.depth).toSorted((a, b) => a - b);
    for (let i = 0; i < missing.length;) {
      const low = missing[i] ?? 0;
      let high = low;
      while (i < missing.length && (missing[i] ?? 0) < low + MOST_FRAMES && (missing[i] ?? 0) <= high + FRAMES_PER_QUESTION) high = missing[i++] ?? high;
      high = Math.min(Math.max(high, low + FRAMES_PER_QUESTION - 1), picture.depth - 1, low + MOST_FRAMES - 1);
      for (let level = low; level <= high; level++) this.#asked.add(level);
      this.#more(sessionId, picture, low, high, this.#abort.signal);
    }
  }

  /** Goes on with the raw words upwards. */
  moreRaw(): void {
    const { raw } = this;
    const sessionId = this.#sessionId;
    if (raw?.more !== true || sessionId === undefined) return;
    const { signal } = this.#abort;
    const start = raw.start + BigInt(raw.words.length) * 8n;
    this.#app.clients.stack.raw({ sessionId, tid: raw.tid, start: start as Address, words: RAW_WORDS }, { signal }).then(
      (next) => {
        if (signal.aborted) return;
        this.raw = { ...raw, words: [...raw.words, ...next.words], more: next.more };
        this.#changed();
      },
      (error: unknown) => this.#loaded(signal, errorFacts(error)),
    );
  }

  #more(sessionId: string, picture: StackPicture, low: number, high: number, signal: AbortSignal): void {
    this.#app.clients.stack.frames({ sessionId, threadId: picture.threadId, low, high }, { signal }).then(
      ({ frames }) => {
        if (signal.aborted || this.picture === undefined) return;
        const kept = this.picture.frames.size + frames.length > MOST_KEPT ? [] : this.picture.frames;
        if (kept !== this.picture.frames) this.#asked = new Set(frames.map(({ level }) => level));
        this.picture = { ...this.picture, frames: new Map([...kept, ...frames.map((frame) => [frame.level, frame] as const)]) };
        this.#changed();
      },
      (error: unknown) => {
        for (let level = low; level <= high; level++) this.#asked.delete(level);
        this.#loaded(signal, errorFacts(error));
      },
    );
  }

  async #loadFrames(sessionId: string, threadId: number, signal: AbortSignal): Promise<void> {
    const { stack } = this.#app.clients;
    const [outline, first, threads, initial] = await Promise.all([
      stack.outline({ sessionId, threadId }, { signal }),
      stack.frames({ sessionId, threadId, low: 0, high: FRAMES_PER_QUESTION - 1 }, { signal }),
      stack.threads({ sessionId }, { signal }),
      this.initial ?? stack.initial({ sessionId }, { signal }),
    ]);
    if (signal.aborted) return;
    const before = this.picture;
    const frames = new Map(first.frames.map((frame) => [frame.level, frame]));
    this.#asked = new Set(frames.keys());
    const sameThread = before?.threadId === threadId;
    // Looked at again without a stop, what came and went still did.
    const moves = !sameThread ? undefined : before.stopCount === first.stopCount ? before.moves : frameMoves(before.rows, outline.rows);
    this.picture = { generation: outline.generation, stopCount: first.stopCount, threadId, rows: outline.rows, depth: outline.depth, complete: outline.complete, frames, moves };
    this.stacks = threads.stacks;
    this.initial = initial;
    this.raw = undefined;
    this.rawFailure = undefined;
  }

  async #loadRaw(sessionId: string, signal: AbortSignal): Promise<void> {
    const { stack } = this.#app.clients;
    const { stacks } = await stack.threads({ sessionId }, { signal });
    const initial = this.initial ?? await stack.initial({ sessionId }, { signal });
    const chosen = stacks.find(({ tid }) => tid === this.#wishedTid) ?? stacks.find(({ sp }) => sp !== undefined) ?? stacks[0];
    let raw: RawPicture | undefined;
    let rawFailure: ErrorFacts | undefined;
    if (chosen !== undefined) {
      try {
        raw = { ...(await stack.raw({ sessionId, tid: chosen.tid, words: RAW_WORDS }, { signal })), tid: chosen.tid };
      } catch (error) {
        // The thread may run, or be in a state whose registers the kernel does not tell: said in the place of the words.
        rawFailure = errorFacts(error);
      }
    }
    if (signal.aborted) return;
    this.picture = undefined;
    this.stacks = stacks;
    this.initial = initial;
    this.raw = raw;
    this.rawFailure = rawFailure;
  }

  #loaded(signal: AbortSignal, failure: ErrorFacts | undefined): void {
    if (signal.aborted) return;
    this.loading = false;
    // Resumed or stepped meanwhile: the next state asks again.
    this.failure = failure !== undefined && ['target-running', 'cancelled', 'connection-lost'].includes(failure.code) ? undefined : failure;
    this.#changed();
  }

  #forget(sessionId: string | undefined): void {
    this.#sessionId = sessionId;
    this.stacks = [];
    this.picture = undefined;
    this.raw = undefined;
    this.rawFailure = undefined;
    this.initial = undefined;
    this.failure = undefined;
    this.loading = false;
    this.#asked = new Set();
  }

  #changed(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }
}
