import { cProgram, type LabDefinition } from '../../lab-definition.ts';
import { frameChecks } from './frame-checks.ts';
import { limitCheck, limitChecks } from './limit-checks.ts';
import { stackText } from './text.ts';

export const stackLab: LabDefinition = {
  ...stackText,
  programs: [cProgram('stack.c', ['-pthread'])],
  stages: ['before', 'deep', 'after', 'grown', 'thread', 'survived'].map((id) => ({ id, function: `stage_${id}` })),
  // In the order in which the program comes by, so that it is started anew seldom.
  checks: [limitCheck, ...frameChecks, ...limitChecks],
};
