import { dependenciesAreFresh, installDependencies } from './dependencies.mjs';
import { downloadBrowser, ensureSystemTools } from './system-tools.mjs';

/**
 * System tools and npm packages, in the order they need each other.
 * @param {{ log: (line: string) => void, required: import('./system-tools.mjs').Need[], wanted?: import('./system-tools.mjs').Need[] }} options
 *   wanted: worth installing, but one can go on without
 * @returns {Promise<boolean>} false if something required is missing; what to do has been printed
 */
export async function setUp({ log, required, wanted = [] }) {
  const install = !dependenciesAreFresh();
  // node-pty has no prebuilt Linux binary: npm ci compiles it.
  const needs = install ? [...required, /** @type {const} */ ('native-build')] : required;
  const missing = await ensureSystemTools([...needs, ...wanted], { log });
  if (missing.some((need) => needs.includes(need))) return false;
  if (install && !(await installDependencies({ log }))) return false;
  if (missing.includes('browser')) await downloadBrowser({ log });
  return true;
}
