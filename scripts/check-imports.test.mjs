import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rules } from './check-imports.mjs';
import { checkImports } from './lib/import-check.mjs';

/** @type {string[]} */
const folders = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/**
 * Checks a tree made of these files against the project's own table.
 * @param {Record<string, string>} files path → text
 * @param {Partial<import('./lib/import-check.mjs').Rules>} [changes]
 */
function problemsOf(files, changes = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'vmatlas-imports-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return checkImports(folder, { ...rules, ...changes }).problems;
}

const address = { 'src/shared/address/address.ts': 'export type Address = bigint;\nexport const zero = 0n;\n' };
const useAddress = (/** @type {string} */ up) => `import { zero } from '${up}/shared/address/address.ts';\nexport const x = zero;\n`;

describe('edges between layers', () => {
  it('lets a listed edge pass, and a layer import itself', () => {
    expect(
      problemsOf({
        ...address,
        'src/main/procfs/maps.ts': `${useAddress('../..')}import { y } from './fields.ts';\nexport const z = y;\n`,
        'src/main/procfs/fields.ts': 'export const y = 1;\n',
      }),
    ).toEqual([]);
  });

  it.each([
    ['src/shared/address/a.ts', 'src/shared/model/b.ts', 'shared/address may not import shared/model'],
    ['src/shared/model/a.ts', 'src/main/procfs/b.ts', 'shared/model may not import main/procfs'],
    ['src/main/procfs/a.ts', 'src/main/elf/b.ts', 'main/procfs may not import main/elf'],
    ['src/main/services/a.ts', 'src/main/gdb/b.ts', 'main/services may not import main/gdb'],
    ['src/main/services/a.ts', 'src/renderer/state/b.ts', 'main/services may not import renderer/state'],
    ['src/main/hosts/web/a.ts', 'src/main/hosts/cli/b.ts', 'main/hosts/web may not import main/hosts/cli'],
    ['src/renderer/features/heap/a.tsx', 'src/renderer/features/stack/b.tsx', 'renderer/features/heap may not import renderer/features/stack'],
    ['src/renderer/features/heap/a.tsx', 'src/renderer/transport/b.ts', 'renderer/features/heap may not import renderer/transport'],
    ['src/renderer/kernels/camera.ts', 'src/renderer/state/b.ts', 'renderer/kernels may not import renderer/state'],
    ['src/renderer/state/a.ts', 'src/main/procfs/b.ts', 'renderer/state may not import main/procfs'],
    ['src/preload/preload.ts', 'src/main/session/b.ts', 'preload may not import main/session'],
  ])('refuses %s → %s', (from, to, sentence) => {
    const up = '../'.repeat(from.split('/').length - 1);
    const imports = problemsOf({ [from]: `import { b } from '${up}${to}';\nexport const a = b;\n`, [to]: 'export const b = 1;\n' });
    expect(imports).toEqual([`${from}:1: ${sentence} (${to})`]);
  });

  it('holds import type, import() and import("…").Type to the same table', () => {
    const imports = problemsOf({
      'src/shared/model/b.ts': 'export type B = 1;\nexport const b = 1;\n',
      'src/shared/address/a.ts': "import type { B } from '../model/b.ts';\nexport type A = import('../model/b.ts').B | B;\n",
      'src/shared/address/c.ts': "export const c = () => import('../model/b.ts');\nexport { b } from '../model/b.ts';\n",
    });
    expect(imports).toHaveLength(4);
    expect(imports.every((problem) => problem.includes('shared/address may not import shared/model'))).toBe(true);
  });

  it('lets a type: edge carry types and nothing else', () => {
    const target = { 'src/main/target/target.ts': 'export interface Target { readonly pid: number }\nexport const t = 1;\n' };
    expect(problemsOf({ ...target, 'src/main/gdb/a.ts': "import type { Target } from '../target/target.ts';\nexport type A = Target;\n" })).toEqual([]);
    expect(problemsOf({ ...target, 'src/main/gdb/a.ts': "import { t } from '../target/target.ts';\nexport const a = t;\n" })).toEqual([
      'src/main/gdb/a.ts:1: main/gdb may import only types from main/target: use import type (src/main/target/target.ts)',
    ]);
  });

  it('keeps kernels apart from each other, but not a kernel from its own files', () => {
    const files = {
      'src/renderer/kernels/camera/zoom.ts': "import { clamp } from './clamp.ts';\nexport const zoom = clamp;\n",
      'src/renderer/kernels/camera/clamp.ts': 'export const clamp = 1;\n',
      'src/renderer/kernels/layout.test.ts': "import { layout } from './layout.ts';\nexport const t = layout;\n",
    };
    expect(problemsOf({ ...files, 'src/renderer/kernels/layout.ts': 'export const layout = 1;\n' })).toEqual([]);
    expect(problemsOf({ ...files, 'src/renderer/kernels/layout.ts': "import { zoom } from './camera/zoom.ts';\nexport const layout = zoom;\n" })).toEqual([
      'src/renderer/kernels/layout.ts:1: layout may not import its sibling camera',
    ]);
  });

  it('sees a worker named by new URL', () => {
    expect(
      problemsOf({
        'src/main/elf/x.worker.ts': 'export const x = 1;\n',
        'src/main/procfs/a.ts': "export const worker = new URL('../elf/x.worker.ts', import.meta.url);\n",
      }),
    ).toEqual(['src/main/procfs/a.ts:1: main/procfs may not import main/elf (src/main/elf/x.worker.ts)']);
  });
});

