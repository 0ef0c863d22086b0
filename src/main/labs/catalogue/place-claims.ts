import { formatPlainAddress } from '../../../shared/address/address.ts';
import type { RegionKind } from '../../../shared/model/region.ts';
import type { CheckRecorder } from '../check/check-recorder.ts';
import type { AddressFact, MappingFact } from '../probe/facts.ts';
import type { LabProbe } from '../probe/lab-probe.ts';

/** Where a thing of a program belongs. */
export interface Belongs {
  /** As it begins a sentence: `The function`. */
  readonly what: string;
  readonly perms: string;
  /** What the path column says. `program-or-none`: .bss lies in the rest of the last page of the file, and goes on in anonymous memory. */
  readonly path: 'program' | 'program-or-none' | '[heap]' | '[stack]';
  /** Section that holds it; undefined for what the program makes while it runs. More than one: any of them. */
  readonly sections: readonly string[] | undefined;
  /** What vmatlas calls it. */
  readonly kind: RegionKind;
}

export const IN_TEXT = { perms: 'r-xp', path: 'program', sections: ['.text'], kind: 'text' } as const;
export const IN_RODATA = { perms: 'r--p', path: 'program', sections: ['.rodata'], kind: 'rodata' } as const;
export const IN_DATA = { perms: 'rw-p', path: 'program', sections: ['.data'], kind: 'data' } as const;
export const IN_BSS = { perms: 'rw-p', path: 'program-or-none', sections: ['.bss'], kind: 'bss' } as const;
export const IN_HEAP = { perms: 'rw-p', path: '[heap]', sections: undefined, kind: 'heap' } as const;
export const ON_STACK = { perms: 'rw-p', path: '[stack]', sections: undefined, kind: 'stack' } as const;

/** Claims, each with its evidence: the address is in a mapping, with these permissions and this name, in this section, and vmatlas calls it so. Answers with the mapping. */
export async function claimPlace(probe: LabProbe, check: CheckRecorder, place: AddressFact, belongs: Belongs): Promise<MappingFact | undefined> {
  const { what } = belongs;
  const at = formatPlainAddress(place.address);
  const mapping = probe.mappingAt(place.address);
  if (!mapping) {
    check.expect(false, `${what} is at ${at}, inside a mapping.`, place, { from: `/proc/${probe.pid}/maps`, text: `no line covers ${at}` });
    return undefined;
  }
  check.expect(true, `${what} is at ${at}, inside this mapping.`, place, mapping);
  check.expect(mapping.perms === belongs.perms, `Its permissions are ${belongs.perms}.`, mapping);
  const { holds, words } = pathClaim(belongs.path, mapping.path, probe.program);
  check.expect(holds, words, mapping);

  const section = await probe.sectionAt(place.address);
  const header = section ?? { evidence: { from: 'section headers', text: `no section of ${probe.program} covers ${at}` } };
  if (belongs.sections) check.expect(section !== undefined && belongs.sections.includes(section.name), `By the file’s section headers it is in ${belongs.sections.join(' or ')}.`, header);
  else check.expect(section === undefined, 'It is in no section of the file: it was made while the program ran.', header);

  const region = await probe.region(place.address);
  check.expect(region.kind === belongs.kind, `vmatlas calls it ${belongs.kind}.`, region);
  return mapping;
}

function pathClaim(wanted: Belongs['path'], path: string, program: string): { readonly holds: boolean; readonly words: string } {
  switch (wanted) {
    case 'program':
      return { holds: path === program, words: 'The path column names the program’s own file.' };
    case 'program-or-none':
      return path === ''
        ? { holds: true, words: 'The path column is empty: this part of .bss is anonymous memory.' }
        : { holds: path === program, words: 'The path column names the program: a small .bss fits into the rest of the page in which .data ends.' };
    default:
      return { holds: path === wanted, words: `The path column says ${wanted}, a name that the kernel gives to memory without a file.` };
  }
}
