import { cProgram, rustProgram, type LabDefinition } from '../../lab-definition.ts';
import { dataChecks } from './checks.ts';
import { dataText } from './text.ts';

export const dataLab: LabDefinition = {
  ...dataText,
  programs: [cProgram('data.c'), rustProgram('data.rs')],
  stages: [{ id: 'first', tag: 'first' }, { id: 'second', tag: 'second' }],
  checks: dataChecks,
};
