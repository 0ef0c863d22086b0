import { formatPlainAddress } from '../../../shared/address/address.ts';
import type { CheckRecorder } from '../check/check-recorder.ts';
import type { MappingFact, SectionFact } from '../probe/facts.ts';
import type { LabProbe } from '../probe/lab-probe.ts';

/** Permissions that a section's flags ask for (gABI, sh_flags: A is in memory, W writable, X executable). */
function wantedPerms({ flags }: SectionFact): string {
  return `r${flags.includes('W') ? 'w' : '-'}${flags.includes('X') ? 'x' : '-'}p`;
}

/** Claims of each named section: readelf and vmatlas agree on its size, and all of it lies in mappings with the permissions that its flags ask for. Sections that the file has not are noted. */
export async function claimSections(probe: LabProbe, check: CheckRecorder, names: readonly string[]): Promise<void> {
  const sections = await probe.sections();
  const { modules } = await probe.picture();
  const [program] = modules.listing.modules();
  const ours = (program && modules.listing.sections(program.base)) ?? [];
  const mappings = probe.mappings();
  for (const name of names) {
    const section = sections.find((one) => one.name === name);
    if (section?.address === undefined) {
      check.note(`The program has no ${name}.`);
      continue;
    }
    const shown = ours.find((one) => one.name === name);
    const size = `${section.sizeBytes} bytes`;
    check.expect(
      shown?.memorySizeBytes === section.sizeBytes && shown.address === section.address && shown.type === section.type, `${name} is ${size} in the file’s headers and in vmatlas.`, section,
      { from: 'vmatlas: sections', text: shown ? `${name} ${shown.type} at ${shown.address === undefined ? 'no address' : formatPlainAddress(shown.address)}, ${shown.memorySizeBytes} bytes` : `no ${name}` },
    );
    const covering = mappings.filter(({ start, end }) => start < end && section.address !== undefined && start < section.address + section.sizeBytes && end > section.address);
    const covered = covering.reduce((sum, { start, end }) => sum + overlap(section, start, end), 0n);
    const perms = wantedPerms(section);
    const holds = covered === section.sizeBytes && covering.every((mapping) => mapping.perms === perms);
    check.expect(holds, `All of ${name} is mapped ${perms}, as its flags ${section.flags} ask for.`, section, ...covering);
    if (section.type === 'NOBITS') claimNoBits(check, section, sections);
  }
}

/** SHT_NOBITS takes no room in the file (elf(5)): the next section begins at the same offset, or soon after, where its alignment puts it. */
function claimNoBits(check: CheckRecorder, section: SectionFact, sections: readonly SectionFact[]): void {
  const next = sections[sections.indexOf(section) + 1];
  if (next) check.expect(next.offset === section.offset || next.offset - section.offset < section.sizeBytes, `${section.name} is NOBITS: it takes no room in the file, where the next section begins.`, section, next);
}

function overlap(section: SectionFact, start: MappingFact['start'], end: MappingFact['end']): bigint {
  const from = section.address ?? 0n;
  const to = from + section.sizeBytes;
  return (end < to ? end : to) - (start > from ? start : from);
}
