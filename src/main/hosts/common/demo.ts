import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { findOnPath } from './find-program.ts';
import { cacheFolder, productRoot } from './product.ts';
import { spawnClosed } from './spawn-closed.ts';

/** Where the compiled demo program belongs. `npm start` compiles it there and says so in VMATLAS_DEMO_DIR. */
export function demoProgram(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['VMATLAS_DEMO_DIR'] || join(cacheFolder(env), 'demo'), 'tour');
}

/**
 * The demo program, compiled first if it is missing (resources/demo/cflags.json holds the options for everybody who compiles it). Whether it is up to date is the
 * start script's business.
 * @returns absolute path
 * Throws `executable-missing` without a compiler or when it fails.
 */
export async function ensureDemo(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const program = demoProgram(env);
  if (existsSync(program)) return program;
  const compiler = findOnPath('cc', env) ?? findOnPath('gcc', env);
  if (compiler === undefined) {
    const remedy = 'Install a C compiler (apt install gcc), or open another program.';
    throw new VmatlasError({ code: 'executable-missing', message: 'The demo program is not compiled and there is no C compiler.', evidence: `no ${program}`, remedy });
  }
  const source = join(productRoot(), 'resources/demo/tour.c');
  mkdirSync(join(program, '..'), { recursive: true });
  // A new file put in place, not the old one rewritten: two starts may compile at once.
  const fresh = `${program}.${process.pid}`;
  const { status, text } = await runCompiler(compiler, [...readFlags(), '-o', fresh, source]);
  if (status !== 0) {
    throw new VmatlasError({ code: 'executable-missing', message: 'The demo program did not compile.', evidence: text.trim().slice(0, 2000) });
  }
  renameSync(fresh, program);
  return program;
}

function readFlags(): string[] {
  const flags: unknown = JSON.parse(readFileSync(join(productRoot(), 'resources/demo/cflags.json'), 'utf8'));
  if (!Array.isArray(flags)) throw new TypeError('resources/demo/cflags.json is not a list');
  return flags.map(String);
}

function runCompiler(compiler: string, args: readonly string[]): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawnClosed(compiler, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (part: Buffer): void => {
      text += part.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, text }));
  });
}
