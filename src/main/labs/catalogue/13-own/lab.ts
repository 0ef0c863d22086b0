import type { LabCheckDefinition, LabDefinition } from '../../lab-definition.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { claimPlace, IN_BSS, IN_DATA, IN_RODATA, IN_TEXT, ON_STACK, type Belongs } from '../place-claims.ts';
import { claimSections } from '../section-claims.ts';
import { findFunction, findLocal, findText, findVariable, type Thing } from './find-things.ts';
import { claimFirstBlock } from './first-block.ts';
import { OWN_STAGE } from './own-main.ts';
import { ownText } from './text.ts';

interface Kind {
  readonly id: string;
  readonly noun: string;
  readonly where: string;
  readonly why: string;
  readonly belongs: Omit<Belongs, 'what'>;
  readonly find: (probe: LabProbe) => Promise<Thing | undefined>;
}

const KINDS: readonly Kind[] = [
  { id: 'function', noun: 'function', where: 'in text', why: 'Instructions are loaded from the file and must not change.', belongs: IN_TEXT, find: findFunction },
  { id: 'literal', noun: 'text in .rodata', where: 'in rodata', why: 'A constant is kept one by a mapping without write permission.', belongs: IN_RODATA, find: findText },
  { id: 'data', noun: 'initialised global', where: 'in data', why: 'Its first value is in the file; a private mapping keeps later ones to this process.', belongs: IN_DATA, find: (probe) => findVariable(probe, '.data') },
  { id: 'bss', noun: 'uninitialised global', where: 'in bss', why: 'Zeros need not be stored: the kernel hands out zeroed memory.', belongs: IN_BSS, find: (probe) => findVariable(probe, '.bss') },
  { id: 'stack', noun: 'local', where: 'on the stack', why: 'The compiler gave it a place in its function’s frame.', belongs: ON_STACK, find: findLocal },
];

/** Checks that every program has. */
const ALWAYS: readonly LabCheckDefinition[] = [
  {
    id: 'heap', stage: OWN_STAGE, title: 'The first small heap block is in the heap', why: 'malloc moves the program break for it, and the kernel calls that memory [heap].', run: claimFirstBlock,
  },
  {
    id: 'sizes', stage: OWN_STAGE, title: 'Section sizes are those of readelf -S, and each section is mapped as its flags say', why: 'The kernel maps the segments that the linker made of the sections.',
    run: (probe, check) => claimSections(probe, check, ['.text', '.rodata', '.data', '.bss']),
  },
];

/** Before a program is chosen, the checks are told in general. */
export const OWN_LAB: LabDefinition = {
  ...ownText,
  programs: [{ language: 'own', files: [], build: [] }],
  stages: [{ id: OWN_STAGE, function: 'main' }],
  checks: [...KINDS.map((kind) => placeCheck(kind, undefined)), ...ALWAYS],
};

/** The checklist for the program that stands in main. */
export async function planOwn(probe: LabProbe): Promise<{ readonly checks: readonly LabCheckDefinition[]; readonly notes: readonly string[] }> {
  const checks: LabCheckDefinition[] = [];
  const notes: string[] = [];
  for (const kind of KINDS) {
    const found = await kind.find(probe);
    if (found) checks.push(placeCheck(kind, found));
    else notes.push(`No ${kind.noun} was found in this program, so none is checked.`);
  }
  return { checks: [...checks, ...ALWAYS], notes };
}

function placeCheck({ id, noun, where, why, belongs, find }: Kind, planned: Thing | undefined): LabCheckDefinition {
  const title = planned ? `The ${noun} ${planned.name} is ${where}` : `A ${noun} is ${where}`;
  return {
    id, title, why, stage: OWN_STAGE,
    run: async (probe, check) => {
      // Looked for again: addresses are this process's.
      const found = await find(probe);
      if (!found) return check.cannot(`No ${noun} was found.`);
      await claimPlace(probe, check, found, { what: `The ${noun} ${found.name}`, ...belongs });
    },
  };
}
