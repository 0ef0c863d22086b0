import type { MappingColumns } from '../model/mapping-columns.ts';
import { REGION_KINDS, type ModuleRef, type RegionKind } from '../model/region.ts';
import { StringPool } from '../model/region-table-builder.ts';
import { RegionTable } from '../model/region-table.ts';

/** Number of a kind in the columns. */
export const KIND_CODE = Object.fromEntries(REGION_KINDS.map((kind, code) => [kind, code])) as Readonly<Record<RegionKind, number>>;

/** Where the proof of each region lies: row of maps (-1 for unmapped), number of the rule, and two indices whose meaning the rule gives. */
export interface RegionOrigins {
  readonly mapping: Int32Array;
  readonly rule: Uint8Array;
  readonly ref: Int32Array;
  readonly sub: Int32Array;
}

/** What a region says beyond its extent; string fields are indices in the writer's pool. */
export interface RegionNote {
  readonly kind: number;
  readonly part: number;
  readonly label: number;
  /** Index in the module list plus 1, 0 for none. */
  readonly module: number;
  readonly tid: number;
  readonly rule: number;
  readonly ref: number;
  readonly sub: number;
}

/**
 * Writes the columns of a RegionTable row by row, ascending. Columns are typed arrays that double when full: sixty thousand regions cost a few megabytes and no garbage.
 */
export class RegionWriter {
  readonly pool = new StringPool();
  readonly #mappings: MappingColumns;
  /** Pool index of each mapping name, 0 until used; name 0 is ''. */
  readonly #pathIndex: Uint32Array;
  #capacity: number;
  #length = 0;
  #startPage: Float64Array;
  #startOffset: Uint16Array;
  #endPage: Float64Array;
  #endOffset: Uint16Array;
  #kind: Uint8Array;
  #perms: Uint8Array;
  #offsetPage: Float64Array;
  #offsetByte: Uint16Array;
  #dev: Uint32Array;
  #inode: Float64Array;
  #path: Uint32Array;
  #part: Uint32Array;
  #label: Uint32Array;
  #module: Uint32Array;
  #tid: Uint32Array;
  #mapping: Int32Array;
  #rule: Uint8Array;
  #ref: Int32Array;
  #sub: Int32Array;

  constructor(mappings: MappingColumns) {
    this.#mappings = mappings;
    this.#pathIndex = new Uint32Array(mappings.names.length);
    const n = mappings.length * 2 + 64;
    this.#capacity = n;
    this.#startPage = new Float64Array(n);
    this.#startOffset = new Uint16Array(n);
    this.#endPage = new Float64Array(n);
    this.#endOffset = new Uint16Array(n);
    this.#kind = new Uint8Array(n);
    this.#perms = new Uint8Array(n);
    this.#offsetPage = new Float64Array(n);
    this.#offsetByte = new Uint16Array(n);
    this.#dev = new Uint32Array(n);
    this.#inode = new Float64Array(n);
    this.#path = new Uint32Array(n);
    this.#part = new Uint32Array(n);
    this.#label = new Uint32Array(n);
    this.#module = new Uint32Array(n);
    this.#tid = new Uint32Array(n);
    this.#mapping = new Int32Array(n);
    this.#rule = new Uint8Array(n);
    this.#ref = new Int32Array(n);
    this.#sub = new Int32Array(n);
  }

  /** A stretch without mapping, whole pages. */
  addUnmapped(startPage: number, endPage: number, note: RegionNote): void {
    this.#add(startPage, 0, endPage, 0, note, -1);
  }

