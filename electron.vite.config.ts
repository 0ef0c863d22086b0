import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/**
 * Three builds, none of which needs Electron's runtime:
 *
 *   out/main/electron.js, out/main/cli.js   ESM, shared code in out/main/chunks
 *   out/main/workers/NAME.js                one per src/main/(any folder)/NAME.worker.ts
 *   out/preload/preload.cjs                 CommonJS with everything bundled in
 *   out/renderer/index.html                 relative URLs, fonts as files, no inline script
 *
 * Packages under "dependencies" stay outside the main bundle and are loaded from node_modules.
 */
const root = import.meta.dirname;

const mainEntries: Record<string, string> = {
  electron: resolve(root, 'src/main/hosts/electron/main.ts'),
  cli: resolve(root, 'src/main/hosts/cli/cli.ts'),
};

/** `src/main/a/b/search.worker.ts` becomes the entry `workers/search`. */
function workerEntries(): Record<string, string> {
  const entries: Record<string, string> = {};
  const mainFolder = resolve(root, 'src/main');
  if (!existsSync(mainFolder)) return entries;
  for (const file of readdirSync(mainFolder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.worker.ts')) continue;
    const name = `workers/${basename(file, '.worker.ts')}`;
    if (entries[name]) throw new Error(`Two workers are called ${name}: ${entries[name]} and ${file}`);
    entries[name] = join(mainFolder, file);
  }
  return entries;
}

export default defineConfig({
  main: {
    build: {
      outDir: resolve(root, 'out/main'),
      // The command line and the web host run this code on the user's own Node, not on Electron's.
      target: 'node20.19',
      sourcemap: true,
      rolldownOptions: {
        input: { ...mainEntries, ...workerEntries() },
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name]-[hash].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: resolve(root, 'out/preload'),
      // A sandboxed preload is loaded as CommonJS and can require nothing but 'electron'.
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(root, 'src/preload/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    base: './',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome120',
      sourcemap: true,
      minify: true,
      // A font or icon inlined as a data: URL would need data: in the content security policy.
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: { index: resolve(root, 'src/renderer/index.html') },
      },
    },
  },
});
