import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { readPersona, readSetting } from './persona.ts';
import { ALL_PARTS, moves, placesOf, PROGRAM_PARTS, type Move, type Part } from './places.ts';

const PAGE = 4096n;
/** System V ABI, AMD64 supplement, 3.4.1: rsp is aligned to 16 bytes at process entry. */
const STACK_ALIGNMENT = 16n;

// One of these runs is the lab's process in the window, the other is started beside it.

export function switchedOn(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const { persona, setting } = needRandomised(probe, check);
  check.expect(setting.value >= 1, `kernel.randomize_va_space is ${setting.text}.`, setting);
  check.expect(persona.randomised, 'The process’s persona does not have ADDR_NO_RANDOMIZE (0x0040000).', persona);
  if (setting.value === 1) check.note('With 1 the heap begins right behind the bss.', setting);
  return Promise.resolve();
}

export async function regionsMoved(probe: LabProbe, check: CheckRecorder): Promise<void> {
  for (const move of await movesToSecondRun(probe, check, ALL_PARTS)) check.expect(move.distance !== 0n, `${move.part} ${move.words}.`, move.first, move.second);
}

export async function movedByPages(probe: LabProbe, check: CheckRecorder): Promise<void> {
  for (const { part, distance, words, first, second } of await movesToSecondRun(probe, check, ALL_PARTS)) {
    if (part === 'stack') {
      check.expect(distance % STACK_ALIGNMENT === 0n, `Stack ${words}, a multiple of 16.`, first, second);
      if (distance % PAGE !== 0n) check.note('And not of 4096: rsp was moved within its page too.', first, second);
    } else {
      check.expect(distance % PAGE === 0n, `${part} ${words}, whole pages; the last three digits are ${(first.address % PAGE).toString(16).padStart(3, '0')} in both.`, first, second);
    }
  }
}

export async function programMovedTogether(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const [text, ...others] = await movesToSecondRun(probe, check, PROGRAM_PARTS);
  if (text === undefined) return;
  for (const other of others) check.expect(other.distance === text.distance, `${other.part} ${other.words}, as text did.`, text.first, text.second, other.first, other.second);
}

async function movesToSecondRun(probe: LabProbe, check: CheckRecorder, parts: readonly Part[]): Promise<readonly Move[]> {
  needRandomised(probe, check);
  const second = await probe.startBeside();
  return moves(await placesOf(probe), await placesOf(second), parts);
}

/** What a check of movement rests on. */
function needRandomised(probe: LabProbe, check: CheckRecorder): { readonly persona: ReturnType<typeof readPersona>; readonly setting: ReturnType<typeof readSetting> } {
  const setting = readSetting();
  if (setting.value === 0) check.cannot('Randomisation is off on this machine: kernel.randomize_va_space is 0. To allow it: sysctl kernel.randomize_va_space=2, as root.');
  const persona = readPersona(probe.pid);
  if (!persona.randomised) check.notYet('This process was started without randomisation. Type “set disable-randomization off” into gdb’s console and start the program again.');
  return { persona, setting };
}
