import { cProgram, type LabDefinition } from '../../lab-definition.ts';
import { rodataChecks } from './checks.ts';
import { rodataText } from './text.ts';

export const rodataLab: LabDefinition = {
  ...rodataText,
  programs: [cProgram('rodata.c')],
  stages: [
    { id: 'shared', function: 'stage_shared' },
    { id: 'before', function: 'stage_before' },
  ],
  checks: rodataChecks,
};
