import type { Address } from '../../address/address.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { MapChange } from '../../model/map-change.ts';
import type { MapTotals } from '../../model/map-totals.ts';
import type { Mark, MarkKind } from '../../model/mark.ts';
import type { KindCard, Region, RegionWithEvidence, UnmappedKind } from '../../model/region.ts';
import type { RegionColumns } from '../../model/region-table.ts';
import type { Section, SymbolAt, SymbolRef } from '../../model/symbol.ts';

export type { Mark, MarkKind };
export type { MapChange, MapTotals };

export interface MapSnapshot {
  readonly generation: number;
  /** Mapped and unmapped regions: the whole 64-bit space, gapless. */
  readonly regions: RegionColumns;
  readonly marks: readonly Mark[];
  readonly totals: MapTotals;
  /** Against the generation before. */
  readonly changes: readonly MapChange[];
  /** The process is gone: this is its last picture. */
  readonly stale: boolean;
}

export interface PageFacts {
  readonly start: Address;
  /** Raw pagemap word; undefined when it can't be read. */
  readonly word: bigint | undefined;
  readonly present: boolean;
  readonly swapped: boolean;
  readonly fileOrShared: boolean;
  readonly exclusive: boolean;
  readonly softDirty: boolean;
  readonly guardRegion: boolean;
  /** Page frame number; undefined without CAP_SYS_ADMIN. */
  readonly pfn: bigint | undefined;
  /** `present, private copy of tour +0x3000`. */
  readonly words: string;
}

/** Everything known about one address without reading its byte. */
export interface AddressDescription {
  readonly generation: number;
  readonly address: Address;
  readonly region: RegionWithEvidence;
  /** For an unmapped address: what lies next to it. */
  readonly gap: { readonly kind: UnmappedKind; readonly below: Region | undefined; readonly above: Region | undefined } | undefined;
  readonly section: Section | undefined;
  readonly symbol: SymbolAt | undefined;
  /** Load bias of the module: runtime address minus ELF address. */
  readonly loadBias: bigint | undefined;
  readonly page: PageFacts | undefined;
  readonly card: KindCard;
  /** Evidence beyond the region's: section header line, symbol, pagemap word. */
  readonly evidence: readonly Evidence[];
}

export interface MapContract {
  readonly calls: {
    snapshot(params: { readonly sessionId: string }): MapSnapshot;
    describe(params: { readonly sessionId: string; readonly address: Address }): AddressDescription;
    /** Evidence of the rows [first, first + count) of the newest snapshot, at most 16384 a call: for lists, where one `describe` per row would be slow. */
    evidence(params: { readonly sessionId: string; readonly first: number; readonly count: number }):
      { readonly generation: number; readonly evidence: readonly (readonly Evidence[])[] };
    /** Sections that overlap [start, end), ascending. */
    sections(params: { readonly sessionId: string; readonly start: Address; readonly end: Address }): readonly Section[];
    /** Symbols that begin in or reach into [start, end), ascending, at most `limit`. */
    symbols(params: { readonly sessionId: string; readonly start: Address; readonly end: Address; readonly limit: number }):
      { readonly symbols: readonly SymbolRef[]; readonly more: boolean };
  };
  readonly events: {
    /** A new generation is there; ask for the snapshot when it is to be shown. */
    readonly changed: { readonly sessionId: string; readonly generation: number };
  };
}
