import { closeSync, openSync, readSync } from 'node:fs';
import { addBytes, type Address } from '../../../../shared/address/address.ts';
import { formatCount } from '../../../../shared/address/size.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import { expectKind } from '../../check/expect-kind.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { MappingFact, PageFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { readMappingAt } from '../../probe/mappings.ts';
import { ProcessLook } from '../../probe/process-look.ts';
import { smapsOf } from '../../probe/smaps-of.ts';
import { claimExplained } from '../claim-explained.ts';

const LITERAL = 'I live in .rodata';
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19];

export const rodataChecks: readonly LabCheckDefinition[] = [
  {
    id: 'where',
    title: 'The letters and the const array lie in .rodata, mapped without the right to write; the pointer to the letters lies in .data, rw-p.',
    why: 'What never changes needs no right to write. The pointer is a variable: const belongs to the characters that it points to.',
    stage: 'shared',
    run: async (probe, check) => {
      for (const name of ['literal', 'primes']) {
        const place = await probe.printedAddress(name);
        const section = await probe.sectionAt(place.address);
        check.expect(section?.name === '.rodata', `${name} lies in section .rodata.`, place, ...(section ? [section] : []));
        expectReadOnly(check, `${name} lies`, probe.mappingAt(place.address), probe.program, place.evidence);
        await expectKind(check, probe, 'It', place.address, 'rodata');
      }
      const greeting = await probe.printedAddress('greeting');
      const section = await probe.sectionAt(greeting.address);
      check.expect(section?.name === '.data', 'The pointer itself lies in section .data.', greeting, ...(section ? [section] : []));
      expectMapped(check, 'The pointer lies', probe.mappingAt(greeting.address), probe.program, 'rw-p', greeting.evidence);
      await expectKind(check, probe, 'It', greeting.address, 'data');
      const literal = await probe.printedAddress('literal');
      const pointer = await probe.memory(greeting.address, 8);
      check.expect(new DataView(pointer.bytes.buffer).getBigUint64(0, true) === literal.address, 'Its eight bytes are the address of the letters.', pointer, literal);
    },
  },
  {
    id: 'bytes',
    title: 'What lies there in memory is what lies in the file.',
    why: 'The section is mapped from the file as it is: no loader and no program has anything to add to it.',
    stage: 'shared',
    run: async (probe, check) => {
      const wanted = [
        { name: 'literal', bytes: new TextEncoder().encode(`${LITERAL}\0`), what: `the letters of “${LITERAL}” and a zero` },
        { name: 'primes', bytes: new Uint8Array(Int32Array.from(PRIMES).buffer), what: 'eight prime numbers of four bytes each' },
      ];
      for (const { name, bytes, what } of wanted) {
        const { address } = await probe.printedAddress(name);
        const section = await probe.sectionAt(address);
        if (section?.address === undefined) {
          check.expect(false, `${name} lies in a section.`, await probe.printed(name));
          continue;
        }
        const memory = await probe.memory(address, bytes.length);
        const file = probe.fileBytes(section.offset + (address - section.address), bytes.length);
        check.expect(same(memory.bytes, bytes), `In memory: ${what}.`, memory);
        check.expect(same(file.bytes, bytes), 'In the file: the same bytes.', file);
      }
    },
  },
  {
    id: 'shared',
    title: 'Two processes of the program read the same page of memory; a variable’s page is each one’s own.',
    why: 'The page belongs to the file in the page cache, and both page tables point to it. A page that was written to became a private copy at that moment (copy-on-write).',
    stage: 'shared',
    run: async (probe, check) => {
      const second = new ProcessLook(Number((await probe.printed('second_pid')).text));
      const pair = { mine: await probe.printedAddress('literal'), theirs: await probe.printedAddress('second_literal') };
      check.expect(second.pid !== probe.pid, 'The program has started a second copy of itself.', await probe.printed('pid'), await probe.printed('second_pid'));

      const mine = await probe.page(pair.mine.address);
      const theirs = second.page(pair.theirs.address);
      if (!mine.fileOrShared && probe.mappingAt(pair.mine.address)?.perms === 'r-xp') {
        check.note('The literal’s page is a copy of this process’s own.', mine);
        check.cannot('This linker has put the constants beside the code, into a page that gdb’s breakpoints have changed. Link with -z separate-code to see it.');
      }
      check.expect(mine.present && theirs.present && mine.fileOrShared && theirs.fileOrShared, 'In both, the literal’s page is in memory and is a page of the file.', mine, theirs);
      expectSameFile(check, probe, pair.mine.address, second.pid, pair.theirs.address);
      if (mine.frame !== undefined && theirs.frame !== undefined) {
        check.expect(mine.frame === theirs.frame, `Both page tables show the same frame of memory, ${formatCount(mine.frame)}.`, mine, theirs);
        const count = mapCount(mine.frame);
        if (count) check.expect(count.maps >= 2n, `The kernel counts ${count.maps} mappings of that frame.`, count.evidence);
      } else {
        check.expect(!mine.exclusive && !theirs.exclusive, 'In both, the page is mapped more than once. (Only root is told the frame’s number.)', mine, theirs);
      }
      const smaps = smapsOf(second.pid, pair.theirs.address, ['Rss', 'Shared_Clean', 'Shared_Dirty']);
      const bytes = (field: string): bigint => smaps.bytes.get(field) ?? 0n;
      // Dirty, as long as the file that was just compiled is not yet on the disk.
      check.expect(bytes('Shared_Clean') + bytes('Shared_Dirty') > 0n, 'smaps counts pages of that mapping as shared.', smaps);

      const counter = await probe.page((await probe.printedAddress('counter')).address);
      const counterThere = second.page((await probe.printedAddress('second_counter')).address);
      expectCopies(check, counter, counterThere);
    },
  },
  {
    id: 'write',
    title: 'Writing to the literal faults: SIGSEGV with SEGV_ACCERR at the literal, and the letter is unchanged.',
    why: 'The page table entry lacks the right to write, so the processor stops the store before it has any effect; the kernel finds a mapping that doesn’t allow it, and sends the signal.',
    stage: 'before',
    run: async (probe, check) => {
      const literal = await probe.printedAddress('literal');
      const before = await probe.memory(literal.address, LITERAL.length);
      await probe.goOn();
      const fault = await probe.fault();
      check.expect(fault.signal === 'SIGSEGV', 'The kernel sends SIGSEGV.', fault);
      check.expect(fault.code === 2, 'Its code is SEGV_ACCERR: mapped, but not for this.', fault);
      check.expect(fault.address === literal.address, 'Its address is that of the first letter.', fault, literal);
      const [instruction] = await probe.instructions(fault.pc, addBytes(fault.pc, 1));
      if (instruction) check.expect(/^mov.*\(%r[a-z0-9]+\)|^mov.*\[r/.test(instruction.text), 'The program counter is still at the store, which was not carried out.', instruction);
      const after = await probe.memory(literal.address, LITERAL.length);
      check.expect(same(before.bytes, after.bytes) && new TextDecoder().decode(after.bytes) === LITERAL, 'The letters are what they were.', before, after);
      expectReadOnly(check, 'The literal lies', probe.mappingAt(literal.address), probe.program, literal.evidence);
      await claimExplained(probe, check, { cause: 'write-to-rodata', access: 'write', address: literal.address, words: 'a write to rodata' });
    },
  },
];

function expectMapped(check: CheckRecorder, what: string, mapping: MappingFact | undefined, path: string, perms: string, evidence: LabEvidence): void {
  check.expect(mapping?.path === path && mapping.perms === perms, `${what} in a mapping ${perms} of the program’s file.`, evidence, ...(mapping ? [mapping] : []));
}

/** Some linkers put constants into a mapping of their own, r--p, others beside the code, r-xp. */
function expectReadOnly(check: CheckRecorder, what: string, mapping: MappingFact | undefined, path: string, evidence: LabEvidence): void {
  expectMapped(check, what, mapping, path, mapping?.perms === 'r-xp' ? 'r-xp' : 'r--p', evidence);
}

function expectSameFile(check: CheckRecorder, probe: LabProbe, mine: Address, pid: number, theirs: Address): void {
  const here = probe.mappingAt(mine);
  const there = readMappingAt(pid, theirs);
  const sameFile = here !== undefined && there !== undefined && here.path === there.path && here.offset + (mine - here.start) === there.offset + (theirs - there.start);
  check.expect(sameFile, 'It is the same place of the same file.', ...(here ? [here] : []), ...(there ? [there] : []), { from: 'the program’s output', text: `pid ${probe.pid}, second_pid ${pid}` });
}

/** Pages of a variable that both have written to. */
function expectCopies(check: CheckRecorder, mine: PageFact, theirs: PageFact): void {
  check.expect(mine.present && theirs.present && !mine.fileOrShared && !theirs.fileOrShared, 'The page of the variable `counter`, which both have changed, is a page of the file no more.', mine, theirs);
  if (mine.frame !== undefined && theirs.frame !== undefined) check.expect(mine.frame !== theirs.frame, 'Each process has its own copy, in a frame of its own.', mine, theirs);
  else check.expect(mine.exclusive && theirs.exclusive, 'Each copy is mapped by one process only.', mine, theirs);
}

/** /proc/kpagecount (kernel Documentation/admin-guide/mm/pagemap.rst): one 64-bit word a frame. undefined where it may not be read. */
function mapCount(frame: bigint): { readonly maps: bigint; readonly evidence: LabEvidence } | undefined {
  const word = Buffer.alloc(8);
  try {
    const descriptor = openSync('/proc/kpagecount', 'r');
    try {
      if (readSync(descriptor, word, 0, 8, Number(frame) * 8) !== 8) return undefined;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not for everybody, and not in every kernel: the equal frames are proof enough.
    return undefined;
  }
  const maps = word.readBigUInt64LE();
  return { maps, evidence: { from: '/proc/kpagecount', text: `frame ${frame}: ${maps}` } };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
