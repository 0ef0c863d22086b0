import { describe, expect, it } from 'vitest';
import { FrameScheduler, type FrameClock, type FramePhase, type FrameTask } from './frame-scheduler.ts';

class HandClock implements FrameClock {
  #callbacks = new Map<number, (nowMs: number) => void>();
  #id = 0;
  requestFrame(callback: (nowMs: number) => void): number {
    this.#callbacks.set(++this.#id, callback);
    return this.#id;
  }
  cancelFrame(id: number): void {
    this.#callbacks.delete(id);
  }
  get pending(): number {
    return this.#callbacks.size;
  }
  tick(nowMs = 0): void {
    const due = [...this.#callbacks.values()];
    this.#callbacks.clear();
    for (const callback of due) callback(nowMs);
  }
}

function setUp(): { clock: HandClock; frames: FrameScheduler; log: string[]; task: (name: string, phase: FramePhase, also?: () => void) => FrameTask } {
  const clock = new HandClock();
  const log: string[] = [];
  const task = (name: string, phase: FramePhase, also?: () => void): FrameTask => ({ phase, run: () => { log.push(name); also?.(); } });
  return { clock, frames: new FrameScheduler(clock), log, task };
}

describe('FrameScheduler', () => {
  it('runs each task once a frame, in the order of the phases', () => {
    const { clock, frames, log, task } = setUp();
    const draw = task('draw', 'draw');
    frames.request(draw);
    frames.request(task('animate', 'animate'));
    frames.request(draw);
    frames.request(task('layout', 'layout'));
    expect(clock.pending).toBe(1);
    clock.tick();
    expect(log).toEqual(['animate', 'layout', 'draw']);
    clock.tick();
    expect(log).toHaveLength(3);
  });

  it('draws in the same frame what an animation asked for, and animates again in the next', () => {
    const { clock, frames, log, task } = setUp();
    const draw = task('draw', 'draw');
    let steps = 0;
    const animate: FrameTask = task('animate', 'animate', () => {
      frames.request(draw);
      if (++steps < 2) frames.request(animate);
    });
    frames.request(animate);
    clock.tick();
    expect(log).toEqual(['animate', 'draw']);
    expect(frames.isIdle).toBe(false);
    clock.tick();
    expect(log).toEqual(['animate', 'draw', 'animate', 'draw']);
    expect(frames.isIdle).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('is idle again after a cancel, and tells whoever waits', async () => {
    const { clock, frames, task } = setUp();
    const draw = task('draw', 'draw');
    frames.request(draw);
    expect(frames.isIdle).toBe(false);
    const waited = frames.whenIdle();
    frames.cancel(draw);
    await waited;
    expect(clock.pending).toBe(0);
  });

  it('stays usable when a task throws', () => {
    const { clock, frames, log, task } = setUp();
    frames.request({ phase: 'draw', run: () => { throw new Error('broken painter'); } });
    expect(() => clock.tick()).toThrow('broken painter');
    frames.request(task('next', 'draw'));
    clock.tick();
    expect(log).toEqual(['next']);
  });
});
