import { dirname, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { At, UnitType } from './codes.ts';
import { openElf } from './debug-file.ts';
import { readDebugSections, type DebugSections } from './debug-sections.ts';
import { numberOf, readEntry, textOf } from './entry.ts';
import { readUnits } from './unit.ts';
import type { Unit } from './unit-shape.ts';

/** A unit that says no more than where its other half is (-gsplit-dwarf; DWARF 5, 3.1.2, and before that the GNU attributes). */
interface Skeleton {
  readonly unit: Unit;
  readonly file: string;
  readonly folder: string;
  readonly id: bigint | undefined;
}

export interface SplitUnits {
  readonly units: readonly Unit[];
  /** In words, what is missing. */
  readonly problems: readonly string[];
}

/** Debug information of .dwo files is held in memory like the rest. */
const MAX_SPLIT_BYTES = 512 * 1024 * 1024;

/** The other halves of a file's units, each read from its .dwo file where that is still there and of the same build. Addresses stay in the file itself. */
export function readSplitUnits(source: ByteSource, units: readonly Unit[], sections: DebugSections): SplitUnits {
  const found: Unit[] = [];
  const missing: string[] = [];
  const foreign: string[] = [];
  let total = 0;
  for (const skeleton of skeletonsOf(units)) {
    const opened = candidates(source.name, skeleton).map((path) => openElf(path)).find((one) => one !== undefined);
    if (opened === undefined) {
      missing.push(skeleton.file);
      continue;
    }
    try {
      const own = readDebugSections(opened.source, opened.sections, '.dwo');
      total += [...own.values()].reduce((sum, { length }) => sum + length, 0);
      if (total > MAX_SPLIT_BYTES) return { units: found, problems: [`${source.name}: its .dwo files hold more debug information than is read here, so some variables have no type`] };
      const addresses = sections.get('addr');
      const read = readUnits(new Map([...own, ...(addresses === undefined ? [] : [['addr', addresses] as const])]));
      if (!read.units.some((unit) => idOf(unit) === skeleton.id)) foreign.push(skeleton.file);
      else found.push(...read.units.map((unit) => ({ ...unit, addrBase: skeleton.unit.addrBase })));
    } catch (error) {
      if (!(error instanceof VmatlasError) && !(error instanceof RangeError)) throw error;
      missing.push(skeleton.file);
    } finally {
      opened.source.close();
    }
  }
  return { units: found, problems: [...problemWords(source, missing, 'cannot be read', 'Keep the .dwo files where the compiler wrote them'), ...problemWords(source, foreign, 'belong to another build', 'Build again')] };
}

function problemWords(source: ByteSource, files: readonly string[], what: string, remedy: string): string[] {
  if (files.length === 0) return [];
  const few = files.slice(0, 3).join(', ');
  return [`${source.name}: ${files.length} .dwo file${files.length === 1 ? '' : 's'} (${few}${files.length > 3 ? ' …' : ''}) ${what}, so the variables described there have no type. ${remedy}, or build without -gsplit-dwarf`];
}

function* skeletonsOf(units: readonly Unit[]): Generator<Skeleton> {
  for (const unit of units) {
    if (unit.kind !== UnitType.skeleton && unit.kind !== UnitType.compile) continue;
    if (!namesAnother(unit)) continue;
    let root;
    try {
      root = readEntry(unit, unit.firstEntry);
    } catch (error) {
      if (error instanceof RangeError) continue;
      throw error;
    }
    if (root === undefined) continue;
    const file = textOf(root, At.dwoName) ?? textOf(root, At.gnuDwoName);
    if (file !== undefined) yield { unit, file, folder: textOf(root, At.compDir) ?? '', id: unit.dwoId ?? numberOf(root, At.gnuDwoId) };
  }
}

/** Only a skeleton's abbreviations have such a name: the other units need not be read for it. */
function namesAnother({ abbreviations }: Unit): boolean {
  for (const { attributes } of abbreviations.values()) if (attributes.some(({ name }) => name === At.dwoName || name === At.gnuDwoName)) return true;
  return false;
}

/** A unit's own mark; before version 5 an attribute of its root. */
function idOf(unit: Unit): bigint | undefined {
  if (unit.dwoId !== undefined || unit.kind !== UnitType.compile) return unit.dwoId;
  const root = readEntry(unit, unit.firstEntry);
  return root && numberOf(root, At.gnuDwoId);
}

/** Where the compiler wrote it, then beside the program. */
function candidates(program: string, { file, folder }: Skeleton): string[] {
  const written = file.startsWith('/') ? file : join(folder, file);
  return [written, join(dirname(program), file.split('/').at(-1) ?? file)].filter((path) => path.startsWith('/'));
}
