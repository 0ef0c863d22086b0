import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import { KIND_STYLES } from '../../../shared/drawing/kind-style.ts';
import { isRegionKind } from './region-kind.ts';
import { wheelUnitPx } from '../../canvas/wheel-px.ts';
import type { AppState } from '../../state/app-state.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import { CopyMenu } from './CopyMenu.tsx';
import { DataInspector } from './DataInspector.tsx';
import { ConfirmWrite, EditBar } from './EditBar.tsx';
import { HexController, type HexOptions } from './hex-controller.ts';
import { HexHeader } from './HexHeader.tsx';
import { HexHover } from './HexHover.tsx';
import { HexLegend } from './HexLegend.tsx';
import { HexMenu } from './HexMenu.tsx';
import { HexRowsForReaders } from './HexRowsForReaders.tsx';
import { HexScrollbar } from './HexScrollbar.tsx';
import { HexToolbar } from './HexToolbar.tsx';
import { addTab, changeTab, closeTab, ONE_TAB, type TabsState } from './memory-tabs.ts';
import { MemoryTabs } from './MemoryTabs.tsx';
import { useLock } from './use-lock.ts';
import { ViewMenu } from './ViewMenu.tsx';
import './memory.css';

function kindVariable(kind: string): string {
  return `--k-${isRegionKind(kind) ? KIND_STYLES[kind].ink : 'anon'}`;
}

/** Views of memory outlive the panel: a hidden one is taken out of the document. */
const tabsOf = new WeakMap<AppState, TabsState>();
const topsOf = new WeakMap<AppState, Map<number, Address>>();

/** Hex view of any byte of the space: one or several, each may follow an expression. */
export function MemoryPanel() {
  const app = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [controller, setController] = useState<HexController>();
  const [tabs, setTabs] = useState<TabsState>(() => tabsOf.get(app) ?? ONE_TAB);
  const [dataShown, setDataShown] = useState(false);
  const [options, setOptions] = useState<HexOptions>(() => {
    const { hexColumns, hexUnit } = app.settings.getState();
    return {
      rowBytes: hexColumns, unitBytes: hexUnit, foldZeros: true, showChanges: true, showSymbols: true, showDisk: true, bigEndian: false, textMode: 'ascii', valueKind: 'none',
    };
  });
  const firstOptions = useRef(options);
  const { active } = tabs;
  const lock = tabs.tabs.find(({ id }) => id === active)?.lock;

  useEffect(() => {
    tabsOf.set(app, tabs);
  }, [app, tabs]);

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const made = new HexController(app, canvas.current, firstOptions.current, kindVariable);
    const tops = topsOf.get(app) ?? new Map<number, Address>();
    topsOf.set(app, tops);
    const top = tops.get(active);
    if (top !== undefined) made.show(top);
    setController(made);
    return () => {
      const last = made.model.pinned;
      if (last !== undefined) tops.set(active, last);
      made.dispose();
      setController(undefined);
    };
  }, [app, active]);

  const editing = useEditing(controller);
  const changeOptions = (changed: Partial<HexOptions>): void => {
    const next = { ...options, ...changed };
    firstOptions.current = next;
    setOptions(next);
    controller?.setOptions(next);
    app.settings.setState({ hexColumns: next.rowBytes, hexUnit: next.unitBytes });
  };
  const newTab = (): void => setTabs((state) => addTab(state, undefined));
  const edit = (on: boolean): void => {
    controller?.editMode.set(on);
    if (on) document.querySelector<HTMLElement>('[data-panel=memory] .hex-view')?.focus();
  };
  useLock(controller, lock, (at, problem) => setTabs((state) => changeTab(state, active, { at, problem })));
  useRegisterCommands([
    { id: 'memory.edit', title: 'Edit memory', group: 'Memory', keys: [], disabledBecause: () => undefined, run: () => edit(controller?.editMode.state === undefined) },
    { id: 'memory.undo', title: 'Undo the last edit of memory', group: 'Memory', keys: [], disabledBecause: () => (controller?.edits.state.edits.done.length === 0 ? 'nothing was edited' : undefined), run: () => controller?.edits.undo() },
    { id: 'memory.undo-all', title: 'Undo all edits of memory', group: 'Memory', keys: [], disabledBecause: () => (controller?.edits.state.edits.done.length === 0 ? 'nothing was edited' : undefined), run: () => controller?.edits.undoAll() },
    { id: 'memory.new-view', title: 'New memory view', group: 'Memory', keys: [], disabledBecause: () => undefined, run: newTab },
    { id: 'memory.data-inspector', title: 'Data inspector', group: 'Memory', keys: [], disabledBecause: () => undefined, run: () => setDataShown(!dataShown) },
  ]);

  return (
    <section className="panel memory" aria-label="Memory">
      <HexToolbar controller={controller} options={options} onChange={changeOptions} editing={editing} onEdit={edit}>
        <CopyMenu controller={controller} />
        <ViewMenu options={options} onChange={changeOptions} dataShown={dataShown} onData={setDataShown} onNewTab={newTab} />
      </HexToolbar>
      <MemoryTabs
        state={tabs} onSelect={(id) => setTabs({ ...tabs, active: id })} onClose={(id) => setTabs(closeTab(tabs, id))}
        onLock={(id, expression) => setTabs(changeTab(tabs, id, { lock: expression, problem: undefined, at: undefined }))}
      />
      {editing && controller ? <EditBar edits={controller.edits} onDone={() => edit(false)} /> : null}
      {controller && <HexHeader controller={controller} />}
      <HexSurface controller={controller} canvasRef={canvas} onEdit={() => edit(true)} onNewTab={newTab} />
      {controller && <ConfirmWrite edits={controller.edits} />}
      {dataShown && controller ? <DataInspector edits={controller.edits} /> : null}
      <HexLegend />
    </section>
  );
}

