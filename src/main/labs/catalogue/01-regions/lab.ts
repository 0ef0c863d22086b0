import { cProgram, rustProgram, type LabDefinition } from '../../lab-definition.ts';
import { regionsChecks } from './checks.ts';
import { regionsText } from './text.ts';

export const regionsLab: LabDefinition = {
  ...regionsText,
  programs: [cProgram('regions.c'), rustProgram('regions.rs')],
  stages: [{ id: 'printed', tag: 'printed' }],
  checks: regionsChecks,
};
