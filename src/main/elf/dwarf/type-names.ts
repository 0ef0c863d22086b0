import { At, C_LANGUAGES, Tag } from './codes.ts';
import { childrenOf, flagOf, textOf, type Entry } from './entry.ts';
import type { EntrySource } from './entry-source.ts';

/** A declarator in two halves, as C writes it round a name: `int (*` and `)[8]`. */
interface Halves {
  readonly before: string;
  readonly after: string;
}

const MAX_DEPTH = 24;
const MAX_PARAMETERS = 16;

/** A type's name as gdb's `whatis` has it. `undefined` is void. */
export function typeName(source: EntrySource, entry: Entry | undefined): string {
  const { before, after } = halves(source, entry, 0);
  return join(before, after);
}

function join(before: string, after: string): string {
  return after === '' ? before : after.startsWith('[') && !/[*&](?: const| volatile| restrict)*$/.test(before) ? `${before} ${after}` : `${before}${after}`;
}

function halves(source: EntrySource, entry: Entry | undefined, depth: number): Halves {
  if (entry === undefined) return { before: 'void', after: '' };
  if (depth > MAX_DEPTH) return { before: '…', after: '' };
  const inner = (): Halves => halves(source, source.follow(entry, At.type), depth + 1);
  switch (entry.tag) {
    case Tag.pointer: {
      // Rust names its pointers: `&str`, `*const u8`.
      const own = textOf(entry, At.name);
      return own === undefined ? pointed(inner(), '*') : { before: own, after: '' };
    }
    case Tag.reference: return pointed(inner(), '&');
    case Tag.rvalueReference: return pointed(inner(), '&&');
    case Tag.ptrToMember: {
      const { before, after } = inner();
      const owner = source.follow(entry, At.containingType);
      const name = `${owner === undefined ? '' : typeName(source, owner)}::*`;
      return after.startsWith('(') ? { before: `${before}(${name}`, after: `)${after}` } : { before: `${before} ${name}`, after };
    }
    case Tag.const: return qualified('const', inner());
    case Tag.volatile: return qualified('volatile', inner());
    case Tag.restrict: {
      const { before, after } = inner();
      return { before: `${before} restrict`, after };
    }
    case Tag.atomic: return qualified('_Atomic', inner());
    case Tag.array: {
      const { before, after } = inner();
      return { before, after: `${arrayCounts(entry).map((count) => `[${count ?? ''}]`).join('')}${after}` };
    }
    case Tag.subroutine: {
      const { before, after } = inner();
      return { before: `${before} `, after: `(${parameters(source, entry, depth)})${after}` };
    }
    default: return { before: nominal(source, entry), after: '' };
  }
}

function pointed({ before, after }: Halves, mark: string): Halves {
  if (after !== '') return { before: `${before}${before.endsWith(' ') || before.endsWith('*') ? '' : ' '}(${mark}`, after: `)${after}` };
  return { before: `${before}${/[*&]$/.test(before) ? '' : ' '}${mark}`, after };
}

function qualified(word: string, { before, after }: Halves): Halves {
  if (/[*&]$/.test(before)) return { before: `${before} ${word}`, after };
  // gcc qualifies a constant array and its elements too.
  return before.startsWith(`${word} `) ? { before, after } : { before: `${word} ${before}`, after };
}

function parameters(source: EntrySource, entry: Entry, depth: number): string {
  const names: string[] = [];
  for (const child of childrenOf(entry, MAX_PARAMETERS)) {
    if (child.tag === Tag.formalParameter) {
      const { before, after } = halves(source, source.follow(child, At.type), depth + 1);
      names.push(join(before, after));
    } else if (child.tag === Tag.unspecifiedParameters) names.push('...');
  }
  return names.length === 0 && flagOf(entry, At.prototyped) ? 'void' : names.join(', ');
}

/** Name of a struct, enum, base type or typedef, with the namespaces it is in; C says `struct`. */
function nominal(source: EntrySource, entry: Entry): string {
  const name = textOf(entry, At.name);
  const word = { [Tag.structure]: 'struct', [Tag.class]: 'class', [Tag.union]: 'union', [Tag.enumeration]: 'enum' }[entry.tag];
  if (name === undefined) return word === undefined ? '?' : `${word} {...}`;
  if (entry.tag === Tag.base) return SHORT_NAMES.get(name) ?? name;
  const full = `${source.scopeOf(entry)}${name}`;
  return word !== undefined && C_LANGUAGES.has(entry.unit.language) ? `${word} ${full}` : full;
}

/** gcc spells these in full; people, and gdb, do not. */
const SHORT_NAMES = new Map([
  ['long int', 'long'], ['long unsigned int', 'unsigned long'], ['short int', 'short'], ['short unsigned int', 'unsigned short'], ['long long int', 'long long'],
  ['long long unsigned int', 'unsigned long long'],
]);

/** Elements in each dimension; undefined where the program has not fixed the number. */
export function arrayCounts(entry: Entry): (number | undefined)[] {
  const counts: (number | undefined)[] = [];
  for (const child of childrenOf(entry, 16)) {
    if (child.tag !== Tag.subrange && child.tag !== Tag.enumeration) continue;
    counts.push(dimension(child));
  }
  return counts;
}

function dimension(subrange: Entry): number | undefined {
  const count = subrange.attributes.get(At.count);
  if (count?.kind === 'number') return asCount(count.value);
  const upper = subrange.attributes.get(At.upperBound);
  if (upper?.kind !== 'number') return undefined;
  const lower = subrange.attributes.get(At.lowerBound);
  return asCount(BigInt.asIntN(64, upper.value) + 1n - (lower?.kind === 'number' ? lower.value : 0n));
}

function asCount(value: bigint): number {
  // gcc writes the upper bound −1, in four or eight bytes, for an array without elements.
  if (value < 0n || value === 1n << 32n || value > 1n << 47n) return 0;
  return Number(value);
}
