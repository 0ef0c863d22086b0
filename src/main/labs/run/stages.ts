import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { StopInfo } from '../../../shared/model/debug.ts';
import type { LabLanguage } from '../../../shared/model/lab.ts';

/**
 * A place in a program.
 *
 *     tag        the line of a source file with the comment `STOP: tag`, before it is executed
 *     function   the first line of that function
 *     signal     wherever gdb stops for that signal
 */
export type LabStage = {
  readonly id: string;
  /** Without: in the programs of all the lab's languages. */
  readonly languages?: readonly LabLanguage[];
} & ({ readonly tag: string } | { readonly function: string } | { readonly signal: string });

/** A stage of a compiled program. */
export interface PlacedStage {
  readonly id: string;
  /** For gdb; undefined for a signal, where gdb stops by itself. */
  readonly location: string | undefined;
  /** In words, for what is said when the program does not come there. */
  readonly words: string;
  isAt(stop: StopInfo): boolean;
}

/** Finds the stages in the sources that were compiled. Throws `internal` for a tag that is in none of them. */
export function placeStages(stages: readonly LabStage[], folder: string, files: readonly string[]): readonly PlacedStage[] {
  return stages.map((stage): PlacedStage => {
    if ('signal' in stage) return { id: stage.id, location: undefined, words: stage.signal, isAt: (stop) => stop.signal?.name === stage.signal };
    if ('function' in stage) {
      return { id: stage.id, location: stage.function, words: `function ${stage.function}`, isAt: (stop) => stop.signal === undefined && isFunction(stop.frame?.function, stage.function) };
    }
    const { file, line } = findTag(stage.tag, folder, files);
    return {
      id: stage.id, location: `${file}:${line}`, words: `line ${line} of ${file}`,
      isAt: ({ frame, signal }) => signal === undefined && frame?.source?.line === line && basename(frame.source.file) === file,
    };
  });
}

/** `regions::look` is `look`: gdb takes the last part of a Rust path for a name too. */
function isFunction(found: string | undefined, wanted: string): boolean {
  return found === wanted || (found?.endsWith(`::${wanted}`) ?? false);
}

function findTag(tag: string, folder: string, files: readonly string[]): { readonly file: string; readonly line: number } {
  const wanted = new RegExp(String.raw`\bSTOP: ${tag}\b(?!-)`);
  for (const file of files) {
    const at = readFileSync(join(folder, file), 'utf8').split('\n').findIndex((line) => wanted.test(line));
    if (at >= 0) return { file, line: at + 1 };
  }
  throw new VmatlasError({ code: 'internal', message: `The program of this lab has no line with the comment STOP: ${tag}.`, evidence: files.join(', ') });
}
