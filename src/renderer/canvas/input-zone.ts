import { wheelUnitPx } from './wheel-px.ts';

/** A place in the zone, CSS px from its top left, with the keys held. */
export interface ZonePoint {
  readonly x: number;
  readonly y: number;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

export interface ZoneDrag extends ZonePoint {
  readonly startX: number;
  readonly startY: number;
  /** Since the last report. */
  readonly stepX: number;
  readonly stepY: number;
}

export interface ZoneHandlers {
  /** Wheel or touchpad. `zoom` when the gesture zooms (wheel, pinch), false when it scrolls (Shift, sideways). Steps in CSS px. */
  wheel?(point: ZonePoint, stepX: number, stepY: number, zoom: boolean, pinch: boolean): void;
  hover?(point: ZonePoint | undefined): void;
  dragStart?(drag: ZoneDrag): void;
  drag?(drag: ZoneDrag): void;
  dragEnd?(drag: ZoneDrag): void;
  click?(point: ZonePoint): void;
  doubleClick?(point: ZonePoint): void;
  /** Two fingers on a touch screen: the middle between them at the last report, how much farther apart they are since, and how far the middle moved: what lay under it then lies under it now. */
  pinch?(point: ZonePoint, factor: number, stepX: number, stepY: number): void;
  /** The second pair is the place in the window, for a menu; asked for by a key it is the element's own place and says nothing. */
  contextMenu?(point: ZonePoint, clientX: number, clientY: number, byKey: boolean): void;
}

/** A press that moves less than this is a click. */
const DRAG_THRESHOLD_PX = 4;
/** Wheel events closer together than this belong to one gesture: the coasting end of a zoom must not become a scroll when the key is let go. */
const GESTURE_GAP_MS = 160;
/** For wheels that count in pages. */
const PAGE_PX = 400;
/** What the computer's own gestures report: no keys. */
const NO_KEYS = { shift: false, ctrl: false };

/** What is needed of an element. */
export type ZoneElement = Pick<HTMLElement, 'getBoundingClientRect' | 'setPointerCapture' | 'addEventListener'>;

/** Turns an element's pointer and wheel events into the few gestures of a map. Answers how to stop. */
export function inputZone(element: ZoneElement, handlers: ZoneHandlers): () => void {
  let press: { readonly id: number; readonly x: number; readonly y: number; lastX: number; lastY: number; dragging: boolean } | undefined;
  let gesture = { endsAtMs: 0, zoom: true };
  /** Fingers on a touch screen, by pointer. */
  const touches = new Map<number, ZonePoint>();
  let spread = 0;

  const at = (event: MouseEvent): ZonePoint => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, shift: event.shiftKey, ctrl: event.ctrlKey || event.metaKey };
  };
  const dragAt = (event: PointerEvent, from: NonNullable<typeof press>): ZoneDrag => {
    const point = at(event);
    const drag = { ...point, startX: from.x, startY: from.y, stepX: point.x - from.lastX, stepY: point.y - from.lastY };
    from.lastX = point.x;
    from.lastY = point.y;
    return drag;
  };

  const onWheel = (event: WheelEvent): void => {
    // Not passive: the page must neither scroll nor, on a pinch, zoom.
    event.preventDefault();
    const unit = wheelUnitPx(event, PAGE_PX);
    if (event.timeStamp > gesture.endsAtMs) gesture = { endsAtMs: 0, zoom: event.ctrlKey || (!event.shiftKey && Math.abs(event.deltaX) <= Math.abs(event.deltaY)) };
    gesture.endsAtMs = event.timeStamp + GESTURE_GAP_MS;
    handlers.wheel?.(at(event), event.deltaX * unit, event.deltaY * unit, gesture.zoom, event.ctrlKey);
  };
  const startPinch = (): void => {
    if (press?.dragging === true) handlers.dragEnd?.({ x: press.lastX, y: press.lastY, ...NO_KEYS, startX: press.x, startY: press.y, stepX: 0, stepY: 0 });
    press = undefined;
    spread = distance(touches);
  };
  const onDown = (event: PointerEvent): void => {
    if (event.pointerType === 'touch' && handlers.pinch) {
      touches.set(event.pointerId, at(event));
      if (touches.size === 2) startPinch();
      if (touches.size > 1) return;
    }
    if (event.button !== 0 || press) return;
    const { x, y } = at(event);
    press = { id: event.pointerId, x, y, lastX: x, lastY: y, dragging: false };
    element.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const before = middle(touches);
    if (touches.has(event.pointerId)) touches.set(event.pointerId, at(event));
    if (touches.size > 1) {
      const now = distance(touches);
      const after = middle(touches);
      if (spread > 0 && now > 0) handlers.pinch?.(before, now / spread, after.x - before.x, after.y - before.y);
      spread = now;
      return;
    }
    if (press?.id !== event.pointerId) {
      handlers.hover?.(at(event));
      return;
    }
    const { x, y } = at(event);
    if (!press.dragging && Math.hypot(x - press.x, y - press.y) >= DRAG_THRESHOLD_PX) {
      press.dragging = true;
      handlers.hover?.(undefined);
      handlers.dragStart?.({ ...at(event), startX: press.x, startY: press.y, stepX: 0, stepY: 0 });
    }
    if (press.dragging) handlers.drag?.(dragAt(event, press));
  };
  const onUp = (event: PointerEvent): void => {
    touches.delete(event.pointerId);
    if (press?.id !== event.pointerId) return;
    const ended = press;
    press = undefined;
    if (ended.dragging) handlers.dragEnd?.(dragAt(event, ended));
    else if (event.type === 'pointerup') handlers.click?.(at(event));
  };
  const onLeave = (): void => {
    if (!press) handlers.hover?.(undefined);
  };
  const onDouble = (event: MouseEvent): void => handlers.doubleClick?.(at(event));
  const onMenu = (event: MouseEvent): void => {
    if (!handlers.contextMenu) return;
    event.preventDefault();
    handlers.contextMenu(at(event), event.clientX, event.clientY, isByKey(event));
  };

  const ended = new AbortController();
  const { signal } = ended;
  element.addEventListener('wheel', onWheel, { passive: false, signal });
  element.addEventListener('pointerdown', onDown, { signal });
  element.addEventListener('pointermove', onMove, { signal });
  element.addEventListener('pointerup', onUp, { signal });
  element.addEventListener('pointercancel', onUp, { signal });
  element.addEventListener('pointerleave', onLeave, { signal });
  element.addEventListener('dblclick', onDouble, { signal });
  element.addEventListener('contextmenu', onMenu, { signal });
  return () => ended.abort();
}

/** Shift+F10 and the menu key name no button: Chromium 156 says -1 and pointerType 'mouse', older ones 0 and ''. A long press of a finger names none either. */
function isByKey(event: MouseEvent): boolean {
  const pointer = 'pointerType' in event ? event.pointerType : '';
  return event.button !== 2 && pointer !== 'touch' && pointer !== 'pen';
}

function distance(touches: ReadonlyMap<number, ZonePoint>): number {
  const [a, b] = touches.values();
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
}

function middle(touches: ReadonlyMap<number, ZonePoint>): ZonePoint {
  const [a, b] = touches.values();
  return { x: ((a?.x ?? 0) + (b?.x ?? 0)) / 2, y: ((a?.y ?? 0) + (b?.y ?? 0)) / 2, ...NO_KEYS };
}
