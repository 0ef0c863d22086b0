import { basename } from 'node:path';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import { FileSource } from '../../elf/byte-source.ts';
import { readElfHeaders, type ElfSection } from '../../elf/read-elf.ts';
import { sectionLine, sectionTypeName } from '../../elf/section-words.ts';
import { findProgram } from '../../gdb/process/find-gdb.ts';
import { runTool } from '../run-tool.ts';

/** A section header as a tool reads it. */
export interface SectionRow {
  readonly name: string;
  readonly type: string;
  readonly fileAddress: Address;
  readonly offset: bigint;
  readonly sizeBytes: bigint;
  readonly flags: string;
  readonly line: string;
}

export interface SectionRows {
  /** Whose word it is: `readelf -SW regions`. */
  readonly from: string;
  readonly rows: readonly SectionRow[];
}

/**
 * The section headers of a file by `readelf -SW`, which knows nothing of vmatlas; by our own reader where there is no readelf (binutils). Empty names are left out.
 */
export async function readSections(path: string): Promise<SectionRows> {
  const readelf = findProgram('readelf', process.env['PATH']);
  if (readelf !== undefined) {
    const { status, stdout } = await runTool(readelf, ['-SW', path]);
    if (status === 0) return { from: `readelf -SW ${basename(path)}`, rows: parseReadelf(stdout) };
  }
  return { from: `section headers of ${basename(path)}, read by vmatlas (there is no readelf)`, rows: readOurselves(path) };
}

/**
 *     [Nr] Name              Type            Address          Off    Size   ES Flg Lk Inf Al
 *     [16] .text             PROGBITS        0000000000001060 001060 0001c3 00  AX  0   0 16
 */
export function parseReadelf(text: string): readonly SectionRow[] {
  const row = /^\s*\[\s*\d+\]\s+(\S+)\s+(\S.*?)\s+([0-9a-f]{16})\s+([0-9a-f]+)\s+([0-9a-f]+)\s+[0-9a-f]+\s+([A-Za-z]*)\s+\d+\s+\d+\s+\d+\s*$/;
  return text.split('\n').flatMap((line): SectionRow[] => {
    const [, name, type, address, offset, size, flags] = row.exec(line) ?? [];
    if (name === undefined || type === undefined || address === undefined || offset === undefined || size === undefined) return [];
    return [{ name, type, fileAddress: toAddress(BigInt(`0x${address}`)), offset: BigInt(`0x${offset}`), sizeBytes: BigInt(`0x${size}`), flags: flags ?? '', line: line.trim() }];
  });
}

function readOurselves(path: string): readonly SectionRow[] {
  const source = new FileSource(path, path);
  try {
    const sections: readonly ElfSection[] = readElfHeaders(source).facts.sections;
    return sections.filter(({ name }) => name !== '').map((section) => ({
      name: section.name, type: sectionTypeName(section.type), fileAddress: section.address, offset: section.offset, sizeBytes: section.size, flags: section.flagLetters,
      line: sectionLine(section),
    }));
  } finally {
    source.close();
  }
}