describe('packages and Node modules', () => {
  it.each([
    ['src/shared/rpc/channel.ts', '@msgpack/msgpack', 'shared/rpc may not use the package @msgpack/msgpack'],
    ['src/main/hosts/web/a.ts', 'electron', 'main/hosts/web may not use the package electron'],
    ['src/main/session/a.ts', 'node-pty', 'main/session may not use the package node-pty'],
    ['src/main/session/a.ts', 'zod', 'main/session may not use the package zod'],
    ['src/renderer/state/a.ts', 'react', 'renderer/state may not use the package react'],
    ['src/renderer/canvas/a.ts', 'react', 'renderer/canvas may not use the package react'],
    ['src/renderer/kernels/a.ts', 'zustand/vanilla', 'renderer/kernels may not use the package zustand/vanilla'],
    ['src/renderer/features/heap/a.ts', '@xterm/xterm', 'renderer/features/heap may not use the package @xterm/xterm'],
    ['src/shared/model/a.ts', 'node:fs', 'shared/model may not use node:fs'],
    ['src/main/procfs/a.ts', 'node:child_process', 'main/procfs may not use node:child_process'],
    ['src/main/procfs/a.ts', 'fs', 'write node:fs'],
  ])('refuses %s → %s', (from, name, sentence) => {
    expect(problemsOf({ [from]: `import a from '${name}';\nexport const b = a;\n` })).toEqual([`${from}:1: ${sentence}`]);
  });

  it.each([
    ['src/shared/rpc/codec.ts', '@msgpack/msgpack'],
    ['src/main/hosts/electron/main.ts', 'electron'],
    ['src/main/gdb/backend/pty.ts', 'node-pty'],
    ['src/main/gdb/replies.ts', 'zod'],
    ['src/renderer/features/console/a.ts', '@xterm/addon-fit'],
    ['src/main/procfs/a.ts', 'node:fs/promises'],
  ])('lets %s → %s pass', (from, name) => {
    expect(problemsOf({ [from]: `import a from '${name}';\nexport const b = a;\n` })).toEqual([]);
  });
});

