import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pauseAfter, Poller } from './poller.ts';

describe('Poller', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('looks only while active', async () => {
    let looks = 0;
    const poller = new Poller(async () => void looks++, () => 100);
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toBe(0);
    poller.setActive(true);
    await vi.advanceTimersByTimeAsync(1050);
    expect(looks).toBe(10);
    poller.setActive(false);
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toBe(10);
  });

  it('never looks twice at once, and goes on after a slow look', async () => {
    let open: () => void = () => undefined;
    let looks = 0;
    const poller = new Poller(() => {
      looks++;
      return new Promise((resolve) => {
        open = resolve;
      });
    }, () => 100);
    poller.setActive(true);
    await vi.advanceTimersByTimeAsync(150);
    poller.setActive(false);
    poller.setActive(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(looks).toBe(1);
    open();
    await vi.advanceTimersByTimeAsync(150);
    expect(looks).toBe(2);
    poller.setActive(false);
  });

  it('looks less often at what is expensive to look at, within bounds', () => {
    expect(pauseAfter(1)).toBe(500);
    expect(pauseAfter(50)).toBe(1000);
    expect(pauseAfter(5000)).toBe(10_000);
  });
});
