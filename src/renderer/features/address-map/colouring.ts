import { PERM_EXEC, PERM_MAPPED, PERM_READ, PERM_WRITE, permsText, type RegionTable } from '../../../shared/model/region-table.ts';
import { isUnmappedKind, REGION_KINDS } from '../../../shared/model/region.ts';
import { KIND_STYLES, regionStyle, type KindInk } from '../../theme/kind-style.ts';

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
  const indexOf = new Map<string, number>();
  const make = CLASS_OF[name](table);
  for (let row = 0; row < table.length; row++) {
    const id = make.idOf(row);
    let index = indexOf.get(id);
    if (index === undefined) {
      index = classes.push(make.classOf(row, id)) - 1;
      indexOf.set(id, index);
    }
    classOfRow[row] = index;
    const found = classes[index];
    if (found) found.regions++;
  }
  return { name, classOfRow, classes };
}

interface ClassMaker {
  idOf(row: number): string;
  classOf(row: number, id: string): ColourClass;
}

const CLASS_OF: Readonly<Record<ColouringName, (table: RegionTable) => ClassMaker>> = {
  kind(table) {
    const { kind, module, modules } = table.columns;
    const roleOf = (row: number) => modules[(module[row] ?? 0) - 1]?.role;
    const ids = REGION_KINDS.map((name) => ({ own: name as string, library: regionStyle(name, 'library').ink === 'lib' ? 'library' : (name as string) }));
    return {
      idOf(row) {
        const role = roleOf(row);
        const id = ids[kind[row] ?? 0];
        return (role === 'library' || role === 'loader' ? id?.library : id?.own) ?? '';
      },
      classOf(row, id) {
        if (id === 'library') return { id, title: 'Shared library', tag: 'SO', ink: 'lib', regions: 0 };
        const style = KIND_STYLES[table.kindAt(row)];
        return { id, title: style.title, tag: style.tag, ink: style.ink, regions: 0 };
      },
    };
  },
  permissions(table) {
    const { perms } = table.columns;
    const letters = (row: number): string => permsText(perms[row] ?? 0).slice(0, 3);
    return {
      idOf: (row) => ((perms[row] ?? 0) & PERM_MAPPED ? letters(row) : table.kindAt(row)),
      classOf(row, id) {
        const bits = perms[row] ?? 0;
        if ((bits & PERM_MAPPED) === 0) return unmappedClass(table, row, id);
        return { id, title: PERMISSION_TITLES[id] ?? id, tag: id, ink: permissionInk(bits), regions: 0 };
      },
    };
  },
  module(table) {
    const { module, modules } = table.columns;
    return {
      idOf: (row) => ((module[row] ?? 0) > 0 ? `module ${module[row]}` : isUnmappedKind(table.kindAt(row)) ? table.kindAt(row) : 'none'),
      classOf(row, id) {
        const index = (module[row] ?? 0) - 1;
        const ref = modules[index];
        if (ref) return { id, title: ref.path.split('/').at(-1) ?? ref.path, tag: 'SO', ink: MODULE_INKS[index % MODULE_INKS.length] ?? 'lib', regions: 0 };
        return id === 'none' ? { id, title: 'No module', tag: 'AN', ink: 'kernel', regions: 0 } : unmappedClass(table, row, id);
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

function unmappedClass(table: RegionTable, row: number, id: string): ColourClass {
  const style = KIND_STYLES[table.kindAt(row)];
  return { id, title: style.title, tag: style.tag, ink: style.ink, regions: 0 };
}
