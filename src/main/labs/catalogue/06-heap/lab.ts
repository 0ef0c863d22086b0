import { cProgram, rustProgram, type LabDefinition } from '../../lab-definition.ts';
import { callChecks, freeChecks } from './c-checks.ts';
import { rustChecks } from './rust-checks.ts';
import { heapText } from './text.ts';

export const heapLab: LabDefinition = {
  ...heapText,
  programs: [cProgram('heap.c'), rustProgram('heap.rs')],
  stages: [
    ...['begin', 'small', 'freed', 'trimmed', 'large', 'gone'].map((id) => ({ id, function: `stage_${id}`, languages: ['c'] as const })),
    ...['allocated', 'dropped'].map((id) => ({ id, function: `stage_${id}`, languages: ['rust'] as const })),
  ],
  checks: [...callChecks, ...freeChecks, ...rustChecks],
};
