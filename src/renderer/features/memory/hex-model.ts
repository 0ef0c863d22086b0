import type { Address } from '../../../shared/address/address.ts';
import { PAGE_COUNT_OF_SPACE, PAGE_SIZE_BYTES, pageOf, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { CELL_VALID, changedCells, pageCells, type PageCells } from '../../kernels/hex-cells.ts';
import { BAND_PX, itemsHeightPx, itemStart, layoutHexPage, type HexBand, type HexItem } from '../../kernels/hex-rows.ts';
import { scrollBy, settle, visibleUnits, type ScrollAnchor, type UnitSource } from '../../kernels/hex-scroll.ts';
import type { CachedPage, MemoryCache } from '../../state/memory-cache.ts';
import type { FaultSite } from '../../state/fault-site.ts';
import type { DiskCache, DiskPage } from './disk-cache.ts';
import { differsFromDisk, diskRow, type DiskRow } from './disk-row.ts';
import type { NamesCache } from './names-cache.ts';
import { buildOverlay, hasSeveralOwners, type PageOverlay } from './page-overlay.ts';
import type { PointeeCache } from './pointee-cache.ts';
import { rowNotes, wrapNotes, type NoteSegment } from './row-notes.ts';

/** One page, or one whole stretch without mapping, laid out. Keyed by its first page. */
export interface HexUnit {
  readonly page: PageNumber;
  readonly items: readonly HexItem[];
  readonly heightPx: number;
  readonly cells: PageCells | undefined;
  readonly changed: Uint8Array | undefined;
  /** Bytes of the generation that is compared with. */
  readonly before: PageCells | undefined;
  readonly overlay: PageOverlay | undefined;
  readonly disk: DiskPage | undefined;
  /** What is said beside the row of `count` bytes from a byte of the page; made when it is first asked for. */
  readonly notesAt: (offset: number, count: number) => RowNotes | undefined;
  readonly stale: boolean;
}

export interface RowNotes {
  readonly lines: readonly (readonly NoteSegment[])[];
  readonly disk: DiskRow | undefined;
}

interface CachedUnit extends HexUnit {
  readonly source: CachedPage | undefined;
  readonly compared: CachedPage | undefined;
  readonly stamp: string;
}

export interface PlacedItem {
  readonly unit: HexUnit;
  readonly item: HexItem;
  readonly topPx: number;
}

/** What stays where it is on screen while pages above and below it arrive and change their height. */
interface Pin {
  readonly address: Address;
  /** Distance of the item that begins at or covers `address` from the top edge. */
  readonly topPx: number;
}

const MAX_UNITS = 512;
/** More lines beside one row would push the next row out of sight. */
const MAX_NOTE_LINES = 3;
const noNotes = (): undefined => undefined;

/** What the hex view shows and where: the anchor, the units around it, and their items. Knows no DOM. */
export class HexModel implements UnitSource<PageNumber> {
  readonly #memory: MemoryCache;
  readonly #names: NamesSource;
  readonly #beside: Beside;
  readonly #units = new Map<PageNumber, CachedUnit>();
  #pin: Pin | undefined;
  regions: RegionTable | undefined;
  generation = 0;
  rowBytes = 16;
  foldZeros = true;
  showChanges = true;
  showSymbols = true;
  showDisk = false;
  /** Room beside a row, in characters. */
  noteChars = 48;
  cursor: Address | undefined;
  /** Where the access failed that stopped the target: its row is never folded. */
  fault: FaultSite | undefined;
  viewportPx = 0;

  constructor(memory: MemoryCache, names: NamesSource, beside: Beside = {}) {
    this.#memory = memory;
    this.#names = names;
    this.#beside = beside;
  }

  /** Where the top edge is. */
  get anchor(): ScrollAnchor<PageNumber> | undefined {
    const pin = this.#pin;
    if (pin === undefined || this.regions === undefined) return undefined;
    const unit = this.unitPageOf(pageOf(pin.address));
    return settle({ unit, offsetPx: this.#offsetInUnit(unit, pin.address) - pin.topPx }, this);
  }

  /** The address that stays in its place while pages arrive. */
  get pinned(): Address | undefined {
    return this.#pin?.address;
  }

  clear(): void {
    this.#pin = undefined;
    this.#units.clear();
  }

  heightPx(page: PageNumber): number {
    return this.unitAt(page).heightPx;
  }

  next(page: PageNumber): PageNumber | undefined {
    const end = this.#unmappedAt(page)?.endPage ?? page + 1;
    return end >= PAGE_COUNT_OF_SPACE ? undefined : (end as PageNumber);
  }

  previous(page: PageNumber): PageNumber | undefined {
    if (page <= 0) return undefined;
    return this.unitPageOf((page - 1) as PageNumber);
  }

  /** First page of the unit that shows a page: itself, or the start of the gap it lies in. */
  unitPageOf(page: PageNumber): PageNumber {
    return (this.#unmappedAt(page)?.startPage ?? page) as PageNumber;
  }

  unitAt(page: PageNumber): HexUnit {
    const gap = this.#unmappedAt(page);
    const source = gap === undefined ? this.#memory.pageAt(page) : undefined;
    const before = gap === undefined && this.showChanges ? this.#memory.previousPageAt(page) : undefined;
    const keep = this.#rowIn(page, this.cursor);
    const faulting = this.#rowIn(page, this.fault?.address);
    const { disk, pointees } = this.#beside;
    const stamp = `${this.rowBytes} ${this.foldZeros} ${this.#names.revision} ${pointees?.revision} ${this.showDisk ? disk?.revision : '-'} ${this.showSymbols} ${this.noteChars} ${this.generation} ${keep ?? ''} ${faulting ?? ''}`;
    const cached = this.#units.get(page);
    if (cached !== undefined && cached.source === source && cached.compared === before && cached.stamp === stamp) return cached;
    const unit = gap === undefined ? this.#layoutPage(page, source, before, [keep, faulting]) : this.#layoutGap(gap.row);
    const entry: CachedUnit = { ...unit, source, compared: before, stamp };
    this.#units.delete(page);
    this.#units.set(page, entry);
    const oldest = this.#units.keys().next().value;
    if (this.#units.size > MAX_UNITS && oldest !== undefined) this.#units.delete(oldest);
    return entry;
  }

  /** Items on screen, top to bottom. */
  visibleItems(): PlacedItem[] {
    const { anchor } = this;
    if (anchor === undefined) return [];
    const placed: PlacedItem[] = [];
    for (const { unit: page, topPx } of visibleUnits(anchor, this.viewportPx, this)) {
      const unit = this.unitAt(page);
      let top = topPx;
      for (const item of unit.items) {
        if (top + item.heightPx > 0 && top < this.viewportPx) placed.push({ unit, item, topPx: top });
        top += item.heightPx;
      }
    }
    return placed;
  }

  /** Mapped pages on screen and a screen around them: what to have in the cache. */
  wantedPages(items: readonly PlacedItem[] = this.visibleItems()): { first: PageNumber; count: number } | undefined {
    const mapped = items.filter(({ unit }) => this.#unmappedAt(unit.page) === undefined);
    const first = mapped[0]?.unit.page;
    const last = mapped.at(-1)?.unit.page;
    if (first === undefined || last === undefined) return undefined;
    // As many again above and below, inside the mapped stretch: the next screen is there before it is scrolled to.
    const around = Math.min(32, last - first + 1);
    const stretch = this.stretchAt(first);
    const from = Math.max(Math.min(stretch.first, first), first - around);
    const to = Math.min(Math.max(this.stretchAt(last).end, last + 1), last + 1 + around);
    return { first: from as PageNumber, count: to - from };
  }

  scrollByPx(deltaPx: number): void {
    const { anchor } = this;
    if (anchor !== undefined) this.#pinTop(scrollBy(anchor, deltaPx, this.viewportPx, this));
  }

  /** Puts a page at the top edge; `fraction` of it scrolled off. */
  scrollToPage(page: PageNumber, fraction = 0): void {
    const unit = this.unitPageOf(page);
    this.#pinTop(settle({ unit, offsetPx: fraction * this.heightPx(unit) }, this));
  }

  /** Brings an address into view: not at all when it is well inside, else to a third from the top, where the eye looks. */
  reveal(address: Address): void {
    if (this.regions === undefined) return;
    const shown = this.visibleItems().find(({ item }) => item.kind === 'row' && item.start <= address && address < item.start + BigInt(item.byteCount));
    if (shown !== undefined && shown.topPx >= 0 && shown.topPx + shown.item.heightPx <= this.viewportPx) {
      this.#pin = { address, topPx: shown.topPx };
      return;
    }
    // Pinned by its address: the page may not be read yet, and its neighbours' heights are still unknown.
    this.#pin = { address, topPx: Math.round(this.viewportPx / 3) };
  }

  /** Puts an address at the top, below the heading of what begins there. */
  beginAt(address: Address): void {
    this.#pin = { address, topPx: BAND_PX };
  }

  #pinTop(anchor: ScrollAnchor<PageNumber>): void {
    let top = -anchor.offsetPx;
    for (const item of this.unitAt(anchor.unit).items) {
      if (top + item.heightPx > 0) {
        this.#pin = { address: itemStart(item), topPx: top - this.#headingsPx(anchor.unit, item) };
        return;
      }
      top += item.heightPx;
    }
  }

  /** Headings share the address of the row below them: pinned by address, the row counts, so their height is taken off again. */
  #headingsPx(unit: PageNumber, item: HexItem): number {
    let offsetPx = 0;
    for (const other of this.unitAt(unit).items) {
      if (other === item) break;
      offsetPx += other.heightPx;
    }
    return offsetPx - this.#offsetInUnit(unit, itemStart(item));
  }

  /** Top of the item that holds an address, from the top of its unit. */
  #offsetInUnit(unit: PageNumber, address: Address): number {
    let offsetPx = 0;
    let holderPx = 0;
    for (const item of this.unitAt(unit).items) {
      if (itemStart(item) > address) break;
      if (item.kind !== 'band') holderPx = offsetPx;
      offsetPx += item.heightPx;
    }
    return holderPx;
  }

  /** The stretch of mappings without a hole that holds a page: what the scrollbar spans. */
  stretchAt(page: PageNumber): { first: PageNumber; end: PageNumber } {
    const regions = this.regions;
    const row = regions?.indexAt(pageStart(page)) ?? -1;
    if (regions === undefined || row < 0) return { first: page, end: (page + 1) as PageNumber };
    if (isUnmappedKind(regions.kindAt(row))) return { first: pageOf(regions.startAt(row)), end: Number(regions.endAt(row) >> 12n) as PageNumber };
    let low = row;
    while (low > 0 && !isUnmappedKind(regions.kindAt(low - 1))) low--;
    let high = row;
    while (high + 1 < regions.length && !isUnmappedKind(regions.kindAt(high + 1))) high++;
    return { first: pageOf(regions.startAt(low)), end: Number((regions.endAt(high) + 0xfffn) >> 12n) as PageNumber };
  }

  /** The row of an address, when it is in a page. */
  #rowIn(page: PageNumber, address: Address | undefined): Address | undefined {
    return address !== undefined && pageOf(address) === page ? this.#rowOf(address) : undefined;
  }

  #rowOf(address: Address): Address {
    return (address - (address % BigInt(this.rowBytes))) as Address;
  }

  #unmappedAt(page: PageNumber): { row: number; startPage: number; endPage: number } | undefined {
    const regions = this.regions;
    const row = regions?.indexAt(pageStart(page)) ?? -1;
    if (regions === undefined || row < 0 || !isUnmappedKind(regions.kindAt(row))) return undefined;
    return { row, startPage: regions.columns.startPage[row] ?? page, endPage: regions.columns.endPage[row] ?? page + 1 };
  }

  #layoutPage(page: PageNumber, source: CachedPage | undefined, compared: CachedPage | undefined, keep: readonly (Address | undefined)[]): HexUnit {
    const names = this.#names.namesOf(page);
    const start = pageStart(page);
    const end = (start + BigInt(PAGE_SIZE_BYTES)) as Address;
    const cells = source === undefined ? undefined : pageCells(page, source.ranges);
    const before = compared === undefined || compared === source ? undefined : pageCells(page, compared.ranges);
    const changed = cells === undefined ? undefined : changedCells(cells, before);
    const overlay = cells === undefined || !this.showSymbols ? undefined : buildOverlay(page, names, (address, count) => this.#bytes(start, cells, address, count, true));
    const disk = cells === undefined || !this.showDisk ? undefined : this.#beside.disk?.diskOf(page);
    const notesAt = cells === undefined ? noNotes : this.#notesOf(page, cells, before, overlay, disk, source);
    const named = new Set<number>();
    for (const piece of overlay?.pieces ?? []) if (!piece.cut && piece.owner.address === start + BigInt(piece.from)) named.add(piece.from - (piece.from % this.rowBytes));
    for (const { address } of overlay?.code ?? []) named.add(Number(this.#rowOf(address) - start));
    const rowBytes = BigInt(this.rowBytes);
    const items = layoutHexPage({
      page,
      rowBytes: this.rowBytes,
      ranges: source?.ranges,
      bands: this.#bandsIn(start, end, names.sections),
      foldZeros: this.foldZeros,
      keepRow: (row) => keep.includes(row) || named.has(Number(row - start)) || hasMark(changed, Number(row - start), Number(rowBytes)),
      extraLines: (row, count) => {
        const offset = Number(row - start);
        const differs = disk !== undefined && cells !== undefined && differsFromDisk(cells, disk, source?.patched ?? [], start, offset, count);
        // One name fits its row whatever its length; only where there are more must they be written to see how much room they take.
        const lines = overlay !== undefined && hasSeveralOwners(overlay, offset, count, start) ? (notesAt(offset, count)?.lines.length ?? 0) : 0;
        return Math.max(0, lines - 1) + (differs ? 1 : 0);
      },
    });
    return { page, items, heightPx: itemsHeightPx(items), cells, changed, before, overlay, disk, notesAt, stale: source !== undefined && source.generation < this.generation };
  }

  #notesOf(page: PageNumber, cells: PageCells, before: PageCells | undefined, overlay: PageOverlay | undefined, disk: DiskPage | undefined, source: CachedPage | undefined): HexUnit['notesAt'] {
    const isNameless = overlay === undefined || (overlay.pieces.length === 0 && overlay.code.length === 0);
    if (isNameless && disk === undefined) return noNotes;
    const start = pageStart(page);
    const maxChars = this.noteChars;
    const sources = {
      now: (address: Address, count: number) => this.#bytes(start, cells, address, count, true),
      before: (address: Address, count: number) => (before === undefined ? undefined : this.#bytes(start, before, address, count, false)),
      pointees: this.#beside.pointees ?? { pointeeOf: () => undefined },
    };
    const made = new Map<number, RowNotes | undefined>();
    return (offset, count) => {
      if (made.has(offset)) return made.get(offset);
      const said = isNameless ? [] : rowNotes(page, overlay, offset, count, sources);
      const differs = disk && diskRow(page, offset, count, cells, disk, overlay, source?.patched ?? [], this.regions?.regionAt((start + BigInt(offset)) as Address)?.perms ?? '');
      const notes = said.length > 0 || differs !== undefined ? { lines: wrapNotes(said, maxChars, MAX_NOTE_LINES), disk: differs } : undefined;
      made.set(offset, notes);
      return notes;
    };
  }

  /** Bytes of this page's cells, or of the cache where they lie in another page; undefined when one was not read. */
  #bytes(start: Address, cells: PageCells, address: Address, count: number, elsewhere: boolean): Uint8Array | undefined {
    const from = Number(address - start);
    if (from >= 0 && from + count <= PAGE_SIZE_BYTES) {
      for (let i = from; i < from + count; i++) if (cells.states[i] !== CELL_VALID) return undefined;
      return cells.values.subarray(from, from + count);
    }
    if (!elsewhere) return undefined;
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const byte = this.#memory.byteAt((address + BigInt(i)) as Address);
      if (byte === undefined) return undefined;
      bytes[i] = byte;
    }
    return bytes;
  }

  #layoutGap(row: number): HexUnit {
    const regions = this.regions;
    if (regions === undefined) throw new Error('a gap is laid out only while there is a map');
    const start = regions.startAt(row);
    const end = regions.endAt(row);
    const state = { kind: 'unmapped', start, lengthBytes: end - start } as const;
    const items: HexItem[] = [
      { kind: 'page-note', heightPx: 21, start, state },
      { kind: 'state-row', heightPx: 18, start, end, state },
    ];
    return { page: pageOf(start), items, heightPx: itemsHeightPx(items), cells: undefined, changed: undefined, before: undefined, overlay: undefined, disk: undefined, notesAt: noNotes, stale: false };
  }

  /** Sections that begin here, and regions that begin where no section does. */
  #bandsIn(start: Address, end: Address, sections: Names['sections']): HexBand[] {
    const bands: HexBand[] = sections
      .filter((section) => section.address >= start && section.address < end && section.memorySizeBytes > 0n)
      .map((section) => ({
        start: section.address,
        end: (section.address + section.memorySizeBytes) as Address,
        title: section.name,
        note: section.type === 'NOBITS' ? `${formatSize(section.memorySizeBytes)}   NOBITS: zero bytes in the file, zero-filled at start`
          : `${formatSize(section.memorySizeBytes)}   from file +0x${section.fileOffset.toString(16)}`,
        kind: this.regions?.regionAt(section.address)?.kind ?? 'anon',
      }));
    const regions = this.regions;
    let row = regions?.indexAt(start) ?? -1;
    for (; regions !== undefined && row >= 0 && row < regions.length && regions.startAt(row) < end; row++) {
      const region = regions.rowAt(row);
      if (region.start < start || isUnmappedKind(region.kind)) continue;
      if (bands.some((band) => band.start === region.start)) continue;
      bands.push({ start: region.start, end: region.end, title: region.label, note: `${formatSize(region.end - region.start)}   ${region.perms}`, kind: region.kind });
    }
    return bands.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }
}

type NamesSource = Pick<NamesCache, 'namesOf' | 'revision'>;

/** What else is known beside the bytes; a view without them shows names only. */
export interface Beside {
  readonly disk?: Pick<DiskCache, 'diskOf' | 'revision'>;
  readonly pointees?: Pick<PointeeCache, 'pointeeOf' | 'revision'>;
}

type Names = ReturnType<NamesCache['namesOf']>;

function hasMark(marks: Uint8Array | undefined, from: number, count: number): boolean {
  if (marks === undefined) return false;
  for (let i = from; i < from + count; i++) if (marks[i] === 1) return true;
  return false;
}
