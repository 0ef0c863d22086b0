import { memo } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { buildGroups } from '../../../shared/drawing/map-layout/groups.ts';
import { KIND_STYLES } from '../../../shared/drawing/kind-style.ts';
import { moduleName } from '../../../shared/drawing/map/region-words.ts';

/** Groups listed; a map of sixty thousand rows would stall a screen reader. */
const LISTED_GROUPS = 300;
const LISTED_ROWS = 16;

/** What the canvas shows, for screen readers: groups and their regions with names and sizes, high addresses first. */
export const MapTree = memo(function MapTree({ table }: { readonly table: RegionTable }) {
  const groups = buildGroups(table.columns);
  const listed = Array.from({ length: Math.min(groups.length, LISTED_GROUPS) }, (_, i) => groups.length - 1 - i);
  return (
    <ul className="sr-only" role="tree" aria-label="Regions, high addresses first">
      {listed.map((group) => {
        const first = groups.firstRow[group] ?? 0;
        const end = groups.firstRow[group + 1] ?? first;
        const top = table.rowAt(end - 1);
        if (end - first === 1) return <li key={first} role="treeitem" aria-level={1}>{regionWords(top)}</li>;
        const rows = Array.from({ length: Math.min(end - first, LISTED_ROWS) }, (_, i) => table.rowAt(end - 1 - i));
        return (
          <li key={first} role="treeitem" aria-level={1} aria-expanded="true">
            {`${moduleName(top.module?.path ?? top.label)}, ${end - first} regions, ${formatSize(table.endAt(end - 1) - table.startAt(first))}`}
            <ul role="group">
              {rows.map((region) => <li key={region.start.toString(16)} role="treeitem" aria-level={2}>{regionWords(region)}</li>)}
            </ul>
          </li>
        );
      })}
      {groups.length > LISTED_GROUPS ? <li role="treeitem" aria-level={1}>{`and ${formatCount(groups.length - LISTED_GROUPS)} more`}</li> : null}
    </ul>
  );
});

/** `tour text, 4 KiB, r-xp, at 0x…, code`. */
export function regionWords(region: Region): string {
  return [region.label, formatSize(region.end - region.start), region.perms, `at ${formatAddress(region.start)}`, KIND_STYLES[region.kind].title].filter((part) => part !== '').join(', ');
}
