import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_WRITE, permsText, type RegionTable } from '../../model/region-table.ts';
import { REGION_KINDS } from '../../model/region.ts';
import { KIND_STYLES, regionStyle, type KindInk } from '../kind-style.ts';

export const COLOURINGS = ['kind', 'permissions', 'module'] as const;
export type ColouringName = (typeof COLOURINGS)[number];
export const COLOURING_TITLES: Readonly<Record<ColouringName, string>> = { kind: 'Kind', permissions: 'Permissions', module: 'Module' };

/** One entry of the legend. */
export interface ColourClass {
  readonly id: string;
  readonly title: string;
  /** The second cue in the legend: two letters or the permissions. */
  readonly tag: string;
  readonly ink: KindInk;
  regions: number;
}

/** Each row's class: what it is coloured by, and what the legend can hide. */
export interface Colouring {
  readonly name: ColouringName;
  readonly classOfRow: Uint16Array;
  readonly classes: readonly ColourClass[];
}

/** Inks for modules, told apart by colour and by pattern; with more modules than inks they come round again. */
const MODULE_INKS: readonly KindInk[] = ['data', 'text', 'heap', 'rodata', 'relro', 'file', 'stack', 'bss', 'tstack', 'wx', 'vdso', 'anon'];

export function colourBy(name: ColouringName, table: RegionTable): Colouring {
  const classOfRow = new Uint16Array(table.length);
  const classes: ColourClass[] = [];
  /** Class of a key, plus one. Keys are small numbers: sixty thousand rows are coloured without making a string for each. */
  const known: number[] = [];
  const { keyOf, classOf } = MAKERS[name](table);
  for (let row = 0; row < table.length; row++) {
    const key = keyOf(row);
    let index = (known[key] ?? 0) - 1;
    if (index < 0) {
      index = classes.push(classOf(row)) - 1;
      known[key] = index + 1;
    }
    classOfRow[row] = index;
    const found = classes[index];
    if (found) found.regions++;
  }
  return { name, classOfRow, classes };
}

interface ClassMaker {
  readonly keyOf: (row: number) => number;
  /** The class of the first row that has its key. */
  readonly classOf: (row: number) => ColourClass;
}

/** Keys up to here are kinds of unmapped rows; what is mapped begins above. */
const KINDS = REGION_KINDS.length;
const LIBRARY_KEY = KINDS;

const MAKERS: Readonly<Record<ColouringName, (table: RegionTable) => ClassMaker>> = {
  kind(table) {
    const { kind, module, modules } = table.columns;
    const inLibrary = modules.map((one) => one.role === 'library' || one.role === 'loader');
    const folds = REGION_KINDS.map((name) => regionStyle(name, 'library').ink === 'lib');
    const keyOf = (row: number): number => {
      const own = kind[row] ?? 0;
      return folds[own] === true && inLibrary[(module[row] ?? 0) - 1] === true ? LIBRARY_KEY : own;
    };
    return {
      keyOf,
      classOf: (row) => (keyOf(row) === LIBRARY_KEY ? { id: 'library', title: 'Shared library', tag: 'SO', ink: 'lib', regions: 0 } : kindClass(table, row)),
    };
  },
  permissions(table) {
    const { perms, kind } = table.columns;
    return {
      keyOf(row) {
        const bits = perms[row] ?? 0;
        return bits & PERM_MAPPED ? KINDS + (bits & (PERM_READ | PERM_WRITE | PERM_EXEC)) : (kind[row] ?? 0);
      },
      classOf(row) {
        const bits = perms[row] ?? 0;
        if ((bits & PERM_MAPPED) === 0) return kindClass(table, row);
        const letters = permsText(bits).slice(0, 3);
        return { id: letters, title: PERMISSION_TITLES[letters] ?? letters, tag: letters, ink: permissionInk(bits), regions: 0 };
      },
    };
  },
  module(table) {
    const { module, modules, perms, kind } = table.columns;
    return {
      keyOf: (row) => ((perms[row] ?? 0) & PERM_MAPPED ? KINDS + (module[row] ?? 0) : (kind[row] ?? 0)),
      classOf(row) {
        if (((perms[row] ?? 0) & PERM_MAPPED) === 0) return kindClass(table, row);
        const index = (module[row] ?? 0) - 1;
        const ref = modules[index];
        if (!ref) return { id: 'none', title: 'No module', tag: 'AN', ink: 'kernel', regions: 0 };
        return { id: `module ${ref.path}`, title: ref.path.split('/').at(-1) ?? ref.path, tag: 'SO', ink: MODULE_INKS[index % MODULE_INKS.length] ?? 'lib', regions: 0 };
      },
    };
  },
};

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
