#!/usr/bin/env node
/**
 * Who may import whom. Default deny: an import that no line below allows fails, and so does a file that no line covers,
 * a circle of imports, and a barrel. `import type` obeys the same table. `type:NAME` allows only `import type`.
 * A layer may always import itself. How it is checked: lib/import-check.mjs.
 */
import { pathToFileURL } from 'node:url';
import { checkImports } from './lib/import-check.mjs';
import { root } from './lib/paths.mjs';

/** Imports that break the rules and are known to. Each needs a reason; one that no longer happens fails the check. Keep it empty. */
const DEBT = /** @type {{ from: string, to: string, why: string }[]} */ ([]);

/** Node modules that reach nothing but files and memory. Processes, sockets, terminals and threads are listed where they are allowed. */
const plain = [
  'node:assert', 'node:assert/strict', 'node:buffer', 'node:crypto', 'node:events', 'node:fs', 'node:fs/promises', 'node:os', 'node:path',
  'node:perf_hooks', 'node:process', 'node:stream', 'node:string_decoder', 'node:timers', 'node:timers/promises', 'node:url', 'node:util',
];
const pure = ['shared/address', 'shared/model', 'shared/analysis'];

const features = ['address-map', 'memory', 'pages', 'stack', 'heap', 'inspector', 'console', 'registers', 'labs', 'search', 'sections', 'start', 'source', 'breakpoints', 'fault'];
/** Packages only one feature needs. */
const featurePackages = /** @type {Record<string, string[]>} */ ({ console: ['@xterm'] });
const viewPackages = ['react', 'react-dom', 'zustand', 'lucide-react'];

