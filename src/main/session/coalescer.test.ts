import { describe, expect, it } from 'vitest';
import { Coalescer } from './coalescer.ts';

function gatedWork(): { work: () => Promise<void>; runs: () => number; finish: () => void; fail: (error: Error) => void } {
  let runs = 0;
  let settle: PromiseWithResolvers<void> | undefined;
  return {
    work: () => {
      runs++;
      let resolve: () => void = () => undefined;
      let reject: (error: Error) => void = () => undefined;
      const promise = new Promise<void>((yes, no) => {
        resolve = yes;
        reject = no;
      });
      settle = { promise, resolve, reject };
      return promise;
    },
    runs: () => runs,
    finish: () => settle?.resolve(),
    fail: (error) => settle?.reject(error),
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

describe('Coalescer', () => {
  it('answers many questions asked during one run with one further run', async () => {
    const gated = gatedWork();
    const coalescer = new Coalescer(gated.work);
    const first = coalescer.run();
    const later = [coalescer.run(), coalescer.run(), coalescer.run()];
    expect(gated.runs()).toBe(1);
    gated.finish();
    await first;
    await Promise.resolve();
    expect(gated.runs()).toBe(2);
    gated.finish();
    await Promise.all(later);
    expect(gated.runs()).toBe(2);
  });

  it('goes on after a failure, which belongs to who asked', async () => {
    const gated = gatedWork();
    const coalescer = new Coalescer(gated.work);
    const first = coalescer.run();
    const second = coalescer.run();
    gated.fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    gated.finish();
    await second;
    expect(gated.runs()).toBe(2);
    await coalescer.settled();
    const third = coalescer.run();
    expect(gated.runs()).toBe(3);
    gated.finish();
    await third;
  });
});
