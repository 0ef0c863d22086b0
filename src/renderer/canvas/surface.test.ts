import { afterEach, describe, expect, it, vi } from 'vitest';
import { FrameScheduler } from './frame-scheduler.ts';
import type { PixelRect } from './dirty-region.ts';
import { Surface } from './surface.ts';

/** A page of one canvas, 200 × 100 px, whose frames, size and visibility are set by hand. */
function setUp() {
  const frames: (() => void)[] = [];
  const page = { visibilityState: 'visible', addEventListener: (_type: string, heard: () => void) => void (page.changed = heard), removeEventListener: () => {}, changed: (): void => {} };
  let resized = (): void => {};
  let seen = (_entries: readonly { isIntersecting: boolean }[]): void => {};
  const watcher = <T>(take: (heard: T) => void) => class {
    constructor(heard: T) { take(heard); }
    observe(): void {}
    disconnect(): void {}
  };
  vi.stubGlobal('document', page);
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal('matchMedia', () => ({ addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal('ResizeObserver', watcher<() => void>((heard) => void (resized = heard)));
  vi.stubGlobal('IntersectionObserver', watcher<typeof seen>((heard) => void (seen = heard)));
  const parentElement = { clientWidth: 200, clientHeight: 100 };
  const nothing = new Proxy({}, { get: () => () => {} });
  const canvas = Object.assign({} as HTMLCanvasElement, { parentElement, style: {}, width: 0, height: 0, getContext: () => nothing });
  const drawn: (readonly PixelRect[])[] = [];
  const scheduler = new FrameScheduler({ requestFrame: (callback) => frames.push(() => callback(0)), cancelFrame: () => void (frames.length = 0) });
  const surface = new Surface(canvas, { draw: (_context, _size, dirty) => void drawn.push(dirty) }, scheduler);
  return {
    surface, drawn, parentElement,
    resize: () => resized(),
    see: (isIntersecting: boolean) => seen([{ isIntersecting }]),
    show: (visible: boolean) => {
      page.visibilityState = visible ? 'visible' : 'hidden';
      page.changed();
    },
    frame: () => {
      for (const run of frames.splice(0)) run();
    },
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('Surface', () => {
  it('draws once in a frame, whatever was asked for, and only what is dirty', () => {
    const { surface, drawn, resize, frame } = setUp();
    resize();
    frame();
    expect(drawn).toEqual([[{ x: 0, y: 0, width: 200, height: 100 }]]);
    surface.invalidate({ x: 10, y: 10, width: 5, height: 5 });
    surface.invalidate({ x: 100, y: 50, width: 5, height: 5 });
    frame();
    frame();
    expect(drawn).toHaveLength(2);
    expect(drawn[1]?.every((rect) => rect.width < 200)).toBe(true);
  });

  it('draws nothing in a hidden page, out of sight or without a size; what became dirty then is drawn when it shows', () => {
    const { surface, drawn, resize, frame, show, see, parentElement } = setUp();
    resize();
    frame();
    drawn.length = 0;
    for (const hide of [() => show(false), () => see(false)]) {
      hide();
      surface.invalidate();
      frame();
      expect(drawn).toHaveLength(0);
      show(true);
      see(true);
      frame();
      expect(drawn).toHaveLength(1);
      drawn.length = 0;
    }
    parentElement.clientHeight = 0;
    resize();
    surface.invalidate();
    frame();
    expect(drawn).toHaveLength(0);
    parentElement.clientHeight = 100;
    resize();
    frame();
    expect(drawn).toHaveLength(1);
  });
});