/** @type {Record<string, import('./lib/import-check.mjs').Layer>} */
const layers = {
  // ── src/shared: no packages, no platform ────────────────────────────────────────────────────────────────────────
  'shared/address': { path: 'src/shared/address/' },
  'shared/model': { path: 'src/shared/model/', imports: ['shared/address'] },
  'shared/analysis': { path: 'src/shared/analysis/', imports: ['shared/address', 'shared/model'] },
  // What is drawn of an address space, and how: from regions to strokes of a pen. The window, the command line and tests draw by it.
  'shared/drawing': { path: 'src/shared/drawing/', imports: ['shared/address', 'shared/model'] },
  'shared/rpc': { path: 'src/shared/rpc/', imports: ['shared/address', 'shared/model', 'shared/rpc/codec'] },
  'shared/rpc/codec': { path: 'src/shared/rpc/codec', imports: ['shared/address', 'shared/model', 'shared/rpc'], packages: ['@msgpack/msgpack'] },

  // ── src/main: the Node side; nothing here may see src/renderer ──────────────────────────────────────────────────
  'main/config': { path: 'src/main/config/', imports: ['shared/address', 'shared/model'], builtins: plain },
  'main/procfs': { path: 'src/main/procfs/', imports: pure, builtins: plain },
  'main/elf': { path: 'src/main/elf/', imports: pure, packages: ['fzstd', 'gecko-profiler-demangle'], builtins: [...plain, 'node:module', 'node:zlib'] },
  'main/gdb/mi-parser': { path: 'src/main/gdb/mi-parser', imports: ['shared/address', 'shared/model'], builtins: ['node:buffer'] },
  'main/gdb': {
    path: 'src/main/gdb/',
    imports: [...pure, 'type:main/target', 'main/procfs', 'main/config', 'main/gdb/mi-parser'],
    packages: ['node-pty', 'zod'],
    builtins: [...plain, 'node:child_process', 'node:tty', 'node:module', 'node:zlib'],
  },
  'main/target': { path: 'src/main/target/', imports: [...pure, 'main/procfs', 'main/elf', 'main/config'], builtins: [...plain, 'node:worker_threads'] },
  'main/search': { path: 'src/main/search/', imports: [...pure, 'main/target', 'main/procfs'], builtins: [...plain, 'node:worker_threads'] },
  'main/session': {
    path: 'src/main/session/',
    imports: [...pure, 'shared/rpc', 'main/target', 'main/gdb', 'main/procfs', 'main/elf', 'main/config'],
    builtins: [...plain, 'node:child_process'],
  },
  // Programs and the claims about them that are checked on a live process.
  'main/labs': {
    path: 'src/main/labs/',
    imports: [...pure, 'shared/rpc', 'main/session', 'main/target', 'main/procfs', 'main/elf', 'main/gdb', 'main/config'],
    packages: ['zod'],
    builtins: [...plain, 'node:child_process'],
  },
  'main/services': {
    path: 'src/main/services/',
    imports: [...pure, 'shared/rpc', 'main/labs', 'main/session', 'main/target', 'main/search', 'main/procfs', 'main/config'],
    packages: ['zod'],
    builtins: [...plain, 'node:worker_threads'],
  },
  'main/hosts/common': {
    path: 'src/main/hosts/common/',
    imports: [...pure, 'shared/rpc', 'shared/rpc/codec', 'main/services', 'main/session', 'main/config'],
    builtins: [...plain, 'node:child_process'],
  },
  'main/hosts/electron': {
    path: 'src/main/hosts/electron/',
    imports: [...pure, 'shared/rpc', 'shared/rpc/codec', 'main/services', 'main/session', 'main/config', 'main/hosts/common'],
    packages: ['electron'],
    builtins: plain,
  },
  'main/hosts/web': {
    path: 'src/main/hosts/web/',
    imports: [...pure, 'shared/rpc', 'shared/rpc/codec', 'main/services', 'main/session', 'main/config', 'main/hosts/common'],
    packages: ['ws'],
    builtins: [...plain, 'node:http', 'node:net'],
  },
  'main/hosts/cli': {
    path: 'src/main/hosts/cli/',
    imports: [...pure, 'shared/drawing', 'shared/rpc', 'shared/rpc/codec', 'main/services', 'main/session', 'main/config', 'main/hosts/common', 'main/hosts/web'],
    packages: ['commander', 'picocolors'],
    builtins: [...plain, 'node:child_process', 'node:tty', 'node:module', 'node:readline'],
  },
  'main/testing': { path: 'src/main/testing/', imports: ['shared/address', 'shared/model', 'shared/rpc', 'shared/rpc/codec'], packages: ['vitest', 'fast-check'], builtins: ['node:*'], testOnly: true },

  // ── src/preload: hands one message port to the page ─────────────────────────────────────────────────────────────
  preload: { path: 'src/preload/', imports: ['shared/rpc'], packages: ['electron'] },

  // ── src/renderer ────────────────────────────────────────────────────────────────────────────────────────────────
  'renderer/transport': { path: 'src/renderer/transport/', imports: ['shared/address', 'shared/model', 'shared/rpc', 'shared/rpc/codec'] },
  'renderer/state': { path: 'src/renderer/state/', imports: [...pure, 'shared/rpc', 'renderer/kernels'], packages: ['zustand/vanilla', 'zustand/middleware'] },
  'renderer/kernels': { path: 'src/renderer/kernels/', imports: ['shared/address', 'shared/model'], unitsApart: true },
  'renderer/canvas': { path: 'src/renderer/canvas/', imports: ['shared/address', 'shared/model', 'shared/drawing', 'renderer/kernels', 'renderer/theme'] },
  'renderer/theme': { path: 'src/renderer/theme/', imports: ['shared/address', 'shared/model', 'shared/drawing'], packages: ['react', '@fontsource-variable'] },
  'renderer/widgets': {
    path: 'src/renderer/widgets/',
    imports: ['shared/address', 'shared/model', 'shared/drawing', 'renderer/kernels', 'renderer/theme', 'renderer/canvas', 'type:renderer/state'],
    packages: [...viewPackages, 'cmdk'],
  },
  ...Object.fromEntries(
    features.map((name) => [
      `renderer/features/${name}`,
      {
        path: `src/renderer/features/${name}/`,
        imports: [...pure, 'shared/drawing', 'type:shared/rpc', 'renderer/state', 'renderer/kernels', 'renderer/canvas', 'renderer/widgets', 'renderer/theme'],
        packages: [...viewPackages, ...(featurePackages[name] ?? [])],
      },
    ]),
  ),
  'renderer/app': {
    path: 'src/renderer/app/',
    imports: [
      ...pure, 'shared/drawing', 'shared/rpc', 'shared/rpc/codec', 'renderer/transport', 'renderer/state', 'renderer/kernels', 'renderer/canvas', 'renderer/widgets', 'renderer/theme',
      ...features.map((name) => `renderer/features/${name}`),
    ],
    packages: [...viewPackages, 'cmdk', 'dockview-core', 'dockview-react', '@fontsource-variable', '@xterm'],
  },

  // ── around the product ──────────────────────────────────────────────────────────────────────────────────────────
  e2e: { path: 'e2e/', imports: ['shared/address', 'shared/model', 'main/testing'], packages: ['@playwright/test', 'playwright-core', 'electron'], builtins: ['node:*'] },
  bench: {
    path: 'bench/',
    imports: [
      ...pure, 'shared/drawing', 'shared/rpc', 'shared/rpc/codec', 'main/config', 'main/procfs', 'main/elf', 'main/gdb', 'main/gdb/mi-parser', 'main/target', 'main/session', 'main/services',
      'main/hosts/common', 'renderer/kernels', 'type:bench/map-page', 'scripts',
    ],
    packages: ['cdt-gdb-adapter', 'gdb-mi-parser', 'playwright-core', '@playwright/test', 'ws', 'vite'],
    builtins: ['node:*'],
  },
  // A page of its own in which the map is measured: the real view over stores that are filled by hand.
  'bench/map-page': { path: 'bench/map-page/', imports: [...pure, 'shared/drawing', 'shared/rpc', 'shared/rpc/codec', 'renderer/state', 'renderer/canvas', 'renderer/theme', 'renderer/app', 'renderer/features/address-map'] },
  bin: { path: 'bin/', imports: ['out'], builtins: plain },
  out: { path: 'out/' },
  scripts: { path: 'scripts/', computedImports: true, packages: ['oxc-parser'], builtins: ['node:*'] },
  'tool configs': {
    path: 'electron.vite.config.ts',
    alsoPaths: ['vitest.config.ts', 'playwright.config.ts'],
    imports: ['scripts'],
    packages: ['electron-vite', 'vite', '@vitejs/plugin-react', 'vitest', '@playwright/test'],
    builtins: plain,
  },
};

/** @type {import('./lib/import-check.mjs').Rules} */
export const rules = {
  scan: ['src', 'e2e', 'bench', 'bin', 'scripts', 'config', 'electron.vite.config.ts', 'vitest.config.ts', 'playwright.config.ts'],
  layers,
  tests: { imports: ['main/testing'], packages: ['vitest', 'fast-check'], builtins: ['node:*'] },
  debt: DEBT,
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { files, problems } = checkImports(root, rules);
  for (const problem of problems) console.error(problem);
  const debt = DEBT.length > 0 ? `, ${DEBT.length} in the debt list` : '';
  console.log(`import check: ${files} files, ${problems.length} problems${debt}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
