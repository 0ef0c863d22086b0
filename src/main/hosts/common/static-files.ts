import { readFile, realpath } from 'node:fs/promises';
import { extname, resolve, sep } from 'node:path';

/** Types of what a build of the page consists of; anything else is offered as bytes to save, never guessed. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/**
 * The file of `folder` that a URL's path names; `/` is index.html. Undefined when there is none, also for a path or a symbolic link that leads out of
 * the folder.
 * @param urlPath as it stands in the URL, still percent-encoded, without query
 */
export async function readStaticFile(folder: string, urlPath: string): Promise<StaticFile | undefined> {
  const name = decode(urlPath === '/' ? '/index.html' : urlPath);
  if (name === undefined || !name.startsWith('/') || /[\0\\]/.test(name)) return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(resolve(root, `.${name}`));
    if (!path.startsWith(root + sep)) return undefined;
    return { bytes: new Uint8Array(await readFile(path)), type: TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream' };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function decode(urlPath: string): string | undefined {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return undefined; // malformed percent-encoding names no file
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'].includes(error.code);
}
