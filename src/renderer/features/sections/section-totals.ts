import type { ModuleFacts, ModuleSection } from '../../../shared/model/module-tables.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { MappedKind, RegionKind } from '../../../shared/model/region.ts';

export const SECTION_GROUPS = ['text', 'rodata', 'relro', 'data', 'bss', 'tls', 'file'] as const;
/** What a section is in memory, as the map calls it; `tls` a template, `file` not in memory at all. */
export type SectionGroup = (typeof SECTION_GROUPS)[number];

export const GROUP_TITLES: Readonly<Record<SectionGroup, string>> = {
  text: 'code', rodata: 'read-only', relro: 'relocated, then read-only', data: 'data', bss: 'zero-filled', tls: 'thread template', file: 'only in the file',
};

/** The group by the section's own flags (elf(5), sh_flags); what is made read-only after relocation, by the map. */
export function groupOf(section: ModuleSection, kindAt: (address: NonNullable<ModuleSection['address']>) => RegionKind | undefined): SectionGroup {
  if (!section.flags.includes('A') || section.address === undefined) return 'file';
  if (section.flags.includes('T')) return 'tls';
  if (section.flags.includes('X')) return 'text';
  if (!section.flags.includes('W')) return 'rodata';
  if (section.type === 'NOBITS') return 'bss';
  return kindAt(section.address) === 'relro' ? 'relro' : 'data';
}

export interface GroupTotal {
  readonly group: SectionGroup;
  readonly sections: number;
  readonly fileBytes: bigint;
  readonly memoryBytes: bigint;
  /** Bytes of the mappings of that kind; undefined where none is: a thread template has no mapping of its own. */
  readonly mappedBytes: bigint | undefined;
}

const KIND_OF_GROUP: Partial<Record<SectionGroup, MappedKind>> = { text: 'text', rodata: 'rodata', relro: 'relro', data: 'data', bss: 'bss' };

/** Sums of the sections of some modules beside the mappings that hold them. Mappings are whole pages, so they are the larger ones. */
export function groupTotals(rows: readonly { readonly section: ModuleSection; readonly group: SectionGroup }[], modules: readonly ModuleFacts[], regions: RegionTable | undefined): GroupTotal[] {
  const mapped = new Map<RegionKind, bigint>();
  for (const module of modules) {
    for (let row = regions?.indexAt(module.base) ?? -1; regions && row >= 0 && row < regions.length && regions.startAt(row) < module.end; row++) {
      const kind = regions.kindAt(row);
      mapped.set(kind, (mapped.get(kind) ?? 0n) + regions.endAt(row) - regions.startAt(row));
    }
  }
  return SECTION_GROUPS.flatMap((group): GroupTotal[] => {
    const own = rows.filter((row) => row.group === group);
    if (own.length === 0) return [];
    const kind = KIND_OF_GROUP[group];
    return [{
      group, sections: own.length, mappedBytes: kind && mapped.get(kind),
      fileBytes: own.reduce((sum, { section }) => sum + section.fileSizeBytes, 0n), memoryBytes: own.reduce((sum, { section }) => sum + section.memorySizeBytes, 0n),
    }];
  });
}
