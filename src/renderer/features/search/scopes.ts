import type { AddressRange } from '../../../shared/address/range.ts';
import type { Address } from '../../../shared/address/address.ts';
import { isUnmappedKind, MAPPED_KINDS, type MappedKind } from '../../../shared/model/region.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { SearchScope } from '../../../shared/model/search.ts';

/** Where a program keeps what it works with. */
const WRITABLE: readonly MappedKind[] = ['data', 'bss', 'heap', 'arena', 'stack', 'thread-stack', 'anon', 'anon-named', 'shm'];

export interface ScopeChoice {
  readonly value: string;
  readonly title: string;
}

/** Choices of the form, the kinds that this process has among them. */
export function scopeChoices(regions: RegionTable | undefined): readonly ScopeChoice[] {
  const present = new Set<string>();
  if (regions !== undefined) for (let row = 0; row < regions.length; row++) present.add(regions.kindAt(row));
  return [
    { value: 'readable', title: 'Everything readable' }, { value: 'writable', title: 'Data, heap and stacks' }, { value: 'region', title: 'Region at the cursor' }, { value: 'selection', title: 'Selection' },
    ...MAPPED_KINDS.filter((kind) => present.has(kind)).map((kind) => ({ value: kind, title: `Kind: ${kind}` })),
  ];
}

export interface ScopeSources {
  readonly regions: RegionTable | undefined;
  readonly cursor: Address | undefined;
  readonly selection: AddressRange | undefined;
}

/** What a choice means now; words when it means nothing. */
export function scopeOf(choice: string, { regions, cursor, selection }: ScopeSources): SearchScope | { readonly problem: string } {
  if (choice === 'readable') return { kind: 'readable' };
  if (choice === 'writable') return { kind: 'kinds', kinds: WRITABLE };
  if (choice === 'selection') return selection && selection.end > selection.start ? { kind: 'ranges', ranges: [selection] } : { problem: 'Nothing is selected.' };
  if (choice === 'region') {
    const region = cursor === undefined ? undefined : regions?.regionAt(cursor);
    if (!region || isUnmappedKind(region.kind)) return { problem: 'Nothing is mapped at the cursor.' };
    return { kind: 'ranges', ranges: [{ start: region.start, end: region.end }] };
  }
  const kind = MAPPED_KINDS.find((one) => one === choice);
  return kind ? { kind: 'kinds', kinds: [kind] } : { kind: 'readable' };
}
