import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { CallContext } from '../../../shared/rpc/contract.ts';
import type { LabCompiler } from '../../../shared/rpc/contracts/labs.ts';
import { OUTPUT, PROGRAM, type LabBuildStep, type LabProgramDefinition } from '../lab-definition.ts';
import { runTool } from '../run-tool.ts';
import { findCompiler } from './toolchain.ts';

/** Enough of a compiler's words to see what is wrong. */
const MOST_WORDS = 8000;

export interface BuiltLab {
  /** Holds the sources and what was made of them. */
  readonly folder: string;
  readonly program: string;
  /** By output name. */
  readonly built: ReadonlyMap<string, string>;
}

export interface BuildPlaces {
  /** Folder with the lab's files. */
  readonly sources: string;
  /** Folder for what is made, kept for the next time. */
  readonly cache: string;
  /** Begins the folder's name. */
  readonly name: string;
}

/**
 * Compiles a lab's program, or finds what an earlier time has made of the same files with the same compilers and options. The folder's name is a digest of all that; it is made aside and put
 * in place whole, so that two hosts may build at once. Rejects with `compiler-missing`, `compile-failed` or `cancelled`.
 */
export async function buildLab(definition: LabProgramDefinition, places: BuildPlaces, context: CallContext): Promise<BuiltLab> {
  const compilers = await compilersFor(definition);
  const texts = await Promise.all(definition.files.map((file) => readFile(join(places.sources, file))));
  const digest = createHash('sha256').update(JSON.stringify([definition.build, [...compilers.entries()], definition.files]));
  for (const text of texts) digest.update(text).update('\0');
  const folder = join(places.cache, `${places.name}-${digest.digest('hex').slice(0, 16)}`);
  const built = new Map(definition.build.map(({ output }) => [output, join(folder, output)]));
  if (![...built.values()].every((path) => existsSync(path))) {
    // Somebody has cleared a part of the cache.
    await rm(folder, { recursive: true, force: true });
    await make(folder, definition, compilers, places, context);
  }
  const program = built.get(PROGRAM) ?? join(folder, definition.build[0]?.output ?? PROGRAM);
  return { folder, program, built };
}

async function compilersFor({ build }: LabProgramDefinition): Promise<ReadonlyMap<LabBuildStep['compiler'], LabCompiler>> {
  const kinds = [...new Set(build.map(({ compiler }) => compiler))];
  const found = await Promise.all(kinds.map(async (kind) => {
    const { compiler, problem } = await findCompiler(kind);
    if (compiler) return [kind, compiler] as const;
    throw new VmatlasError(problem ?? { code: 'compiler-missing', message: 'There is no compiler.' });
  }));
  return new Map(found);
}

async function make(
  folder: string, { build, files }: LabProgramDefinition, compilers: ReadonlyMap<LabBuildStep['compiler'], LabCompiler>, { sources }: BuildPlaces, { signal, progress }: CallContext,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  const aside = await mkdtemp(`${folder}.`);
  try {
    for (const file of files) await copyFile(join(sources, file), join(aside, basename(file)));
    for (const [done, step] of build.entries()) {
      const compiler = compilers.get(step.compiler);
      if (!compiler) throw new VmatlasError({ code: 'compiler-missing', message: 'There is no compiler.' });
      progress({ done, total: build.length, words: commandText(step, basename(compiler.path)) });
      await compile(compiler, step, aside, folder, signal);
    }
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another host was quicker, with the same result.
    if (!existsSync(folder)) throw error;
  }
}

async function compile(compiler: LabCompiler, step: LabBuildStep, aside: string, folder: string, signal: AbortSignal): Promise<void> {
  // The debug information shall name the folder where the sources will be.
  const prefix = step.compiler === 'c' ? `-fdebug-prefix-map=${aside}=${folder}` : `--remap-path-prefix=${aside}=${folder}`;
  const args = [prefix, ...argsOf(step)];
  const { status, stdout, stderr } = await runTool(compiler.path, args, { cwd: aside, signal });
  if (status === 0 && existsSync(join(aside, step.output))) return;
  throw new VmatlasError({
    code: 'compile-failed', message: `${basename(compiler.path)} could not compile this lab.`, evidence: `${commandText(step, basename(compiler.path))}\n${(stderr + stdout).trim().slice(0, MOST_WORDS)}`,
    remedy: `It is ${compiler.version}. Another one on the PATH may do.`,
  });
}

function argsOf(step: LabBuildStep): string[] {
  return step.args.map((argument) => argument.replaceAll(OUTPUT, step.output));
}

/** As it would be typed. */
export function commandText(step: LabBuildStep, compiler: string = step.compiler === 'c' ? 'gcc' : 'rustc'): string {
  return [compiler, ...argsOf(step)].join(' ');
}
