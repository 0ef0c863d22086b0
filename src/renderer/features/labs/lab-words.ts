import type { Lab, LabCheck, LabCheckState, LabLanguage, LabProgress, LabRun, LabStep, LabSummary } from '../../../shared/model/lab.ts';
import type { LabToolchain } from '../../../shared/rpc/contracts/labs.ts';
import type { ErrorFacts } from '../../../shared/model/errors.ts';

export const LANGUAGE_NAMES: Readonly<Record<LabLanguage, string>> = { c: 'C', rust: 'Rust', 'rust+c': 'Rust and C', own: 'your own' };

export const STATE_WORDS: Readonly<Record<LabCheckState, string>> = { holds: 'holds', fails: 'does not hold', 'not-yet': 'not yet', cannot: 'cannot be seen here' };

/** A sentence in pieces: what stands between backticks is code. */
export function richText(text: string): readonly { readonly isCode: boolean; readonly text: string }[] {
  return text.split('`').map((part, i) => ({ isCode: i % 2 === 1, text: part })).filter((part) => part.text !== '');
}

/** Those of a lab that apply to a language: of the run's program, where there is one. */
export function checksOf(lab: Lab, language: LabLanguage, run: LabRun | undefined): readonly LabCheck[] {
  return run?.checks ?? lab.checks.filter(({ languages }) => languages?.includes(language) !== false);
}

export function stepsOf(lab: Lab, language: LabLanguage): readonly LabStep[] {
  return lab.steps.filter(({ languages }) => languages?.includes(language) !== false);
}

/** Held checks of the language that has come furthest. */
export function heldOf(summary: LabSummary, progress: LabProgress | undefined): { readonly held: number; readonly of: number; readonly isDone: boolean } {
  const held = Math.max(0, ...summary.languages.map((language) => progress?.held[language]?.length ?? 0));
  return { held, of: Math.max(summary.checkCount, held), isDone: summary.checkCount > 0 && held >= summary.checkCount };
}

/** Why a lab cannot be compiled and run on this machine. */
export function toolProblem(language: LabLanguage, toolchain: LabToolchain | undefined): ErrorFacts | undefined {
  if (toolchain === undefined) return undefined;
  const c = language === 'c' || language === 'rust+c' ? toolchain.c.problem : undefined;
  const rust = language === 'rust' || language === 'rust+c' ? toolchain.rust.problem : undefined;
  return c ?? rust ?? toolchain.gdbProblem;
}

/** What compiles it, in words. */
export function toolWords(language: LabLanguage, toolchain: LabToolchain | undefined): string {
  if (toolchain === undefined) return language === 'own' ? '' : 'looking for a compiler…';
  const c = language === 'c' || language === 'rust+c' ? toolchain.c.compiler?.version : undefined;
  const rust = language === 'rust' || language === 'rust+c' ? toolchain.rust.compiler?.version : undefined;
  return [c, rust].filter((words) => words !== undefined).join('; ');
}
