import { ChevronDown } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import { COLOURING_TITLES, COLOURINGS } from '../../../shared/drawing/map/colouring.ts';
import { HoverCard } from './hover-card.ts';
import { bindPointer, type MenuRequest } from './map-input.ts';
import { mapKey } from './map-keys.ts';
import { MapView } from './map-view.ts';
import { MapLegend } from './MapLegend.tsx';
import { MapMenu } from './MapMenu.tsx';
import { MapTree, regionWords } from './MapTree.tsx';
import './address-map.css';

/** The address space standing up, high addresses on top. React draws the frame around it; the map itself is MapView's. */
export function AddressMapPanel() {
  const app = useApp();
  const regions = useSession((view) => view.regions);
  // The list for screen readers follows when nothing more urgent is to be done.
  const listed = useDeferredValue(regions);
  const body = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<MapView>();
  const [menu, setMenu] = useState<MenuRequest>();
  const closeMenu = useCallback(() => setMenu(undefined), []);

  useEffect(() => {
    if (!body.current || !base.current || !overlay.current || !card.current) return undefined;
    const made = new MapView({ base: base.current, overlay: overlay.current }, app);
    const unbind = bindPointer(body.current, made, app, new HoverCard(card.current), setMenu);
    setView(made);
    return () => {
      unbind();
      made.dispose();
      setView(undefined);
    };
  }, [app]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || !view || !mapKey(event.key, view, app)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="panel map-panel" aria-label="Address space">
      {view ? <MapToolbar view={view} /> : <div className="tb" />}
      <div
        ref={body} className="map-body" tabIndex={0} role="application" aria-label="Address-space map. Arrow keys walk the regions, Enter zooms in, Backspace out, Home shows all."
        onKeyDown={onKeyDown}
      >
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={overlay} aria-hidden="true" />
        <div ref={card} className="map-card" hidden />
        {regions === undefined ? <div className="empty map-empty"><b>No address space yet</b><span>Open a process to see what is mapped where.</span></div> : null}
      </div>
      {view ? <MapLegend view={view} /> : null}
      {listed === undefined ? null : <MapTree table={listed} />}
      <CursorWords />
      {menu && view ? <MapMenu request={menu} view={view} close={closeMenu} /> : null}
    </section>
  );
}

function MapToolbar({ view }: { readonly view: MapView }) {
  const app = useApp();
  const { scale, colouring, hasMap } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
  const blocked = (): string | undefined => (view.ui.state.hasMap ? undefined : 'No process is open');
  useRegisterCommands([
    { id: 'map.fit', title: 'Map: show everything', group: 'Map', keys: ['0'], disabledBecause: blocked, run: () => view.fit() },
    { id: 'map.zoom-in', title: 'Map: zoom to the cursor', group: 'Map', keys: ['Z'], disabledBecause: blocked, run: () => view.zoomBy(2) },
    { id: 'map.zoom-out', title: 'Map: zoom out', group: 'Map', keys: ['Shift+Z'], disabledBecause: blocked, run: () => view.zoomBy(0.5) },
    {
      id: 'map.scale', title: 'Map: switch between schematic and true scale', group: 'Map', keys: [], disabledBecause: blocked,
      run: () => app.settings.setState({ mapScale: view.ui.state.scale === 'true' ? 'schematic' : 'true' }),
    },
  ]);
  return (
    <div className="tb" role="toolbar" aria-label="Map">
      <span className="seg s" role="group" aria-label="Scale">
        <button type="button" aria-pressed={scale === 'schematic'} title="Every region visible, gaps compressed and marked" onClick={() => app.settings.setState({ mapScale: 'schematic' })}>Schematic</button>
        <button type="button" aria-pressed={scale === 'true'} title="Linear: equal sizes are equally high" onClick={() => app.settings.setState({ mapScale: 'true' })}>True</button>
      </span>
      <Menu label="Colour by" className="btn bd s" button={<><span className="f3">Colour by</span> {COLOURING_TITLES[colouring]} <ChevronDown className="ico xs" /></>}>
        {(close) => COLOURINGS.map((name) => (
          <button
            key={name} type="button" role="menuitemradio" aria-checked={name === colouring}
            onClick={() => {
              view.setColouring(name);
              close();
            }}
          >
            {COLOURING_TITLES[name]}
          </button>
        ))}
      </Menu>
      <span className="grow" />
      <button type="button" className="btn bd s map-fit" title="Show everything" disabled={!hasMap} onClick={() => view.fit()}>Fit <kbd>0</kbd></button>
    </div>
  );
}

/** Says the region that the cursor came to. */
function CursorWords() {
  const regions = useSession((view) => view.regions);
  const address = useCursor((cursor) => (cursor.movedBy === 'map' || cursor.movedBy === 'map-keys' ? cursor.address : undefined));
  const region = address === undefined ? undefined : regions?.regionAt(address);
  return <div className="sr-only" aria-live="polite">{region ? regionWords(region) : ''}</div>;
}
