import type { RegionTable } from '../../model/region-table.ts';
import { ageMaker, kindMaker, moduleMaker, NO_FACTS, permissionsMaker, residencyMaker, type ClassMaker, type ColourClass, type GroupLook, type RowFacts } from './colour-classes.ts';

export const COLOURINGS = ['kind', 'permissions', 'residency', 'module', 'age'] as const;
export type ColouringName = (typeof COLOURINGS)[number];
export const COLOURING_TITLES: Readonly<Record<ColouringName, string>> = { kind: 'Kind', permissions: 'Permissions', residency: 'Residency', module: 'Module', age: 'Last change' };

/** Each row's class: what it is coloured by, and what the legend can hide. */
export interface Colouring {
  readonly name: ColouringName;
  readonly classOfRow: Uint16Array;
  readonly classes: readonly ColourClass[];
  /** Second cue of a block; undefined where that of its kind says it. */
  readonly tagOf: ((row: number) => string) | undefined;
  /** The look of rows drawn as one block. */
  readonly groupOf: (first: number, last: number) => GroupLook;
}

const MAKERS: Readonly<Record<ColouringName, (table: RegionTable, facts: RowFacts) => ClassMaker>> = {
  kind: kindMaker, permissions: permissionsMaker, residency: residencyMaker, module: moduleMaker, age: ageMaker,
};

export function colourBy(name: ColouringName, table: RegionTable, facts: RowFacts = NO_FACTS): Colouring {
  const classOfRow = new Uint16Array(table.length);
  const classes: ColourClass[] = [];
  /** Class of a key, plus one. Keys are small numbers: sixty thousand rows are coloured without making a string for each. */
  const known: number[] = [];
  const { keyOf, classOf, tagOf, groupOf, groupRow } = MAKERS[name](table, facts);
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
  const tagOfClass = (row: number): string => classes[classOfRow[row] ?? 0]?.tag ?? '';
  const lookOf = (first: number, last: number): GroupLook => {
    const row = groupRow?.(first, last) ?? last;
    const found = classes[classOfRow[row] ?? 0];
    return { ink: found?.ink ?? 'gap', tag: found?.tag ?? '', id: found?.id ?? '' };
  };
  return { name, classOfRow, classes, tagOf: name === 'kind' || name === 'module' ? undefined : (tagOf ?? tagOfClass), groupOf: groupOf ?? lookOf };
}
