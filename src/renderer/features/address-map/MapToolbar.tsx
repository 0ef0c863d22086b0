import { ChevronDown } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { COLOURING_TITLES, COLOURINGS } from '../../../shared/drawing/map/colouring.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import type { MapView } from './map-view.ts';
import { MapChanges } from './MapChanges.tsx';
import { MapExport } from './MapExport.tsx';
import { useMapExport } from './use-map-export.ts';

/** Scale, colours, changes, export, fit: each a command of the palette too. */
export function MapToolbar({ view }: { readonly view: MapView }) {
  const app = useApp();
  const { scale, colouring, hasMap } = useSyncExternalStore(view.ui.subscribe, () => view.ui.state);
  const exports = useMapExport(view);
  const blocked = (): string | undefined => (view.ui.state.hasMap ? undefined : 'No process is open');
  useRegisterCommands([
    { id: 'map.fit', title: 'Map: show everything', group: 'Map', keys: ['0'], disabledBecause: blocked, run: () => view.fit() },
    { id: 'map.zoom-in', title: 'Map: zoom to the cursor', group: 'Map', keys: ['Z'], disabledBecause: blocked, run: () => view.zoomBy(2) },
    { id: 'map.zoom-out', title: 'Map: zoom out', group: 'Map', keys: ['Shift+Z'], disabledBecause: blocked, run: () => view.zoomBy(0.5) },
    {
      id: 'map.scale', title: 'Map: switch between schematic and true scale', group: 'Map', keys: [], disabledBecause: blocked,
      run: () => app.settings.setState({ mapScale: view.ui.state.scale === 'true' ? 'schematic' : 'true' }),
    },
    ...COLOURINGS.map((name) => ({
      id: `map.colour-${name}`, title: `Map: colour by ${COLOURING_TITLES[name].toLowerCase()}`, group: 'Map', keys: [], disabledBecause: blocked, run: () => view.setColouring(name),
    })),
    { id: 'map.export-svg', title: 'Map: save this picture as SVG', group: 'Map', keys: [], disabledBecause: blocked, run: exports.svg },
    { id: 'map.export-png', title: 'Map: save this picture as PNG', group: 'Map', keys: [], disabledBecause: blocked, run: exports.png },
    { id: 'map.export-poster', title: 'Map: save the whole map as an SVG poster', group: 'Map', keys: [], disabledBecause: blocked, run: exports.poster },
  ]);
  return (
    <div className="tb" role="toolbar" aria-label="Map">
      <span className="seg s" role="group" aria-label="Scale">
        <button type="button" aria-pressed={scale === 'schematic'} title="Every region visible, gaps compressed and marked" onClick={() => app.settings.setState({ mapScale: 'schematic' })}>Schematic</button>
        <button type="button" aria-pressed={scale === 'true'} title="Linear: equal sizes are equally high" onClick={() => app.settings.setState({ mapScale: 'true' })}>True</button>
      </span>
      <Menu label="Colour by" title={`Coloured by ${COLOURING_TITLES[colouring].toLowerCase()}`} className="btn bd s map-colour" button={<><span className="map-colour-name">{COLOURING_TITLES[colouring]}</span> <ChevronDown className="ico xs" /></>}>
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
      <MapChanges view={view} />
      <MapExport exports={exports} disabled={!hasMap} />
      <button type="button" className="btn bd s map-fit" title="Show everything" disabled={!hasMap} onClick={() => view.fit()}>Fit <kbd>0</kbd></button>
    </div>
  );
}
