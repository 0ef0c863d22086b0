import { useEffect, useRef, useState } from 'react';
import { KIND_STYLES } from '../../../shared/drawing/kind-style.ts';
import { isRegionKind } from './region-kind.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { HexController, type HexOptions } from './hex-controller.ts';
import { HexHeader } from './HexHeader.tsx';
import { HexHover } from './HexHover.tsx';
import { HexLegend } from './HexLegend.tsx';
import { HexRowsForReaders } from './HexRowsForReaders.tsx';
import { HexScrollbar } from './HexScrollbar.tsx';
import { HexToolbar } from './HexToolbar.tsx';
import './memory.css';

function kindVariable(kind: string): string {
  return `--k-${isRegionKind(kind) ? KIND_STYLES[kind].ink : 'anon'}`;
}

/** Hex view of any byte of the space. */
export function MemoryPanel() {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [controller, setController] = useState<HexController>();
  const [options, setOptions] = useState<HexOptions>(() => {
    const { hexColumns, hexUnit } = app.settings.getState();
    return { rowBytes: hexColumns, unitBytes: hexUnit, foldZeros: true, showChanges: true, showSymbols: true };
  });
  const firstOptions = useRef(options);

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const made = new HexController(app, canvas.current, firstOptions.current, kindVariable);
    setController(made);
    return () => {
      made.dispose();
      setController(undefined);
    };
  }, [app]);

  const changeOptions = (changed: Partial<HexOptions>): void => {
    const next = { ...options, ...changed };
    firstOptions.current = next;
    setOptions(next);
    controller?.setOptions(next);
    app.settings.setState({ hexColumns: next.rowBytes, hexUnit: next.unitBytes });
  };

  return (
    <section className="panel memory" aria-label="Memory">
      <HexToolbar options={options} onChange={changeOptions} />
      {controller && <HexHeader controller={controller} />}
      <HexSurface controller={controller} canvasRef={canvas} />
      <HexLegend />
    </section>
  );
}

interface SurfaceProps {
  readonly controller: HexController | undefined;
  readonly canvasRef: React.RefObject<HTMLCanvasElement | null>;
}

/** The canvas with its input, its scrollbar, and what lies over it. */
function HexSurface({ controller, canvasRef }: SurfaceProps) {
  const area = useRef<HTMLDivElement>(null);
  const pressed = useRef(false);
  useWheel(area, controller);
  const at = (event: React.PointerEvent): [number, number] => {
    const box = area.current?.getBoundingClientRect();
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
  };
  return (
    <div className="hex-area">
      <div
        ref={area}
        className="hex-view"
        tabIndex={0}
        role="application"
        aria-label="Bytes. Arrows move, Enter follows a pointer, Shift extends the selection."
        onFocus={() => controller?.setFocused(true)}
        onBlur={() => controller?.setFocused(false)}
        onKeyDown={(event) => {
          if (controller?.key(event.nativeEvent) === true) event.preventDefault();
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          pressed.current = true;
          event.currentTarget.setPointerCapture(event.pointerId);
          const [x, y] = at(event);
          controller?.press(x, y, { extend: event.shiftKey, follow: event.ctrlKey || event.metaKey });
        }}
        onPointerMove={(event) => {
          if (!pressed.current) return;
          const [x, y] = at(event);
          controller?.drag(x, y);
        }}
        onPointerUp={() => {
          pressed.current = false;
        }}
        onDoubleClick={() => controller?.follow()}
      >
        <canvas ref={canvasRef} aria-hidden="true" />
        {controller && <HexHover controller={controller} area={area} />}
        {controller && <HexRowsForReaders controller={controller} />}
      </div>
      {controller && <HexScrollbar controller={controller} />}
    </div>
  );
}

const PX_PER_LINE = 18;

/** React's own wheel listener is passive: it could not keep the page from scrolling or zooming with it. */
function useWheel(area: React.RefObject<HTMLDivElement | null>, controller: HexController | undefined): void {
  useEffect(() => {
    const element = area.current;
    if (element === null || controller === undefined) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (event.ctrlKey) return;
      event.preventDefault();
      const unitPx = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PX_PER_LINE : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? element.clientHeight : 1;
      controller.scrollByPx(event.deltaY * unitPx);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [area, controller]);
}
