import { useEffect, useRef, useState } from 'react';
import { frames, type FrameTask } from '../../canvas/frame-scheduler.ts';
import type { HexController } from './hex-controller.ts';

/** A value of the hex view that a React part shows; renders again only when the value is another one after a draw. */
export function useHexView<T>(controller: HexController, read: () => T): T {
  const [value, setValue] = useState(read);
  const shown = useRef(value);
  useEffect(() => {
    const look = (): void => {
      const next = read();
      // React is not even asked while nothing changes: it would be at every frame of a scroll.
      if (Object.is(next, shown.current)) return;
      shown.current = next;
      setValue(() => next);
    };
    look();
    return controller.onView(look);
  });
  return value;
}

/** How long the view has to stand still before what is dear to make is made. */
const REST_MS = 120;

/** The same, but made only when the view has come to rest. Until then a frame is kept requested, so that whoever waits for the window to be idle waits for this too. */
export function useRestingHexView<T>(controller: HexController, read: () => T): T {
  const [value, setValue] = useState(read);
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  useEffect(() => {
    let drawnAt = 0;
    const task: FrameTask = {
      phase: 'draw',
      run() {
        if (performance.now() - drawnAt < REST_MS) frames.request(task);
        else setValue(() => latest.current());
      },
    };
    const stop = controller.onView(() => {
      drawnAt = performance.now();
      frames.request(task);
    });
    return () => {
      stop();
      frames.cancel(task);
    };
  }, [controller]);
  return value;
}
