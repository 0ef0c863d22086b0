import { cProgram, rustProgram, type LabDefinition } from '../../lab-definition.ts';
import { textChecks } from './checks.ts';
import { textText } from './text.ts';

export const textLab: LabDefinition = {
  ...textText,
  programs: [cProgram('text.c'), rustProgram('text.rs')],
  stages: [{ id: 'look', tag: 'look' }, { id: 'fault', signal: 'SIGSEGV' }],
  checks: textChecks,
};
