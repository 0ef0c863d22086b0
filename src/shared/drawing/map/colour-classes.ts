import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_WRITE, permsText, type RegionColumns, type RegionTable } from '../../model/region-table.ts';
import { REGION_KINDS } from '../../model/region.ts';
import { KIND_STYLES, regionStyle, type KindInk } from '../kind-style.ts';

/** One entry of the legend. */
export interface ColourClass {
  readonly id: string;
  readonly title: string;
  /** The second cue beside the colour: two or three characters, in the legend and in each block. */
  readonly tag: string;
  readonly ink: KindInk;
  regions: number;
}

/** What the regions alone do not tell. */
export interface RowFacts {
  /** By row; undefined while it is not known of any. */
  readonly residency: { readonly mappedPages: Float64Array; readonly presentPages: Float64Array; readonly known: Uint8Array } | undefined;
  /** By row: time of the last change that was seen, ms on any clock; -1 for none. Undefined when nothing changed. */
  readonly changedAtMs: Float64Array | undefined;
  readonly nowMs: number;
}

export const NO_FACTS: RowFacts = { residency: undefined, changedAtMs: undefined, nowMs: 0 };

/** How a colouring sorts the rows of one table. */
export interface ClassMaker {
  /** A small number for each class. */
  readonly keyOf: (row: number) => number;
  /** The class of the first row that has its key. */
  readonly classOf: (row: number) => ColourClass;
  /** A finer second cue than the class's own. */
  readonly tagOf?: (row: number) => string;
  /** What rows drawn as one block look like; without it, as the one of them that `groupRow` names, or the last. */
  readonly groupOf?: (first: number, last: number) => GroupLook;
  readonly groupRow?: (first: number, last: number) => number;
}

/** The look of a closed group. */
export interface GroupLook {
  readonly ink: KindInk;
  readonly tag: string;
  /** Of the class it belongs to. */
  readonly id: string;
}

/** Inks for modules, told apart by colour and by pattern; with more modules than inks they come round again. */
const MODULE_INKS: readonly KindInk[] = ['data', 'text', 'heap', 'rodata', 'relro', 'file', 'stack', 'bss', 'tstack', 'wx', 'vdso', 'anon'];

/** Keys up to here are kinds of unmapped rows; what is mapped begins above. */
const KINDS = REGION_KINDS.length;
const TEXT = REGION_KINDS.indexOf('text');
const THREAD_STACK = REGION_KINDS.indexOf('thread-stack');
const LIBRARY_KEY = KINDS;

export function kindMaker(table: RegionTable): ClassMaker {
  const { kind, module, modules } = table.columns;
  // Entry 0 is for rows of no module: an index below the array would make each of them many times as slow.
  const inLibrary = Uint8Array.from([0, ...modules.map((one) => (one.role === 'library' || one.role === 'loader' ? 1 : 0))]);
  const folds = Uint8Array.from(REGION_KINDS, (name) => (regionStyle(name, 'library').ink === 'lib' ? 1 : 0));
  const keyOf = (row: number): number => {
    const own = kind[row] ?? 0;
    return folds[own] === 1 && inLibrary[module[row] ?? 0] === 1 ? LIBRARY_KEY : own;
  };
  return {
    keyOf,
    classOf: (row) => (keyOf(row) === LIBRARY_KEY ? { id: 'library', title: 'Shared library', tag: 'SO', ink: 'lib', regions: 0 } : kindClass(table, row)),
    // The program's block takes the colour of its code, which is what it is looked for.
    groupRow: (first, last) => firstRow(first, last, (row) => kind[row] === TEXT || kind[row] === THREAD_STACK) ?? last,
  };
}

export function permissionsMaker(table: RegionTable): ClassMaker {
  const { perms } = table.columns;
  const has = (row: number, bits: number): boolean => ((perms[row] ?? 0) & bits) === bits;
  return {
    ...mappedMaker(table, (row) => (perms[row] ?? 0) & (PERM_READ | PERM_WRITE | PERM_EXEC), (row) => {
      const bits = perms[row] ?? 0;
      const letters = permsText(bits).slice(0, 3);
      return { id: letters, title: PERMISSION_TITLES[letters] ?? letters, tag: letters, ink: permissionInk(bits), regions: 0 };
    }),
    // Writable and executable memory must not vanish in a closed block; else a module is told by its code.
    groupRow: (first, last) => firstRow(first, last, (row) => has(row, PERM_WRITE | PERM_EXEC)) ?? firstRow(first, last, (row) => has(row, PERM_EXEC)) ?? last,
  };
}

function firstRow(first: number, last: number, test: (row: number) => boolean): number | undefined {
  for (let row = first; row <= last; row++) if (test(row)) return row;
  return undefined;
}

export function moduleMaker(table: RegionTable): ClassMaker {
  const { module, modules } = table.columns;
  return mappedMaker(table, (row) => module[row] ?? 0, (row) => {
    const index = (module[row] ?? 0) - 1;
    const ref = modules[index];
    if (!ref) return { id: 'none', title: 'No module', tag: 'AN', ink: 'kernel', regions: 0 };
    return { id: `module ${ref.path}`, title: ref.path.split('/').at(-1) ?? ref.path, tag: 'SO', ink: MODULE_INKS[index % MODULE_INKS.length] ?? 'lib', regions: 0 };
  });
}

