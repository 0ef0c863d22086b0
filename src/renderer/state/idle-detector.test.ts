import { describe, expect, it } from 'vitest';
import { createIdleDetector } from './idle-detector.ts';
import { deferred } from './testing/fake-host.ts';

const noFrames = (): Promise<void> => Promise.resolve();

describe('idle detector', () => {
  it('is idle at once when nothing is under way', async () => {
    await expect(createIdleDetector(noFrames).whenIdle()).resolves.toBeUndefined();
  });

  it('waits for work, for work that work began, and for frames', async () => {
    const first = deferred<number>();
    const second = deferred<number>();
    const frames = deferred<void>();
    const idle = createIdleDetector(() => frames.promise);
    let rested = false;
    void idle.track(first.promise).then(() => idle.track(second.promise));
    const waiting = idle.whenIdle().then(() => {
      rested = true;
    });
    const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
    await turn();
    expect(rested).toBe(false);
    first.resolve(1);
    await turn();
    expect(idle.pending).toBe(1);
    second.resolve(2);
    await turn();
    expect(rested).toBe(false);
    frames.resolve();
    await waiting;
    expect(rested).toBe(true);
  });

  it('counts a failure as an end, and an end only once', async () => {
    const idle = createIdleDetector(noFrames);
    await expect(idle.track(Promise.reject(new Error('no')))).rejects.toThrow('no');
    const end = idle.begin();
    end();
    end();
    expect(idle.pending).toBe(0);
    await idle.whenIdle();
  });
});
