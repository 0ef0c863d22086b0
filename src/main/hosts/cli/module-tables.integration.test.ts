import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileC, compileRust, hasRust } from '../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../testing/run-program.ts';
import { captureReal } from './testing/capture-real.ts';

interface SectionRow {
  readonly module: string;
  readonly name: string;
  readonly type: string;
  readonly flags: string;
  readonly fileOffset: string;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly address: string | null;
}

interface SymbolRow {
  readonly module: string;
  readonly name: string;
  readonly demangled?: string;
  readonly kind: string;
  readonly binding: string;
  readonly size: number;
  readonly section: string;
  readonly address: string;
}

const tool = (name: string, ...args: string[]): string => execFileSync(name, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });

/** Load bias by the kernel and readelf: where the file's first mapping is, less what its first segment asks for. */
function biasOf(pid: number, path: string): bigint {
  const line = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').find((one) => one.endsWith(` ${path}`)) ?? '';
  const mapped = BigInt(`0x${line.split('-')[0]}`);
  const wanted = /^ {2}LOAD +0x[0-9a-f]+ 0x([0-9a-f]+)/m.exec(tool('readelf', '-lW', path))?.[1] ?? '';
  return mapped - (BigInt(`0x${wanted}`) & ~0xfffn);
}

/** What `readelf -SW` says, in the words of our document. */
function readelfSections(path: string, bias: bigint): Omit<SectionRow, 'module'>[] {
  return tool('readelf', '-SW', path).split('\n').flatMap((line) => {
    const match = /^ *\[ *\d+\] (\S*) +(\S+) +([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+) [0-9a-f]+ +([A-Za-z]*) +\d+ +\d+ +\d+$/.exec(line);
    if (!match || match[2] === 'NULL') return [];
    const [, name = '', type = '', address = '', offset = '', size = '', flags = ''] = match;
    const loaded = flags.includes('A');
    return [{
      name, type, flags, fileOffset: `0x${BigInt(`0x${offset}`).toString(16)}`, fileSize: type === 'NOBITS' ? 0 : Number.parseInt(size, 16), memorySize: loaded ? Number.parseInt(size, 16) : 0,
      address: loaded ? `0x${(BigInt(`0x${address}`) + bias).toString(16)}` : null,
    }];
  });
}

/** What `nm` lists of defined symbols that have an address: `name address size`; thread-local ones have an offset there, and are listed by name. */
function nmSymbols(path: string, bias: bigint, threadLocal: ReadonlySet<string>): string[] {
  const dynamic = /no symbols/.test(tool('sh', '-c', `nm '${path}' 2>&1 | head -1`));
  return tool('nm', '-f', 'posix', '--defined-only', ...(dynamic ? ['-D'] : []), path).split('\n').flatMap((line) => {
    const [, full = '', type = '', value = '', size = ''] = /^(\S+) (\S) ([0-9a-f]+)(?: ([0-9a-f]*))?$/.exec(line) ?? [];
    if (full === '' || type.toLowerCase() === 'a' || type === 'N') return [];
    const name = full.replace(/@.*$/, '');
    return [threadLocal.has(name) ? name : `${name} 0x${(BigInt(`0x${value}`) + bias).toString(16)} ${Number.parseInt(size || '0', 16)}`];
  });
}

const ordered = (lines: readonly string[]): string[] => [...lines].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const C = String.raw`
#include <stdio.h>
#include <stdlib.h>
static volatile int only_here = 4; int everywhere = 5; static volatile char empty[10000]; const double constant = 2.5; __thread int per_thread = 6;
static __thread volatile int zero_per_thread;
int work(int x) { return x + only_here + empty[x] + per_thread + zero_per_thread; }
__attribute__((weak)) int weak_work(int x) { return x; }
int main(void) { puts("ready"); fflush(stdout); return work(getchar()) + (int)constant + weak_work(1); }`;

const RUST = 'static mut COUNTER: u64 = 5; mod inner { pub struct Thing<T>(pub T); impl<T: std::fmt::Display> Thing<T> { #[inline(never)] pub fn show(&self) { println!("{}", self.0); } } }'
  + ' fn main() { inner::Thing("ready").show(); let mut line = String::new(); std::io::stdin().read_line(&mut line).unwrap(); unsafe { COUNTER += 1 } }';

let program: RunningProgram;
let fixed: RunningProgram;
let rust: RunningProgram | undefined;
let node: ChildProcess;
beforeAll(async () => {
  program = await runProgram(compileC(C, { name: 'plain', flags: ['-O1', '-g'] }));
  fixed = await runProgram(compileC(C, { name: 'fixed', flags: ['-O1', '-no-pie', '-ffunction-sections'] }));
  rust = hasRust() ? await runProgram(compileRust(RUST)) : undefined;
  node = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (node.stdout) await once(node.stdout, 'data');
});
afterAll(async () => {
  await Promise.all([program.stop(), fixed.stop(), rust?.stop()]);
  node.kill('SIGKILL');
});

const targets = () => [program.pid, fixed.pid, ...(rust ? [rust.pid] : []), ...(node.pid === undefined ? [] : [node.pid])];

describe('sections', () => {
  it('are those of readelf -SW, at their runtime addresses, for every file that is loaded', async () => {
    for (const pid of targets()) {
      // oxlint-disable-next-line no-await-in-loop -- one process after the other
      const { code, out, err } = await captureReal('sections', String(pid), '--json');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const rows = JSON.parse(out) as SectionRow[];
      const files = new Set(rows.map(({ module }) => module));
      expect(files).toContain(readlinkSync(`/proc/${pid}/exe`));
      expect([...files].some((path) => path.endsWith('/libc.so.6'))).toBe(true);
      for (const path of files) {
        if (path === '[vdso]') continue;
        const own = rows.filter(({ module }) => module === path);
        expect(own).toEqual(readelfSections(path, biasOf(pid, path)).map((row) => ({ module: path, ...row })));
      }
    }
  });

  it('of one module, by file name or a part of it; an unknown one is told with those there are', async () => {
    const { out } = await captureReal('sections', String(program.pid), 'libc.so.6', '--json');
    const { out: part } = await captureReal('sections', String(program.pid), 'libc.so', '--json');
    expect(part).toBe(out);
    expect(new Set((JSON.parse(out) as SectionRow[]).map(({ module }) => module)).size).toBe(1);
    const { code, err } = await captureReal('sections', String(program.pid), 'libnothing.so');
    expect(code).toBe(1);
    expect(err).toMatch(/No module of this process is called libnothing\.so\. Its modules are .*libc\.so\.6/);
    const { out: table } = await captureReal('sections', String(program.pid), 'plain');
    expect(table).toMatch(/^MODULE +NAME +TYPE +FLAGS +OFFSET +IN FILE +IN MEMORY +ADDRESS\n/);
    expect(table).toMatch(/ \.bss +NOBITS +WA +[0-9a-f]+ +0 B +[0-9.]+ KiB +0x[0-9a-f_]+\n/);
  });
});

describe('symbols', () => {
  it('are those of nm, at their runtime addresses and with their sizes', async () => {
    for (const pid of targets()) {
      // oxlint-disable-next-line no-await-in-loop -- one process after the other
      const { code, out, err } = await captureReal('symbols', String(pid), '--json');
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const rows = JSON.parse(out) as SymbolRow[];
      for (const path of new Set(rows.map(({ module }) => module))) {
        if (path === '[vdso]') continue;
        const own = rows.filter(({ module }) => module === path);
        const threadLocal = new Set(own.filter(({ kind }) => kind === 'tls').map(({ name }) => name));
        const ours = own.map(({ name, address, size, kind }) => (kind === 'tls' ? name : `${name} ${address} ${size}`));
        expect(ordered(ours)).toEqual(ordered(nmSymbols(path, biasOf(pid, path), threadLocal)));
      }
    }
  });

  it('say kind, binding and section', async () => {
    const { out } = await captureReal('symbols', String(program.pid), 'plain', '--json');
    const one = (name: string): object | undefined => (JSON.parse(out) as SymbolRow[]).find((row) => row.name === name);
    expect(one('only_here')).toMatchObject({ kind: 'object', binding: 'local', size: 4, section: '.data' });
    expect(one('everywhere')).toMatchObject({ kind: 'object', binding: 'global', size: 4, section: '.data' });
    expect(one('empty')).toMatchObject({ kind: 'object', binding: 'local', size: 10_000, section: '.bss' });
    expect(one('constant')).toMatchObject({ kind: 'object', section: '.rodata' });
    expect(one('per_thread')).toMatchObject({ kind: 'tls', section: '.tdata', size: 4 });
    expect(one('zero_per_thread')).toMatchObject({ kind: 'tls', section: '.tbss' });
    expect(one('work')).toMatchObject({ kind: 'function', binding: 'global', section: '.text' });
    expect(one('weak_work')).toMatchObject({ kind: 'function', binding: 'weak', section: '.text' });
  });

  it('of one section, with readable Rust names', async () => {
    const { out } = await captureReal('symbols', String(program.pid), 'plain', '--in', '.bss', '--json');
    expect(new Set((JSON.parse(out) as SymbolRow[]).map(({ section }) => section))).toEqual(new Set(['.bss']));
    const none = await captureReal('symbols', String(program.pid), 'plain', '--in', '.nothing', '--json');
    expect(none).toMatchObject({ code: 1, out: '[]\n' });
    if (!rust) return;
    const { out: text } = await captureReal('symbols', String(rust.pid), '--in', '.text', '--json');
    expect((JSON.parse(text) as SymbolRow[]).some(({ demangled }) => demangled?.includes('inner::Thing<T>::show'))).toBe(true);
  });
});
