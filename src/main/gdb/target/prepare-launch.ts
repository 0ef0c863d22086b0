import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { errnoOf } from '../../procfs/read-proc.ts';
import type { DebuggerLaunch } from '../../target/debugger.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { execArguments, inferiorTty } from '../mi-commands/run-commands.ts';
import { fileExecAndSymbols, gdbSet, setEnvironment, unsetEnvironment } from '../mi-commands/setup-commands.ts';
import { findProgram } from '../process/find-gdb.ts';
import { GDB_OWN_ENVIRONMENT } from '../process/gdb-process.ts';

const ELFCLASS64 = 2;

/** Finds the program as a shell would and looks at it, so that what cannot start is refused in words. Throws `executable-missing`, `launch-failed` or `not-64-bit`. */
export function findExecutable(spec: DebuggerLaunch): string {
  const cwd = spec.cwd === '' ? process.cwd() : spec.cwd;
  checkFolder(cwd);
  const named = spec.program.includes('/') ? (isAbsolute(spec.program) ? spec.program : resolve(cwd, spec.program)) : findProgram(spec.program, spec.env['PATH'] ?? process.env['PATH']);
  if (named === undefined) throw missing(spec.program, `looked for ${spec.program} on the PATH`);
  try {
    accessSync(named, constants.X_OK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw missing(spec.program, `${named}: ENOENT`);
    throw new VmatlasError({ code: 'launch-failed', message: `${named} may not be executed.`, evidence: `${named}: ${errnoOf(error)}`, remedy: `chmod +x ${named}` }, { cause: error });
  }
  checkElf(named);
  return named;
}

/** Tells gdb everything about the program to run. */
export async function prepareLaunch(connection: MiConnection, spec: DebuggerLaunch, executable: string, programTty: string): Promise<void> {
  for (const [name, value] of Object.entries(spec.env)) {
    if (/[\n\0]/.test(value) || !/^[^=\s]+$/.test(name) || value !== value.trim()) {
      throw new VmatlasError({ code: 'invalid-argument', message: `gdb cannot set the environment variable ${name}: line breaks and outer spaces get lost on the way.`, evidence: `${name}=${value}` });
    }
  }
  if (spec.args.some((arg) => /[\n\0]/.test(arg))) throw new VmatlasError({ code: 'invalid-argument', message: 'An argument with a line break cannot be passed through gdb.' });
  const environment = launchEnvironment(spec.env).map(([name, value]) => connection.run(value === undefined ? unsetEnvironment(name) : setEnvironment(name, value)));
  await Promise.all([
    connection.run(fileExecAndSymbols(executable)),
    connection.run(execArguments(spec.args)),
    connection.run(inferiorTty(programTty)),
    connection.run(gdbSet('cwd', spec.cwd === '' ? process.cwd() : spec.cwd)),
    // What is shown is where the program really lies, address-space randomisation included.
    connection.run(gdbSet('disable-randomization', 'off')),
    ...environment,
  ]);
}

/** What differs from gdb's own environment. gdb adds LINES and COLUMNS, which would also move the stack. */
function launchEnvironment(extra: Readonly<Record<string, string>>): [string, string | undefined][] {
  const changes = new Map<string, string | undefined>([['LINES', undefined], ['COLUMNS', undefined]]);
  for (const name of Object.keys(GDB_OWN_ENVIRONMENT)) if (name !== 'TERM') changes.set(name, process.env[name]);
  for (const [name, value] of Object.entries(extra)) changes.set(name, value);
  return [...changes];
}

function checkFolder(cwd: string): void {
  try {
    if (statSync(cwd).isDirectory()) return;
  } catch (error) {
    throw new VmatlasError({ code: 'launch-failed', message: `The working directory ${cwd} is not there.`, evidence: `${cwd}: ${errnoOf(error)}` }, { cause: error });
  }
  throw new VmatlasError({ code: 'launch-failed', message: `The working directory ${cwd} is not a directory.`, evidence: cwd });
}

function checkElf(path: string): void {
  const header = Buffer.alloc(5);
  if (!statSync(path).isFile()) throw new VmatlasError({ code: 'launch-failed', message: `${path} is not a program.`, evidence: 'not a regular file' });
  const fd = openSync(path, 'r');
  try {
    readSync(fd, header, 0, 5, 0);
  } finally {
    closeSync(fd);
  }
  if (header.toString('latin1', 0, 2) === '#!') {
    throw new VmatlasError({ code: 'launch-failed', message: `${path} is a script; gdb runs programs.`, evidence: 'it begins with #!', remedy: 'Give the interpreter as the program, and the script as its first argument.' });
  }
  if (header.toString('latin1', 0, 4) !== '\x7fELF') throw new VmatlasError({ code: 'launch-failed', message: `${path} is not a program.`, evidence: 'it does not begin with the ELF magic' });
  if (header[4] !== ELFCLASS64) throw new VmatlasError({ code: 'not-64-bit', message: `${path} is a 32-bit program; vmatlas shows 64-bit address spaces.`, evidence: `ELF class ${header[4]}` });
}

function missing(program: string, evidence: string): VmatlasError {
  return new VmatlasError({ code: 'executable-missing', message: `There is no program ${program}.`, evidence });
}
