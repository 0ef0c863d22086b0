import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { LabsPanel } from '../features/labs/LabsPanel.tsx';
import { useApp, useSettings } from '../widgets/app-context.tsx';

const LEAST_PX = 300;
const MOST_SHARE = 0.6;
const KEY_STEP_PX = 24;
/** Until the user has chosen a width. */
const USUAL_WIDTH = 'clamp(300px, 25vw, 480px)';

/** The labs beside the views. Outside the dock, so that a view which fills the window leaves them in sight. The edge is dragged, or moved by arrow keys. */
export function LabsColumn() {
  const { settings } = useApp();
  const widthPx = useSettings((view) => view.labsWidthPx);
  const column = useRef<HTMLElement>(null);
  const from = useRef<{ readonly x: number; readonly widthPx: number }>(undefined);
  const widthNow = (): number => column.current?.clientWidth ?? LEAST_PX;
  const most = (): number => Math.max(LEAST_PX, Math.round(window.innerWidth * MOST_SHARE));
  const resize = (to: number): void => settings.setState({ labsWidthPx: Math.round(Math.min(most(), Math.max(LEAST_PX, to))) });
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, widthPx: widthNow() };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (from.current !== undefined) resize(from.current.widthPx + event.clientX - from.current.x);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -KEY_STEP_PX, ArrowRight: KEY_STEP_PX }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize(widthNow() + by);
  };
  return (
    <aside ref={column} className="labs-column" style={{ width: widthPx === 0 ? USUAL_WIDTH : `min(${widthPx}px, ${MOST_SHARE * 100}vw)` }}>
      <LabsPanel />
      <div
        className="labs-edge" role="separator" aria-orientation="vertical" aria-label="Width of the labs" aria-valuemin={LEAST_PX} aria-valuemax={most()} aria-valuenow={widthPx === 0 ? Math.round(window.innerWidth / 4) : widthPx} tabIndex={0}
        onPointerDown={onPointerDown} onPointerMove={onPointerMove} onKeyDown={onKeyDown}
        onPointerUp={() => {
          from.current = undefined;
        }}
      />
    </aside>
  );
}