describe('tests', () => {
  const helper = { 'src/main/testing/compile.ts': "import { spawn } from 'node:child_process';\nexport const compile = spawn;\n" };
  const use = "import { compile } from '../testing/compile.ts';\nexport const x = compile;\n";

  it('may use vitest, Node and the test helpers on top of their layer', () => {
    expect(problemsOf({ ...helper, 'src/main/elf/a.integration.test.ts': `import { it } from 'vitest';\nimport 'node:child_process';\n${use}it('x', () => {});\n` })).toEqual([]);
  });
  it('obey their layer otherwise', () => {
    expect(
      problemsOf({ 'src/main/elf/a.test.ts': "import { x } from '../gdb/x.ts';\nexport const y = x;\n", 'src/main/gdb/x.ts': 'export const x = 1;\n' }),
    ).toEqual(['src/main/elf/a.test.ts:1: main/elf may not import main/gdb (src/main/gdb/x.ts)']);
  });
  it('are the only ones to import test helpers and other tests', () => {
    expect(problemsOf({ ...helper, 'src/main/elf/a.ts': use })).toEqual(['src/main/elf/a.ts:1: src/main/testing/compile.ts is for tests only']);
    expect(
      problemsOf({ 'src/main/elf/a.ts': "import { x } from './testing/x.ts';\nexport const y = x;\n", 'src/main/elf/testing/x.ts': 'export const x = 1;\n' }),
    ).toEqual(['src/main/elf/a.ts:1: src/main/elf/testing/x.ts is for tests only']);
  });
});

describe('the tree itself', () => {
  it('refuses a file no rule covers', () => {
    expect(problemsOf({ 'src/other/a.ts': 'export const a = 1;\n', 'src/renderer/features/unheard-of/a.tsx': 'export const a = 1;\n' })).toEqual([
      'src/other/a.ts: no rule covers this file',
      'src/renderer/features/unheard-of/a.tsx: no rule covers this file',
    ]);
  });
  it('refuses a circle, also one made of types', () => {
    expect(
      problemsOf({
        'src/main/elf/a.ts': "import { b } from './b.ts';\nexport type A = 1;\nexport const a = b;\n",
        'src/main/elf/b.ts': "import type { A } from './a.ts';\nexport const b: A = 1;\n",
      }),
    ).toEqual(['src/main/elf/a.ts: imports itself in a circle: src/main/elf/a.ts, src/main/elf/b.ts']);
  });
  it('refuses a barrel', () => {
    expect(problemsOf({ 'src/main/elf/index.ts': "export * from './a.ts';\nexport type { A } from './a.ts';\n", 'src/main/elf/a.ts': 'export type A = 1;\nexport const a = 1;\n' })).toEqual([
      'src/main/elf/index.ts: a barrel (only re-exports); import from the file itself',
    ]);
  });
  it('refuses an import without its extension, of a missing file, of a computed name, and a file that does not parse', () => {
    const problems = problemsOf({
      'src/main/elf/a.ts': "import { b } from './b';\nexport const a = b;\n",
      'src/main/elf/b.ts': 'export const b = (name: string) => import(name);\n',
      'src/main/elf/c.ts': 'export const = 1;\n',
    });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toBe('src/main/elf/a.ts:1: src/main/elf/b does not exist (relative imports name the file with its extension)');
    expect(problems[1]).toBe("src/main/elf/b.ts:1: import of a computed name can't be checked");
    expect(problems[2]).toMatch(/^src\/main\/elf\/c\.ts: does not parse/);
  });
  it('lets a debt entry excuse exactly its edge, and refuses a paid one', () => {
    const files = { 'src/main/elf/a.ts': "import { b } from '../gdb/b.ts';\nexport const a = b;\n", 'src/main/gdb/b.ts': 'export const b = 1;\n' };
    const entry = { from: 'src/main/elf/a.ts', to: 'src/main/gdb/b.ts', why: 'moving it' };
    expect(problemsOf(files, { debt: [entry] })).toEqual([]);
    expect(problemsOf({ 'src/main/elf/a.ts': 'export const a = 1;\n' }, { debt: [entry] })).toEqual([
      'src/main/elf/a.ts: the debt list still names src/main/gdb/b.ts, which is paid: remove the entry',
    ]);
  });
});
