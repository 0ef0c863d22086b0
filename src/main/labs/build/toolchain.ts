import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { LabCompiler, LabTool } from '../../../shared/rpc/contracts/labs.ts';
import { findProgram } from '../../gdb/process/find-gdb.ts';
import { runTool } from '../run-tool.ts';

/** The compilers of this machine. Looked for anew each time: one may have been installed since. */
export async function findCompiler(kind: 'c' | 'rust'): Promise<LabTool> {
  const names = kind === 'c' ? ['gcc', 'clang', 'cc'] : ['rustc'];
  let problem = missing(kind);
  for (const name of names) {
    const path = findProgram(name, process.env['PATH']);
    if (path === undefined) continue;
    const found = await versionOf(path);
    if ('version' in found) return { compiler: found, problem: undefined };
    problem = { ...problem, message: `${name} does not work.`, evidence: found.evidence };
  }
  return { compiler: undefined, problem };
}

/** First line of `--version`; a rustup proxy without a toolchain is there and fails. */
async function versionOf(path: string): Promise<LabCompiler | { readonly evidence: string }> {
  const { status, stdout, stderr } = await runTool(path, ['--version']);
  if (status !== 0) return { evidence: `${path} --version: ${(stderr || stdout).trim().slice(0, 500)}` };
  return { path, version: stdout.split('\n')[0]?.trim() ?? '' };
}

function missing(kind: 'c' | 'rust'): ErrorFacts {
  return kind === 'c'
    ? { code: 'compiler-missing', message: 'There is no C compiler on the PATH.', evidence: 'looked for gcc, clang and cc', remedy: 'Debian/Ubuntu: sudo apt install gcc · Fedora: sudo dnf install gcc · Arch: sudo pacman -S gcc' }
    : { code: 'compiler-missing', message: 'There is no Rust compiler on the PATH.', evidence: 'looked for rustc', remedy: 'Install Rust from https://rustup.rs, or: sudo apt install rustc' };
}