/** Share of present pages from which a class begins, most first. The last holds what has none at all. */
const RESIDENCY: readonly (readonly [least: number, tag: string, title: string, ink: KindInk])[] = [
  [1, '100', 'All present', 'data'], [0.75, '75+', 'Three quarters and more', 'bss'], [0.5, '50+', 'Half and more', 'anon'], [0.25, '25+', 'A quarter and more', 'heap'],
  [Number.MIN_VALUE, '<25', 'Less than a quarter', 'tstack'], [0, '0', 'No page present', 'reserved'],
];

export function residencyMaker(table: RegionTable, { residency }: RowFacts): ClassMaker {
  const shareOf = (at: number): number => {
    const row = residency === undefined ? at : countedRow(table.columns, residency.mappedPages, at);
    const mapped = residency?.mappedPages[row] ?? 0;
    return residency === undefined || mapped === 0 || residency.known[row] === 0 ? Number.NaN : (residency.presentPages[row] ?? 0) / mapped;
  };
  const indexOf = (share: number): number => (Number.isNaN(share) ? RESIDENCY.length : RESIDENCY.findIndex(([least]) => share >= least));
  const classOf = (share: number): ColourClass => {
    const found = RESIDENCY[indexOf(share)];
    return found ? { id: `present ${found[1]}`, title: found[2], tag: found[1], ink: found[3], regions: 0 } : { id: 'present ?', title: 'Not known', tag: '?', ink: 'kernel', regions: 0 };
  };
  return {
    ...mappedMaker(table, (row) => indexOf(shareOf(row)), (row) => classOf(shareOf(row))),
    tagOf: (row) => (((table.columns.perms[row] ?? 0) & PERM_MAPPED) === 0 ? KIND_STYLES[table.kindAt(row)].tag : percentTag(shareOf(row))),
    // The share of all its pages, not that of one of its rows.
    groupOf(first, last) {
      let mapped = 0;
      let present = 0;
      for (let row = first; row <= last; row++) {
        if (residency?.known[row] !== 1) continue;
        mapped += residency.mappedPages[row] ?? 0;
        present += residency.presentPages[row] ?? 0;
      }
      const share = mapped === 0 ? Number.NaN : present / mapped;
      const { ink, id } = classOf(share);
      return { ink, id, tag: percentTag(share) };
    },
  };
}

/** Never 0 % where something is, nor 100 % where something is missing. */
function percentTag(share: number): string {
  return Number.isNaN(share) ? '?' : share === 1 ? '100' : `${share === 0 ? 0 : Math.max(1, Math.min(99, Math.round(share * 100)))}%`;
}

/** A page is counted for the row that its first byte lies in: a row in which no page begins has the count of the one that begins its page. */
export function countedRow({ startOffset }: RegionColumns, mappedPages: Float64Array, row: number): number {
  let at = row;
  while (at > 0 && mappedPages[at] === 0 && startOffset[at] !== 0) at--;
  return at;
}

/** Age in ms up to which a class goes. */
export const AGE_CLASSES: readonly (readonly [upToMs: number, tag: string, title: string, ink: KindInk])[] = [
  [10_000, '10s', 'Changed in the last 10 s', 'wx'], [60_000, '1m', 'In the last minute', 'heap'], [600_000, '10m', 'In the last 10 minutes', 'bss'], [Infinity, '>10', 'Longer ago', 'file'],
];

export function ageMaker(table: RegionTable, { changedAtMs, nowMs }: RowFacts): ClassMaker {
  const classIndex = (row: number): number => {
    const at = changedAtMs?.[row] ?? -1;
    return at < 0 ? AGE_CLASSES.length : AGE_CLASSES.findIndex(([upToMs]) => nowMs - at <= upToMs);
  };
  return {
    ...mappedMaker(table, classIndex, (row) => {
      const found = AGE_CLASSES[classIndex(row)];
      return found ? { id: `age ${found[1]}`, title: found[2], tag: found[1], ink: found[3], regions: 0 } : { id: 'age none', title: 'Not since it was opened', tag: '–', ink: 'kernel', regions: 0 };
    }),
    // What changed last in it.
    groupRow(first, last) {
      let newest = last;
      for (let row = first; row <= last; row++) if ((changedAtMs?.[row] ?? -1) > (changedAtMs?.[newest] ?? -1)) newest = row;
      return newest;
    },
  };
}

/** Unmapped rows keep their kind; of mapped ones `keyOf` tells the class. */
function mappedMaker(table: RegionTable, keyOf: (row: number) => number, classOf: (row: number) => ColourClass): ClassMaker {
  const { perms, kind } = table.columns;
  return {
    keyOf: (row) => ((perms[row] ?? 0) & PERM_MAPPED ? KINDS + keyOf(row) : (kind[row] ?? 0)),
    classOf: (row) => ((perms[row] ?? 0) & PERM_MAPPED ? classOf(row) : kindClass(table, row)),
  };
}

const PERMISSION_TITLES: Readonly<Record<string, string>> = {
  'r--': 'Read only', 'rw-': 'Read and write', 'r-x': 'Read and execute', 'rwx': 'Writable and executable', '---': 'No access', '--x': 'Execute only', '-w-': 'Write only',
};

function permissionInk(bits: number): KindInk {
  if ((bits & PERM_WRITE) && (bits & PERM_EXEC)) return 'wx';
  if (bits & PERM_EXEC) return bits & PERM_READ ? 'text' : 'vdso';
  if (bits & PERM_WRITE) return 'data';
  return bits & PERM_READ ? 'rodata' : 'reserved';
}

function kindClass(table: RegionTable, row: number): ColourClass {
  const kind = table.kindAt(row);
  const { title, tag, ink } = KIND_STYLES[kind];
  return { id: kind, title, tag, ink, regions: 0 };
}
