import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { addBytes, formatPlainAddress, toAddress, type Address } from '../../../../shared/address/address.ts';
import { pageCeil, pageStart } from '../../../../shared/address/page.ts';
import { formatCount } from '../../../../shared/address/size.ts';
import { PF_W, programHeaderText, PT_LOAD, type ElfProgramHeader } from '../../../../shared/model/elf-facts.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import { FileSource } from '../../../elf/byte-source.ts';
import { readElfHeaders } from '../../../elf/read-elf.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import { expectKind } from '../../check/expect-kind.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** A program that differs in one number of a header differs by that number, and by how debug information writes it; a page allows for how the linker aligns what follows. */
const SAME_SIZE_BYTES = 4096;

/** What the file says, and what the kernel made of it. */
export function fileChecks(oneElement: string, inTheFile: string): readonly LabCheckDefinition[] {
  return [
    {
      id: 'nobits',
      title: 'The array lies in .bss, which has a size and an address but no bytes in the file.',
      why: 'A NOBITS section only says how many zeros there shall be. The segment’s p_memsz is larger than its p_filesz by as much.',
      stage: 'untouched',
      run: async (probe, check) => {
        const array = await probe.printedAddress('million');
        const bytes = await arrayBytes(probe);
        const section = await probe.sectionAt(array.address);
        check.expect(section?.name === '.bss', 'The address that the program prints for its array lies in section .bss.', array, ...(section ? [section] : []));
        for (const at of [array.address, addBytes(array.address, bytes / 2n)]) await expectKind(check, probe, at === array.address ? 'Its beginning' : 'Its middle', at, 'bss');
        const bss = await probe.section('.bss');
        check.expect(bss.type === 'NOBITS', 'The type of .bss is NOBITS: it occupies no space in the file.', bss);
        check.expect(bss.sizeBytes >= bytes, `.bss is at least as large as the array, ${formatCount(bytes)} bytes.`, bss, await probe.printed('million_bytes'));
        const { header, evidence } = writableSegment(probe.program);
        check.expect(header.memSize - header.fileSize >= bytes, 'In memory, the writable segment is larger than in the file by at least the array.', evidence);
        const file = fileSize(probe.program);
        check.expect(file.bytes < bytes, 'The whole file is smaller than the array.', file);
      },
    },
    {
      id: 'file-size',
      title: 'With one element or with a million, the file is the same size; with one value in it, four million bytes larger.',
      why: 'Zeros need no room in the file. As soon as one element begins as something else, the array is initialised data, and .data is in the file with all its zeros.',
      stage: 'untouched',
      run: async (probe, check) => {
        const bytes = await arrayBytes(probe);
        const million = fileSize(probe.program, 'with a million elements');
        const one = fileSize(probe.built(oneElement), 'with one element (-DELEMENTS=1)');
        const full = fileSize(probe.built(inTheFile), 'with 7 as first element (-DIN_THE_FILE)');
        check.expect(absolute(million.bytes - one.bytes) < SAME_SIZE_BYTES, `${formatCount(999_999)} elements more change the file by ${formatCount(absolute(million.bytes - one.bytes))} bytes.`, million, one);
        const grown = full.bytes - million.bytes;
        check.expect(grown >= bytes && grown < bytes + BigInt(SAME_SIZE_BYTES), `One value that is not zero makes it ${formatCount(grown)} bytes larger.`, full, million);
      },
    },
    {
      id: 'tail',
      title: 'The last page from the file ends in zeros in memory, where the file has other bytes.',
      why: 'The kernel maps whole pages of the file, then clears what lies beyond p_filesz in the last one: there .bss begins. It rounds the end of .bss up to a page too.',
      stage: 'untouched',
      run: async (probe, check) => {
        const bias = await probe.loadBias();
        const { header, evidence } = writableSegment(probe.program);
        const fileEnd = inProcess(header.vaddr + header.fileSize, bias);
        const pageEnd = pageStart(pageCeil(fileEnd));
        const array = await probe.printedAddress('million');
        // Other objects lie there too (libc's stdout); of the array nothing has been written.
        const from = array.address > fileEnd && array.address < pageEnd ? array.address : fileEnd;
        if (from >= pageEnd) check.note('The file’s part of the segment ends at the end of a page: there is no rest to clear.', evidence);
        else await compareTail(probe, check, from, Number(pageEnd - from), header.offset + (from - inProcess(header.vaddr, bias)));

        const first = probe.mappingAt(array.address);
        const last = probe.mappingAt(addBytes(array.address, (await arrayBytes(probe)) - 1n));
        if (from < pageEnd && first) check.expect(first.path === probe.program && first.perms === 'rw-p', 'The array begins in the program’s own rw-p mapping.', array, first);
        if (!last) return void check.expect(false, 'The array’s last byte is mapped.', array);
        check.expect(last.path !== probe.program && last.perms === 'rw-p', 'It ends in anonymous memory, rw-p, of no file.', last);
        const end = inProcess(header.vaddr + header.memSize, bias);
        const rounded = pageStart(pageCeil(end));
        // What lies behind may have been joined to it.
        check.expect(last.end >= rounded, `.bss ends at ${formatPlainAddress(end)}; the kernel has mapped memory to the end of that page, ${formatPlainAddress(rounded)}.`, evidence, last);
      },
    },
  ];
}

async function compareTail(probe: LabProbe, check: CheckRecorder, from: Address, lengthBytes: number, offset: bigint): Promise<void> {
  const memory = await probe.memory(from, lengthBytes);
  check.expect(memory.bytes.every((byte) => byte === 0), `In memory the last ${formatCount(lengthBytes)} bytes of that page are zero.`, memory);
  const size = fileSize(probe.program);
  const there = Number(size.bytes - offset < BigInt(lengthBytes) ? size.bytes - offset : BigInt(lengthBytes));
  if (there <= 0) return check.note('The file ends here.', size);
  const file = probe.fileBytes(offset, there);
  check.expect(file.bytes.some((byte) => byte !== 0), 'At the same place the file has something else: what the linker put behind, which the program never sees.', file);
}

async function arrayBytes(probe: LabProbe): Promise<bigint> {
  return BigInt((await probe.printed('million_bytes')).text);
}

/** PT_LOAD that may be written to: .data and .bss. Throws `malformed-input` when there is none. */
function writableSegment(program: string): { readonly header: ElfProgramHeader; readonly evidence: LabEvidence } {
  const source = new FileSource(program, program);
  try {
    const header = readElfHeaders(source).facts.programHeaders.find(({ type, flags }) => type === PT_LOAD && (flags & PF_W) !== 0);
    if (!header) throw new VmatlasError({ code: 'malformed-input', message: `${basename(program)} has no segment that may be written to.` });
    return { header, evidence: { from: `program headers of ${basename(program)} (as readelf -lW)`, text: programHeaderText(header) } };
  } finally {
    source.close();
  }
}

function fileSize(path: string, what = ''): { readonly bytes: bigint; readonly evidence: LabEvidence } {
  const bytes = BigInt(statSync(path).size);
  return { bytes, evidence: { from: `stat ${basename(path)}`, text: `${formatCount(bytes)} bytes${what === '' ? '' : `, ${what}`}` } };
}

function inProcess(vaddr: bigint, bias: bigint): Address {
  return toAddress(BigInt.asUintN(64, vaddr + bias));
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