  /** A part of a mapping, or all of it. Byte offsets are within the page of the same end. */
  addMapped(row: number, startPage: number, startOffset: number, endPage: number, endOffset: number, note: RegionNote): void {
    const m = this.#mappings;
    const i = this.#add(startPage, startOffset, endPage, endOffset, note, row);
    const name = m.name[row] ?? 0;
    const inode = m.inode[row] ?? 0;
    this.#perms[i] = m.perms[row] ?? 0;
    this.#dev[i] = m.dev[row] ?? 0;
    this.#inode[i] = inode;
    // Named anonymous memory prints offset 0 and has no file; an offset inside a file moves with the start of the part.
    const offsetPage = m.offsetPage[row] ?? 0;
    if (inode !== 0 || offsetPage !== 0) {
      this.#offsetPage[i] = offsetPage + (startPage - (m.startPage[row] ?? 0));
      this.#offsetByte[i] = startOffset;
    }
    if (name !== 0) {
      let path = this.#pathIndex[name] ?? 0;
      if (path === 0) {
        path = this.pool.add(m.names[name] ?? '');
        this.#pathIndex[name] = path;
      }
      this.#path[i] = path;
    }
  }

  #add(startPage: number, startOffset: number, endPage: number, endOffset: number, note: RegionNote, mapping: number): number {
    if (this.#length === this.#capacity) this.#grow();
    const i = this.#length++;
    this.#startPage[i] = startPage;
    this.#startOffset[i] = startOffset;
    this.#endPage[i] = endPage;
    this.#endOffset[i] = endOffset;
    this.#kind[i] = note.kind;
    this.#part[i] = note.part;
    this.#label[i] = note.label;
    this.#module[i] = note.module;
    this.#tid[i] = note.tid;
    this.#mapping[i] = mapping;
    this.#rule[i] = note.rule;
    this.#ref[i] = note.ref;
    this.#sub[i] = note.sub;
    return i;
  }

  #grow(): void {
    const n = this.#capacity * 2;
    this.#startPage = moved(this.#startPage, new Float64Array(n));
    this.#startOffset = moved(this.#startOffset, new Uint16Array(n));
    this.#endPage = moved(this.#endPage, new Float64Array(n));
    this.#endOffset = moved(this.#endOffset, new Uint16Array(n));
    this.#kind = moved(this.#kind, new Uint8Array(n));
    this.#perms = moved(this.#perms, new Uint8Array(n));
    this.#offsetPage = moved(this.#offsetPage, new Float64Array(n));
    this.#offsetByte = moved(this.#offsetByte, new Uint16Array(n));
    this.#dev = moved(this.#dev, new Uint32Array(n));
    this.#inode = moved(this.#inode, new Float64Array(n));
    this.#path = moved(this.#path, new Uint32Array(n));
    this.#part = moved(this.#part, new Uint32Array(n));
    this.#label = moved(this.#label, new Uint32Array(n));
    this.#module = moved(this.#module, new Uint32Array(n));
    this.#tid = moved(this.#tid, new Uint32Array(n));
    this.#mapping = moved(this.#mapping, new Int32Array(n));
    this.#rule = moved(this.#rule, new Uint8Array(n));
    this.#ref = moved(this.#ref, new Int32Array(n));
    this.#sub = moved(this.#sub, new Int32Array(n));
    this.#capacity = n;
  }

  /** The table, cut to its length: columns cross the wire as they are, so no spare room is kept. */
  finish(modules: readonly ModuleRef[]): { readonly regions: RegionTable; readonly origins: RegionOrigins } {
    const n = this.#length;
    const regions = new RegionTable({
      length: n,
      startPage: this.#startPage.slice(0, n),
      startOffset: this.#startOffset.slice(0, n),
      endPage: this.#endPage.slice(0, n),
      endOffset: this.#endOffset.slice(0, n),
      kind: this.#kind.slice(0, n),
      perms: this.#perms.slice(0, n),
      offsetPage: this.#offsetPage.slice(0, n),
      offsetByte: this.#offsetByte.slice(0, n),
      dev: this.#dev.slice(0, n),
      inode: this.#inode.slice(0, n),
      path: this.#path.slice(0, n),
      part: this.#part.slice(0, n),
      label: this.#label.slice(0, n),
      module: this.#module.slice(0, n),
      tid: this.#tid.slice(0, n),
      strings: this.pool.strings,
      modules,
    });
    return { regions, origins: { mapping: this.#mapping.slice(0, n), rule: this.#rule.slice(0, n), ref: this.#ref.slice(0, n), sub: this.#sub.slice(0, n) } };
  }
}

function moved<T extends { set(source: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
