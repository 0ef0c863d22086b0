/**
 * The one owner of requestAnimationFrame. Work asks for a frame; every task asked for before the frame runs in it once, in a fixed order of phases, so that an animation moves the
 * camera before anything is drawn with it. A task asked for while a frame runs goes to the next frame: a task may ask for itself again.
 */
export type FramePhase = 'animate' | 'layout' | 'draw';

const PHASES: readonly FramePhase[] = ['animate', 'layout', 'draw'];

/** Kept by its owner and asked for again and again: identity is the key, so asking twice for one frame runs it once. */
export interface FrameTask {
  readonly phase: FramePhase;
  /** `nowMs` is the time of the frame, on performance.now()'s clock. */
  run(nowMs: number): void;
}

/** What the scheduler needs of the platform; a test passes its own. */
export interface FrameClock {
  requestFrame(callback: (nowMs: number) => void): number;
  cancelFrame(id: number): void;
}

export class FrameScheduler {
  readonly #clock: FrameClock;
  #wanted = new Set<FrameTask>();
  #frame: number | undefined;
  #running = false;
  readonly #idleWaiters: (() => void)[] = [];

  constructor(clock: FrameClock) {
    this.#clock = clock;
  }

  /** Runs `task` in the next frame. */
  request(task: FrameTask): void {
    this.#wanted.add(task);
    this.#frame ??= this.#clock.requestFrame((nowMs) => this.#run(nowMs));
  }

  cancel(task: FrameTask): void {
    this.#wanted.delete(task);
    if (this.#wanted.size > 0 || this.#frame === undefined) return;
    this.#clock.cancelFrame(this.#frame);
    this.#frame = undefined;
    this.#tellIdle();
  }

  /** No frame is pending and none is being drawn. */
  get isIdle(): boolean {
    return this.#wanted.size === 0 && !this.#running;
  }

  whenIdle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #run(nowMs: number): void {
    this.#frame = undefined;
    const tasks = this.#wanted;
    this.#wanted = new Set();
    this.#running = true;
    try {
      for (const phase of PHASES) {
        // A task of an earlier phase may ask for a later phase of this same frame: moving the camera asks for the draw.
        for (const task of tasks) if (task.phase === phase) task.run(nowMs);
        for (const task of this.#wanted) {
          if (tasks.has(task) || PHASES.indexOf(task.phase) <= PHASES.indexOf(phase)) continue;
          this.#wanted.delete(task);
          tasks.add(task);
        }
      }
    } finally {
      this.#running = false;
      if (this.#wanted.size === 0 && this.#frame !== undefined) {
        this.#clock.cancelFrame(this.#frame);
        this.#frame = undefined;
      }
      this.#tellIdle();
    }
  }

  #tellIdle(): void {
    if (!this.isIdle) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

/** The page's scheduler. Browsers run no frames in a hidden tab: tasks wait, and run once when it is shown. */
export const frames = new FrameScheduler({
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (id) => cancelAnimationFrame(id),
});