function useEditing(controller: HexController | undefined): boolean {
  return useSyncExternalStore(controller?.editMode.subscribe ?? never, () => controller?.editMode.state !== undefined);
}

function never(): () => void {
  return () => undefined;
}

interface SurfaceProps {
  readonly controller: HexController | undefined;
  readonly canvasRef: React.RefObject<HTMLCanvasElement | null>;
  readonly onEdit: () => void;
  readonly onNewTab: () => void;
}

/** The canvas with its input, its scrollbar, and what lies over it. */
function HexSurface({ controller, canvasRef, onEdit, onNewTab }: SurfaceProps) {
  const area = useRef<HTMLDivElement>(null);
  const [menuAt, setMenuAt] = useState<{ readonly x: number; readonly y: number }>();
  const closeMenu = useCallback(() => {
    setMenuAt(undefined);
    area.current?.focus();
  }, []);
  const pressed = useRef(false);
  const byKey = useRef(false);
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
          // Chromium calls the event that follows a mouse's.
          byKey.current = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
          if (controller?.key(event.nativeEvent) === true) event.preventDefault();
          else if (event.key === 'e' && !event.ctrlKey && !event.altKey && !event.metaKey) {
            event.preventDefault();
            onEdit();
          }
        }}
        onPointerDown={(event) => {
          byKey.current = false;
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
        onContextMenu={(event) => {
          event.preventDefault();
          setMenuAt(menuPlace(event, area.current, controller, byKey.current));
          byKey.current = false;
        }}
      >
        <canvas ref={canvasRef} aria-hidden="true" />
        {controller && <HexHover controller={controller} area={area} />}
        {controller && <HexRowsForReaders controller={controller} />}
      </div>
      {controller && <HexScrollbar controller={controller} />}
      {controller && menuAt ? <HexMenu controller={controller} at={menuAt} onClose={closeMenu} onEdit={onEdit} onNewTab={onNewTab} /> : null}
    </div>
  );
}

/** Asked for by a key the menu stands at the cursor, else under the pointer, whose byte the cursor then goes to. */
function menuPlace(event: React.MouseEvent, area: HTMLElement | null, controller: HexController | undefined, byKey: boolean): { readonly x: number; readonly y: number } {
  const box = area?.getBoundingClientRect();
  const cursor = byKey ? controller?.cursorBox() : undefined;
  if (box === undefined || controller === undefined) return { x: event.clientX, y: event.clientY };
  if (byKey) return { x: box.left + (cursor?.x ?? 40), y: box.top + (cursor?.y ?? 0) + PX_PER_LINE };
  controller.aim(event.clientX - box.left, event.clientY - box.top);
  return { x: event.clientX, y: event.clientY };
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
      const unitPx = wheelUnitPx(event, element.clientHeight);
      controller.scrollByPx(event.deltaY * unitPx);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [area, controller]);
}
