import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';

/** The folder of package.json, looked for upwards: the code runs from src, from out/main and from out/main/chunks. */
export function productRoot(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new VmatlasError({ code: 'not-built', message: 'vmatlas can’t find its own files.', evidence: `no package.json above ${from}` });
    }
  }
}

export function productVersion(root: string = productRoot()): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

/** Folder of the built page. Throws `not-built`. */
export function rendererFolder(root: string = productRoot()): string {
  const folder = join(root, 'out/renderer');
  if (existsSync(join(folder, 'index.html'))) return folder;
  throw new VmatlasError({ code: 'not-built', message: 'The window is not built yet.', evidence: `no ${join(folder, 'index.html')}`, remedy: 'npm run build' });
}

/** `$XDG_CACHE_HOME/vmatlas`: what can be made again. The set-up scripts use the same. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'vmatlas');
}
