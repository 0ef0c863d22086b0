import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { judgeModule } from '../../shared/analysis/hardening/judge-module.ts';
import { HARDENING_CHECKS, type HardeningCheckId } from '../../shared/model/hardening.ts';
import { compileC } from '../testing/compile.ts';
import { FileSource } from './byte-source.ts';
import { readElfSecurity } from './read-security.ts';

const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  char room[64];
  strcpy(room, argc > 1 ? argv[1] : "none");
  char *more = malloc(strlen(room) + 1);
  memcpy(more, room, strlen(room) + 1);
  printf("%s\\n", more);
  return 0;
}
int exported(const char *text) { char room[32]; snprintf(room, sizeof room, "%s", text); return room[0]; }`;

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'PIE': ['-pie', '-fPIE'],
  'no PIE': ['-no-pie', '-fno-pie'],
  'static': ['-static'],
  'static PIE': ['-static-pie', '-fPIE'],
  'shared object': ['-shared', '-fPIC'],
  'executable stack': ['-z', 'execstack'],
  'stack without x': ['-z', 'noexecstack'],
  'no RELRO': ['-z', 'norelro'],
  'partial RELRO': ['-z', 'relro', '-z', 'lazy'],
  'full RELRO': ['-z', 'relro', '-z', 'now'],
  'canary': ['-fstack-protector-all'],
  'no canary': ['-fno-stack-protector'],
  'FORTIFY': ['-O2', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2'],
  'no FORTIFY': ['-O2', '-U_FORTIFY_SOURCE'],
  'CET': ['-fcf-protection=full', '-z', 'ibt', '-z', 'shstk'],
  'IBT only': ['-fcf-protection=branch', '-z', 'ibt'],
  'no CET': ['-fcf-protection=none'],
  'build id': ['-Wl,--build-id=sha1'],
  'no build id': ['-Wl,--build-id=none'],
  'RPATH': ['-Wl,--disable-new-dtags,-rpath,/opt/libs:$ORIGIN/../lib'],
  'RUNPATH': ['-Wl,--enable-new-dtags,-rpath,$ORIGIN'],
  'relative RUNPATH': ['-Wl,--enable-new-dtags,-rpath,libs'],
  'everything': ['-O2', '-pie', '-fPIE', '-fstack-protector-all', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2', '-z', 'relro', '-z', 'now', '-fcf-protection=full', '-z', 'ibt', '-z', 'shstk'],
  'stripped': ['-O2', '-s', '-fstack-protector-all', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2'],
  'nothing': ['-no-pie', '-fno-pie', '-fno-stack-protector', '-z', 'norelro', '-z', 'execstack', '-Wl,--build-id=none', '-fcf-protection=none'],
};

function readelf(flags: string, path: string): string {
  return execFileSync('readelf', [flags, '-W', path], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 1 << 27, stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The same checks, from what readelf prints. */
function byReadelf(path: string): Record<HardeningCheckId, string> {
  const segments = readelf('-l', path);
  const dynamic = readelf('-d', path);
  const notes = readelf('-n', path);
  const hasDynamicSymbols = /Symbol table '\.dynsym'/.test(readelf('-s', path));
  const symbols = hasDynamicSymbols ? readelf('--dyn-syms', path) : readelf('-s', path);
  const names = [...symbols.matchAll(/^ *\d+: [0-9a-f]+ +\S+ \S+ +\S+ +\S+ +(\S+) (\S+)/gm)].map(([, section = '', name = '']) => ({ section, name: name.replace(/@.*/, '') }));
  const called = new Set(names.filter(({ section }) => !hasDynamicSymbols || section === 'UND').map(({ name }) => name));
  const stack = /GNU_STACK +\S+ \S+ \S+ \S+ \S+ ([RWE ]+?) +0x/.exec(segments)?.[1]?.trim();
  const now = /\(BIND_NOW\)|\(FLAGS\) +.*BIND_NOW|\(FLAGS_1\) +Flags:.*NOW/.test(dynamic);
  const features = /x86 feature: (.*)/.exec(notes)?.[1] ?? '';
  const path_ = /Library (?:rpath|runpath): \[(.*)\]/.exec(dynamic)?.[1];
  const checked = ['strcpy', 'stpcpy', 'memcpy', 'printf', 'snprintf'];
  const fortified = checked.some((name) => called.has(`__${name}_chk`));
  return {
    'pie': /Type: +EXEC/.test(readelf('-h', path)) ? 'no' : 'yes',
    'nx-stack': stack === undefined || stack.includes('E') ? 'no' : 'yes',
    'relro': !segments.includes('GNU_RELRO') ? 'no' : now ? 'yes' : 'partial',
    'canary': names.some(({ name }) => name === '__stack_chk_fail') ? 'yes' : 'no',
    'fortify': fortified ? 'yes' : checked.some((name) => called.has(name)) ? 'no' : 'unknown',
    'cet-ibt': features.includes('IBT') ? 'yes' : 'no',
    'cet-shstk': features.includes('SHSTK') ? 'yes' : 'no',
    'build-id': notes.includes('Build ID:') ? 'yes' : 'no',
    'rpath': path_ === undefined ? 'yes' : path_.split(':').every((part) => /^(?:\/|\$ORIGIN)/.test(part)) ? 'partial' : 'no',
  };
}

function ours(path: string): ReturnType<typeof judgeModule> {
  const source = new FileSource(path, path);
  try {
    return judgeModule(readElfSecurity(source));
  } finally {
    source.close();
  }
}

describe('protections of a file, as readelf tells them', () => {
  it.each(Object.entries(VARIANTS))('%s', (name, flags) => {
    const path = compileC(SOURCE, { name: 'hardening', flags });
    const checks = ours(path);
    expect(checks.map(({ id }) => id)).toEqual(HARDENING_CHECKS);
    const truth = byReadelf(path);
    // A static program holds the whole C library: which calls of it are the program's own, no table tells.
    const compared = HARDENING_CHECKS.filter((id) => id !== 'fortify' || !name.startsWith('static'));
    expect(Object.fromEntries(checks.filter(({ id }) => compared.includes(id)).map(({ id, verdict }) => [id, verdict]))).toEqual(Object.fromEntries(compared.map((id) => [id, truth[id]])));
    expect(checks.every(({ words }) => words !== '')).toBe(true);
  });

  it('every check is met on and off', () => {
    const on = ours(compileC(SOURCE, { flags: VARIANTS['everything'] ?? [] }));
    const off = ours(compileC(SOURCE, { flags: [...(VARIANTS['nothing'] ?? []), '-Wl,--enable-new-dtags,-rpath,libs', '-O2', '-U_FORTIFY_SOURCE'] }));
    expect(on.map(({ id, verdict }) => [id, verdict])).toEqual(HARDENING_CHECKS.map((id) => [id, 'yes']));
    expect(off.map(({ id, verdict }) => [id, verdict])).toEqual(HARDENING_CHECKS.map((id) => [id, 'no']));
  });

  it.each(['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libc.so.6', '/bin/ls', process.execPath])('%s', (path) => {
    const truth = byReadelf(path);
    const checks = ours(path).filter(({ id }) => id !== 'fortify');
    expect(Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]))).toEqual(Object.fromEntries(HARDENING_CHECKS.filter((id) => id !== 'fortify').map((id) => [id, truth[id]])));
  });
});
