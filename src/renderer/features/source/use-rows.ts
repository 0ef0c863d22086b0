import { useCallback, useLayoutEffect, useRef, useState, type RefCallback, type UIEvent } from 'react';

export const ROW_PX = 18;
/** Rows kept beyond the edges, so that a wheel notch shows no blank. */
const SPARE_ROWS = 12;

export interface Rows {
  readonly first: number;
  readonly count: number;
  readonly holder: RefCallback<HTMLDivElement>;
  readonly onScroll: (event: UIEvent<HTMLDivElement>) => void;
}

/** Which of many equal rows are in view. Scrolls so that row `show` is in the middle third, whenever `showKey` changes. */
export function useRows(total: number, show: number | undefined, showKey: unknown): Rows {
  const [view, setView] = useState({ top: 0, height: 0 });
  const element = useRef<HTMLDivElement>(null);
  const observer = useRef<ResizeObserver>(undefined);

  const holder = useCallback<RefCallback<HTMLDivElement>>((node) => {
    element.current = node;
    observer.current?.disconnect();
    if (node === null) return;
    const measure = (): void => setView({ top: node.scrollTop, height: node.clientHeight });
    observer.current = new ResizeObserver(measure);
    observer.current.observe(node);
    measure();
  }, []);

  useLayoutEffect(() => {
    const node = element.current;
    if (node === null || show === undefined || node.clientHeight === 0) return;
    const at = show * ROW_PX;
    const third = node.clientHeight / 3;
    if (at < node.scrollTop + ROW_PX || at > node.scrollTop + node.clientHeight - 2 * ROW_PX) node.scrollTop = Math.max(0, at - third);
    setView({ top: node.scrollTop, height: node.clientHeight });
  }, [show, showKey, view.height]);

  const first = Math.max(0, Math.floor(view.top / ROW_PX) - SPARE_ROWS);
  const count = Math.min(total - first, Math.ceil(view.height / ROW_PX) + 2 * SPARE_ROWS);
  return { first, count: Math.max(0, count), holder, onScroll: (event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight }) };
}
