import { useRef, useSyncExternalStore } from 'react';
import type { ScrollModel } from './scroll-model.ts';

const THUMB_PX = 28;

/** The bar beside a list with a scroll model of its own. */
export function Scrollbar({ model, label, controls }: { readonly model: ScrollModel; readonly label: string; readonly controls: string }) {
  const track = useRef<HTMLDivElement>(null);
  // Four digits are finer than a pixel; an unmoved bar renders nothing.
  const at = Number(useSyncExternalStore(model.subscribe, () => model.fraction.toFixed(4)));
  const needed = useSyncExternalStore(model.subscribe, () => model.contentPx > model.viewportPx);
  const dragTo = (clientY: number): void => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || box.height <= THUMB_PX) return;
    model.scrollToFraction(Math.min(1, Math.max(0, (clientY - box.top - THUMB_PX / 2) / (box.height - THUMB_PX))));
  };
  return (
    <div
      ref={track} className="pg-scrollbar" role="scrollbar" aria-orientation="vertical" aria-controls={controls} aria-label={label} aria-valuemin={0} aria-valuemax={100}
      aria-valuenow={Math.round(at * 100)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragTo(event.clientY);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) dragTo(event.clientY);
      }}
    >
      {needed ? <i style={{ top: `calc(${at} * (100% - ${THUMB_PX}px))`, height: THUMB_PX }} /> : null}
    </div>
  );
}
