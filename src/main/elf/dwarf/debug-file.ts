import { dirname, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { ElfSectionHeader } from '../../../shared/model/elf-facts.ts';
import { FileSource, fileNumber, type ByteSource } from '../byte-source.ts';
import { readElfHeaders, stringAt } from '../read-elf.ts';
import { hasDebugInfo } from './debug-sections.ts';

/** Where distributions put debug information (gdb manual, "Separate Debug Files"). */
const DEBUG_FOLDER = '/usr/lib/debug';

export interface DebugFile {
  readonly source: ByteSource;
  readonly sections: readonly ElfSectionHeader[];
}

/**
 * The file that was split off a stripped one, found as gdb finds it: by the build id below /usr/lib/debug, then by the name in .gnu_debuglink beside the file, in its .debug folder, and
 * below /usr/lib/debug. Only a file of the same build id counts. undefined when there is none.
 */
export function openDebugFile(source: ByteSource, sections: readonly ElfSectionHeader[], buildId: string | undefined): DebugFile | undefined {
  if (buildId === undefined || buildId.length < 4 || !source.name.startsWith('/')) return undefined;
  const candidates = [join(DEBUG_FOLDER, '.build-id', buildId.slice(0, 2), `${buildId.slice(2)}.debug`)];
  const link = linkedName(source, sections, '.gnu_debuglink');
  if (link !== undefined && !link.includes('/')) {
    const folder = dirname(source.name);
    candidates.push(join(folder, link), join(folder, '.debug', link), join(DEBUG_FOLDER, folder, link));
  }
  for (const path of candidates) {
    const opened = openElf(path);
    if (opened === undefined) continue;
    if (opened.buildId === buildId && hasDebugInfo(opened.sections)) return opened;
    opened.source.close();
  }
  return undefined;
}

/** In words, what a file leaves to another file that is not read here; undefined when nothing. `dwz` moves what several files share into one (dwz(1)). */
export function sharedElsewhere(source: ByteSource, sections: readonly ElfSectionHeader[]): string | undefined {
  const name = linkedName(source, sections, '.gnu_debugaltlink') ?? linkedName(source, sections, '.debug_sup');
  if (name === undefined) return undefined;
  return `${source.name}: dwz has moved what it shares with other files into ${name}, which is not read here: variables whose types lie there have none. A build without dwz has them all`;
}

/** The file name that such a section begins with; undefined when there is none, or it is damaged. */
function linkedName(source: ByteSource, sections: readonly ElfSectionHeader[], title: string): string | undefined {
  const section = sections.find(({ name }) => name === title);
  if (section === undefined || section.size > 4096n) return undefined;
  try {
    const bytes = source.read(fileNumber(source, section.offset, title), Number(section.size));
    // DWARF 5, 7.3.6: version and a flag come before the name.
    const name = stringAt(bytes, title === '.debug_sup' ? 3 : 0);
    return name === '' ? undefined : name;
  } catch (error) {
    if (error instanceof VmatlasError) return undefined;
    throw error;
  }
}

/** An ELF file; undefined when there is none at the path, or it is damaged: both mean to look on. */
export function openElf(path: string): (DebugFile & { readonly buildId: string | undefined }) | undefined {
  let source: FileSource;
  try {
    source = new FileSource(path, path);
  } catch {
    return undefined;
  }
  try {
    const { facts } = readElfHeaders(source);
    return { source, sections: facts.sections, buildId: facts.buildId };
  } catch (error) {
    source.close();
    if (error instanceof VmatlasError) return undefined;
    throw error;
  }
}
