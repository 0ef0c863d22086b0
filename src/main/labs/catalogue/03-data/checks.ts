import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { bytesInFile } from '../bytes-in-file.ts';
import { claimPlace, IN_DATA } from '../place-claims.ts';
import { sameBytes } from '../same-bytes.ts';

const FORTY_TWO = Uint8Array.of(0x2a, 0, 0, 0);
/** What is written in its place: 1000, which needs two bytes. */
const THOUSAND = Uint8Array.of(0xe8, 0x03, 0, 0);

export const dataChecks: readonly LabCheckDefinition[] = [
  {
    id: 'memory', stage: 'first', title: 'In memory, 42 is the bytes 2a 00 00 00', why: 'The kernel mapped the page from the file; nobody has changed it yet.',
    run: claimMemory,
  },
  {
    id: 'file', stage: 'first', title: 'In the file, at the place of the same variable, are the same bytes', why: '.data is PROGBITS: its bytes are stored.',
    run: claimFile,
  },
  {
    id: 'section', stage: 'first', title: 'The variable is in .data, mapped rw-p from the program’s file', why: 'It can change, so it needs write permission; p says that changes stay in this process.',
    run: async (probe, check) => void (await claimPlace(probe, check, await probe.printedAddress('address of answer'), { what: 'The variable', ...IN_DATA })),
  },
  {
    id: 'live', stage: 'first', title: 'Changed in memory, the program works with the new value, and the file keeps 42', why: 'The mapping is private: what is written goes to this process’s own copy of the page.',
    run: claimLiveChange,
  },
  {
    id: 'copy', stage: 'second', title: 'After the program’s own write, the page is a private copy', why: 'Copy on write: the kernel copied the page at the first write.',
    run: claimCopy,
  },
  {
    id: 'next', stage: 'second', title: 'Another process of the same program begins with 42 again', why: 'It gets the file’s bytes, as this one did.',
    run: claimNextProcess,
  },
];

async function claimMemory(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const place = await probe.printedAddress('address of answer');
  const memory = await probe.memory(place.address, FORTY_TWO.length);
  check.ifItFails('Somebody has changed the value: undo the edit, or start the lab again.');
  check.expect(sameBytes(memory.bytes, FORTY_TWO), 'The four bytes are 2a 00 00 00.', place, memory);
  const printed = await probe.printed('first value');
  check.expect(Number(printed.text) === new DataView(memory.bytes.buffer).getInt32(0, true), 'Read with the lowest byte first, they are the number that the program printed.', memory, printed);
}

async function claimFile(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const place = await probe.printedAddress('address of answer');
  const section = await probe.sectionAt(place.address);
  if (!section) return check.cannot('The variable is in no section of the file.');
  check.expect(section.type === 'PROGBITS', `It is in ${section.name}, whose type is PROGBITS: the file has bytes for it.`, place, section);
  const file = await bytesInFile(probe, place, FORTY_TWO.length);
  check.expect(sameBytes(file.bytes, FORTY_TWO), 'The file has 2a 00 00 00 there.', file);
}

async function claimLiveChange(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const place = await probe.printedAddress('address of answer');
  await probe.withWritten(place.address, THOUSAND, async () => {
    const memory = await probe.memory(place.address, THOUSAND.length);
    check.expect(sameBytes(memory.bytes, THOUSAND), 'Written: 1000, which is e8 03 00 00.', memory);
    const file = await bytesInFile(probe, place, FORTY_TWO.length);
    check.expect(sameBytes(file.bytes, FORTY_TWO), 'The file still has 2a 00 00 00.', file);
    await probe.toStage('second');
    const printed = await probe.printed('second value');
    check.expect(printed.text === '1001', 'The program added 1 to what it found, and printed 1001.', printed);
    const after = await bytesInFile(probe, place, FORTY_TWO.length);
    check.expect(sameBytes(after.bytes, FORTY_TWO), 'And the file still has 2a 00 00 00.', after);
  });
}

async function claimCopy(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const place = await probe.printedAddress('address of answer');
  const page = await probe.page(place.address);
  check.expect(page.present, 'The page is in memory.', place, page);
  check.expect(!page.fileOrShared, 'Bit 61 of its pagemap word is 0: it is not the file’s page any more.', page);
  const mapping = probe.mappingAt(place.address);
  if (mapping) check.expect(mapping.perms === 'rw-p' && mapping.path === probe.program, 'The mapping is the file’s as before: only this page of it is a copy.', mapping);
}

async function claimNextProcess(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const here = await probe.printed('second value');
  const other = await probe.startBeside();
  const first = await other.printed('first value');
  check.expect(first.text === '42', `This process has ${here.text}; another one, started now, begins with 42.`, here, first);
}
