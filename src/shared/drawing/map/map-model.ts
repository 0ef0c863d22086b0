import { USER_END_47, type Address } from '../../address/address.ts';
import { PAGE_SIZE_BYTES } from '../../address/page.ts';
import { PERM_MAPPED, type RegionTable } from '../../model/region-table.ts';
import { schematicAxis, trueAxis, type MapAxis } from '../map-layout/axis.ts';
import { buildGroups, GROUP_TYPES, type GroupColumns } from '../map-layout/groups.ts';
import { layoutSchematic } from '../map-layout/schematic.ts';

/** All that is derived from one generation's regions and the height of the panel: made anew when either changes, never while drawing. */
export interface MapModel {
  readonly table: RegionTable;
  readonly groups: GroupColumns;
  readonly schematic: MapAxis;
  readonly linear: MapAxis;
  /** 1 where nothing is mapped. */
  readonly unmapped: Uint8Array;
  /** Entry i counts the mapped rows below row i; one more entry than rows. */
  readonly mappedBelow: Uint32Array;
  /** Entry i counts the ELF modules that begin below row i. */
  readonly modulesBelow: Uint32Array;
  /** Pages mapped below row i. */
  readonly pagesBelow: Float64Array;
  readonly islands: readonly Island[];
  /** First address past the user half: 2^47, or 2^56 with 5-level paging. */
  readonly userEnd: Address;
}

/** Mapped rows that lie close together at the scale of the whole user half. */
export interface Island {
  readonly firstRow: number;
  readonly lastRow: number;
}

/** A gap of this share of the user half parts two islands. */
const ISLAND_GAP_SHARE = 1 / 200;

export function buildModel(table: RegionTable, panelPx: number): MapModel {
  const { columns } = table;
  const groups = buildGroups(columns);
  const rows = table.length;
  const unmapped = new Uint8Array(rows);
  const mappedBelow = new Uint32Array(rows + 1);
  const modulesBelow = new Uint32Array(rows + 1);
  const pagesBelow = new Float64Array(rows + 1);
  const islands: { firstRow: number; lastRow: number }[] = [];
  const userEnd = userEndOf(table);
  const userEndPage = Number(userEnd) / PAGE_SIZE_BYTES;
  const islandGapPages = userEndPage * ISLAND_GAP_SHARE;
  const thread = GROUP_TYPES.indexOf('thread-stack');
  for (let row = 0; row < rows; row++) {
    const mapped = (columns.perms[row] ?? 0) & PERM_MAPPED ? 1 : 0;
    const group = groups.groupOfRow[row] ?? 0;
    const type = groups.type[group] ?? 0;
    const beginsModule = type > 0 && type !== thread && groups.firstRow[group] === row ? 1 : 0;
    const start = columns.startPage[row] ?? 0;
    const end = columns.endPage[row] ?? 0;
    unmapped[row] = 1 - mapped;
    mappedBelow[row + 1] = (mappedBelow[row] ?? 0) + mapped;
    modulesBelow[row + 1] = (modulesBelow[row] ?? 0) + beginsModule;
    pagesBelow[row + 1] = (pagesBelow[row] ?? 0) + (mapped ? end - start : 0);
    if (!mapped || start >= userEndPage) continue;
    const last = islands.at(-1);
    if (last && start - (columns.endPage[last.lastRow] ?? 0) < islandGapPages) last.lastRow = row;
    else islands.push({ firstRow: row, lastRow: row });
  }
  return {
    table, groups, unmapped, mappedBelow, modulesBelow, pagesBelow, islands, userEnd,
    schematic: schematicAxis(columns, layoutSchematic(columns, groups, panelPx)),
    linear: trueAxis(columns, panelPx, userEnd),
  };
}

/** The user half ends where addresses stop being canonical. The hole lies near the top of the table. */
function userEndOf(table: RegionTable): Address {
  for (let row = table.length - 1; row >= 0; row--) if (table.kindAt(row) === 'non-canonical') return table.startAt(row);
  return USER_END_47;
}
