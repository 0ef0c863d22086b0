import type { Address } from '../../../shared/address/address.ts';
import type { AddressRange } from '../../../shared/address/range.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import type { HexColumns } from '../../kernels/hex-columns.ts';
import type { ValueKind } from '../../kernels/hex-values.ts';
import type { FaultSite } from '../../state/fault-site.ts';
import type { PlacedItem } from './hex-model.ts';
import type { HexPalette } from './hex-palette.ts';
import type { TextMode } from './text-cells.ts';

export interface NoteHit {
  readonly left: number;
  readonly right: number;
  /** Middle line. */
  readonly y: number;
  readonly leadsTo: Address;
}

export interface HexScene {
  readonly items: readonly PlacedItem[];
  readonly columns: HexColumns;
  readonly palette: HexPalette;
  readonly regions: RegionTable | undefined;
  readonly cursor: Address | undefined;
  readonly selection: AddressRange | undefined;
  readonly focused: boolean;
  /** Addresses of bytes a breakpoint replaced; the byte shown is the program's own. */
  readonly patched: ReadonlySet<Address>;
  /** What the window's search has found, ascending. */
  readonly found: readonly SearchHit[];
  /** Where the access failed that stopped the target. */
  readonly fault: FaultSite | undefined;
  readonly stale: boolean;
  readonly bigEndian: boolean;
  readonly textMode: TextMode;
  readonly valueKind: ValueKind;
  /** Edit mode: the first digit of the byte at the cursor, once typed; undefined while not editing. */
  readonly edit: { readonly digit: string } | undefined;
  /** Painting writes down here where it put each note, so that a click can find it. */
  readonly noteHits: NoteHit[];
  kindColour(kind: string): string;
}
