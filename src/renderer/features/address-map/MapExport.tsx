import { Download } from 'lucide-react';
import { Menu } from '../../widgets/Menu.tsx';
import type { MapExports } from './use-map-export.ts';

/** What can be saved of the map. */
export function MapExport({ exports, disabled }: { readonly exports: MapExports; readonly disabled: boolean }) {
  const items = [
    { text: 'This picture as SVG', run: exports.svg },
    { text: 'This picture as PNG', run: exports.png },
    { text: 'The whole map as an SVG poster', run: exports.poster },
  ];
  return (
    <Menu label="Save the map" title="Save the map as a picture" className="btn bd s" disabled={disabled} button={<Download className="ico xs" />}>
      {(close) => items.map(({ text, run }) => (
        <button
          key={text} type="button" role="menuitem"
          onClick={() => {
            run();
            close();
          }}
        >
          {text}
        </button>
      ))}
    </Menu>
  );
}
