import { cProgram, OUTPUT, type LabBuildStep, type LabDefinition } from '../../lab-definition.ts';
import { fileChecks } from './file-checks.ts';
import { pageChecks } from './page-checks.ts';
import { bssText } from './text.ts';

/** The same source, built to be compared and never run. */
export const ONE_ELEMENT = 'bss-one-element';
export const IN_THE_FILE = 'bss-in-the-file';

const program = cProgram('bss.c');

function variant(define: string, output: string): LabBuildStep {
  return { compiler: 'c', args: ['-g', '-O0', '-Wall', `-D${define}`, '-o', OUTPUT, 'bss.c'], output };
}

export const bssLab: LabDefinition = {
  ...bssText,
  programs: [{ ...program, build: [...program.build, variant('ELEMENTS=1', ONE_ELEMENT), variant('IN_THE_FILE', IN_THE_FILE)] }],
  stages: [
    { id: 'untouched', function: 'stage_untouched' },
    { id: 'read', function: 'stage_read' },
    { id: 'written', function: 'stage_written' },
  ],
  checks: [...fileChecks(ONE_ELEMENT, IN_THE_FILE), ...pageChecks],
};
