import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { readPersona, readSetting } from './persona.ts';
import { ALL_PARTS, moves, OTHER_PARTS, placesOf, PROGRAM_PARTS } from './places.ts';

/** The same source, linked to a fixed place. */
export const NO_PIE = 'aslr-no-pie';

/** e_type, at offset 16 of the ELF header (elf(5)). */
const E_TYPE_OFFSET = 16n;
const ET_EXEC = 2;
const ET_DYN = 3;

export async function nothingMoves(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [one, other] = [await probe.startBeside({ args: ['fixed'] }), await probe.startBeside({ args: ['fixed'] })];
  const [first, second] = [await placesOf(one), await placesOf(other)];
  for (const run of [one, other]) check.expect(!readPersona(run.pid).randomised, `Process ${run.pid} was started with ADDR_NO_RANDOMIZE (0x0040000) in its persona.`, readPersona(run.pid));
  for (const move of moves(first, second, ALL_PARTS)) check.expect(move.distance === 0n, `${move.part} ${move.words}.`, move.first, move.second);
}

export async function fixedProgram(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const path = probe.built(NO_PIE);
  const [pieType, fixedType] = [probe.fileBytes(E_TYPE_OFFSET, 2), probe.fileBytes(E_TYPE_OFFSET, 2, path)];
  check.expect(pieType.bytes[0] === ET_DYN, 'The lab’s program is of ELF type 3, DYN.', pieType);
  check.expect(fixedType.bytes[0] === ET_EXEC, 'The same source linked with -no-pie is of type 2, EXEC.', fixedType);
  const setting = readSetting();
  if (setting.value === 0) check.cannot('Randomisation is off on this machine: nothing moves at all.');
  const [one, other] = [await probe.startBeside({}, path), await probe.startBeside({}, path)];
  const [first, second] = [await placesOf(one), await placesOf(other)];
  for (const { part, distance, words, ...runs } of moves(first, second, PROGRAM_PARTS)) check.expect(distance === 0n, `${part} ${words}.`, runs.first, runs.second);
  // With setting 1 the heap begins behind the bss, which stays.
  const moving = setting.value === 1 ? OTHER_PARTS.filter((part) => part !== 'heap') : OTHER_PARTS;
  for (const { part, distance, words, ...runs } of moves(first, second, moving)) check.expect(distance !== 0n, `${part} ${words}.`, runs.first, runs.second);
}
