/** Runs one benchmark file (in a process of its own) and prints the table it returns, if it returns one. */
import { pathToFileURL } from 'node:url';
import { formatTable } from './table.mjs';

const [, , file = ''] = process.argv;
/** @type {{ default?: unknown }} */
const benchmark = await loadModule(file);
if (typeof benchmark.default === 'function') {
  /** @type {{ title?: string, rows?: Record<string, string | number>[] } | undefined} */
  const result = await benchmark.default();
  if (result?.title) console.log(result.title);
  if (result?.rows) console.log(formatTable(result.rows));
}

/** @param {string} path */
function loadModule(path) {
  return import(pathToFileURL(path).href);
}
