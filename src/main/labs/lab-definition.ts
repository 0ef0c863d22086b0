import type { Lab, LabBlock, LabCheck, LabLanguage, LabPrediction, LabSource, LabStep } from '../../shared/model/lab.ts';
import type { CheckRecorder } from './check/check-recorder.ts';
import type { LabProbe } from './probe/lab-probe.ts';
import type { LabStage } from './run/stages.ts';

/** The text of a lab: catalogue/NN-name/text.ts. */
export interface LabText {
  readonly name: string;
  readonly number: number;
  readonly title: string;
  readonly summary: string;
  readonly intro: readonly LabBlock[];
  readonly sources: readonly LabSource[];
  readonly predictions: readonly LabPrediction[];
  readonly steps: readonly LabStep[];
}

export interface LabDefinition extends LabText {
  readonly programs: readonly LabProgramDefinition[];
  /** Where the program is stopped, in the order in which it comes there. The lab begins at the first. */
  readonly stages: readonly LabStage[];
  readonly checks: readonly LabCheckDefinition[];
}

export interface LabProgramDefinition {
  readonly language: LabLanguage;
  /** In the order in which they are shown; names in resources/labs/NN-name/. */
  readonly files: readonly string[];
  /** Run one after the other in a folder that holds the files. */
  readonly build: readonly LabBuildStep[];
  /** Arguments of the program. */
  readonly args?: readonly string[];
}

/** What gdb starts, unless no step makes it: then the first one's output. Further outputs of a build are found by name: LabProbe.built. */
export const PROGRAM = 'program';

export interface LabBuildStep {
  readonly compiler: 'c' | 'rust';
  /** As they are typed, without the compiler's name; OUTPUT stands for the file that is made. */
  readonly args: readonly string[];
  /** File name. */
  readonly output: string;
}

export const OUTPUT = '{output}';

export interface LabCheckDefinition extends LabCheck {
  /** The stage at which the program stands when the check begins. A check may run it on; the next one finds its own stage again, by starting the program anew if need be. */
  readonly stage: string;
  /** Throws nothing but what it cannot help: errors become the result `cannot` with their words. */
  readonly run: (probe: LabProbe, check: CheckRecorder) => Promise<void>;
}

/** A program of one C file: all warnings, debug information, nothing optimised away. */
export function cProgram(file: string, flags: readonly string[] = []): LabProgramDefinition {
  return { language: 'c', files: [file], build: [{ compiler: 'c', args: ['-g', '-O0', '-Wall', ...flags, '-o', OUTPUT, file], output: baseOf(file) }] };
}

/** A program of one Rust file. */
export function rustProgram(file: string, flags: readonly string[] = []): LabProgramDefinition {
  return { language: 'rust', files: [file], build: [{ compiler: 'rust', args: ['--edition', '2021', '-g', ...flags, '-o', OUTPUT, file], output: baseOf(file) }] };
}

/** `regions.c` makes `regions`. */
function baseOf(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

/** Folder of a lab's files, and of its code: `01-regions`. */
export function folderOf(lab: { readonly number: number; readonly name: string }): string {
  return `${String(lab.number).padStart(2, '0')}-${lab.name}`;
}

export function appliesTo(item: { readonly languages?: readonly LabLanguage[] }, language: LabLanguage): boolean {
  return item.languages?.includes(language) ?? true;
}

/** What views see of a check. */
export function checkFacts({ id, title, why, languages }: LabCheck): LabCheck {
  return { id, title, why, ...(languages ? { languages } : {}) };
}

export function summaryOf(lab: LabDefinition): Pick<Lab, 'name' | 'number' | 'title' | 'summary' | 'languages' | 'checkCount'> {
  const { name, number, title, summary } = lab;
  return { name, number, title, summary, languages: lab.programs.map(({ language }) => language), checkCount: lab.checks.length };
}
