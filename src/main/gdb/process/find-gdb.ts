import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';

/** Two-part MI version 3 details and `maint set internal-error corefile` are there since 12, which is also what Debian 12 and Ubuntu 22.04 have. */
export const OLDEST_GDB = 12;

const INSTALL_WORDS = 'Debian/Ubuntu: sudo apt install gdb · Fedora: sudo dnf install gdb · Arch: sudo pacman -S gdb';

/** Absolute path of an executable named as the user or PATH names it. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  const candidates = name.includes('/') ? [name] : (path ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Throws `gdb-missing` with the command that installs it. */
export function findGdb(name: string, path: string | undefined): string {
  const found = findProgram(name, path);
  if (found !== undefined) return found;
  throw new VmatlasError({ code: 'gdb-missing', message: 'gdb is not installed, or not on the PATH.', evidence: `looked for ${name} in ${path ?? '(no PATH)'}`, remedy: INSTALL_WORDS });
}

/** Version in the first line of `gdb --version`: the last number with a dot, because vendors put their own in parentheses before it. */
export function parseGdbVersion(text: string): { readonly text: string; readonly major: number } | undefined {
  const line = text.split('\n').find((candidate) => candidate.includes('GNU gdb'));
  const last = [...(line ?? '').matchAll(/\d+(?:\.\d+)+/g)].at(-1)?.[0];
  return last === undefined ? undefined : { text: last, major: Number.parseInt(last, 10) };
}

export function tooOld(version: string, path: string): VmatlasError {
  return new VmatlasError({
    code: 'gdb-too-old',
    message: `gdb ${version} is too old; vmatlas needs gdb ${OLDEST_GDB} or newer.`,
    evidence: path,
    remedy: `Install a newer gdb. ${INSTALL_WORDS}`,
  });
}
