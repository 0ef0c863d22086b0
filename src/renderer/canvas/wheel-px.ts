/** Height of a line, for wheels that count in lines. */
const LINE_PX = 18;
/** WheelEvent.DOM_DELTA_LINE and DOM_DELTA_PAGE (UI Events, WheelEvent). */
const IN_LINES = 1;
const IN_PAGES = 2;

/** CSS px for one unit of a wheel event's deltas; `pagePx` is what a page is to the view. */
export function wheelUnitPx(event: Pick<WheelEvent, 'deltaMode'>, pagePx: number): number {
  return event.deltaMode === IN_LINES ? LINE_PX : event.deltaMode === IN_PAGES ? pagePx : 1;
}
