import { useEffect, type RefObject } from 'react';
import { wheelUnitPx } from '../../canvas/wheel-px.ts';
import type { ScrollModel } from './scroll-model.ts';

/** React's own wheel listener is passive: it could not keep the window from scrolling or zooming with it. `onZoom` takes Ctrl+wheel and pinches. */
export function useWheel(area: RefObject<HTMLElement | null>, model: ScrollModel, onZoom?: (step: 1 | -1) => void): void {
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let pinched = 0;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey && onZoom === undefined) return;
      event.preventDefault();
      const unitPx = wheelUnitPx(event, element.clientHeight);
      if (!event.ctrlKey || onZoom === undefined) {
        model.scrollBy(event.deltaY * unitPx);
        return;
      }
      // A touchpad pinches in many small steps; a wheel turns in large ones.
      pinched += event.deltaY * unitPx;
      if (Math.abs(pinched) < 40) return;
      onZoom(pinched < 0 ? 1 : -1);
      pinched = 0;
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [area, model, onZoom]);
}
