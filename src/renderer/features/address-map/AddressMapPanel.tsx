import { useCallback, useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { HoverCard } from './hover-card.ts';
import { bindPointer, type MenuRequest } from './map-input.ts';
import { mapKey } from './map-keys.ts';
import { MapView } from './map-view.ts';
import { MapChangeWords } from './MapChanges.tsx';
import { MapLegend } from './MapLegend.tsx';
import { MapMenu } from './MapMenu.tsx';
import { MapToolbar } from './MapToolbar.tsx';
import { MapTree } from './MapTree.tsx';
import { regionWords } from './tree-nodes.ts';
import './address-map.css';

/** The address space standing up, high addresses on top. React draws the frame around it; the map itself is MapView's. */
export function AddressMapPanel() {
  const app = useApp();
  const regions = useSession((view) => view.regions);
  // The tree for screen readers follows when nothing more urgent is to be done.
  const listed = useDeferredValue(regions);
  const body = useRef<HTMLDivElement>(null);
  const base = useRef<HTMLCanvasElement>(null);
  const overlay = useRef<HTMLCanvasElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<MapView>();
  const [menu, setMenu] = useState<MenuRequest>();
  const closeMenu = useCallback(() => setMenu(undefined), []);

  useEffect(() => {
    if (!body.current || !base.current || !overlay.current || !card.current || !words.current) return undefined;
    const made = new MapView({ base: base.current, overlay: overlay.current, words: words.current }, app);
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
        ref={body} className="map-body" tabIndex={0} role="application"
        aria-label="Address-space map. Arrow keys walk the regions, Enter zooms in, Backspace out, Home shows all, slash searches, brackets walk the marks."
        onKeyDown={onKeyDown}
      >
        <canvas ref={base} aria-hidden="true" />
        <canvas ref={overlay} aria-hidden="true" />
        <div ref={card} className="map-card" hidden />
        {regions === undefined ? <div className="empty map-empty"><b>No address space yet</b><span>Open a process to see what is mapped where.</span></div> : null}
      </div>
      <div ref={words} className="sr-only" role="region" aria-label="What the map shows" />
      {view ? <MapLegend view={view} /> : null}
      {listed === undefined ? null : <MapTree table={listed} />}
      <CursorWords />
      {view ? <MapChangeWords view={view} /> : null}
      {menu && view ? <MapMenu request={menu} view={view} close={closeMenu} /> : null}
    </section>
  );
}

/** Says the region that the cursor came to. */
function CursorWords() {
  const regions = useSession((view) => view.regions);
  const address = useCursor((cursor) => (cursor.movedBy === 'map' || cursor.movedBy === 'map-keys' ? cursor.address : undefined));
  const region = address === undefined ? undefined : regions?.regionAt(address);
  return <div className="sr-only" aria-live="polite">{region ? regionWords(region) : ''}</div>;
}
