import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findCycles, listCodeFiles, readSource, resolveSpecifier } from './import-graph.mjs';

/**
 * @typedef {object} Layer
 * @property {string} path prefix of the files it holds; the longest prefix wins
 * @property {string[]} [alsoPaths] further prefixes
 * @property {string[]} [imports] layers it may import besides itself; `type:NAME` allows only `import type`
 * @property {string[]} [packages] npm packages, each with its subpaths
 * @property {string[]} [builtins] Node's own modules; `node:*` allows all of them
 * @property {boolean} [unitsApart] its files and folders may not import each other
 * @property {boolean} [computedImports] it may `import(variable)`, which nothing can check
 * @property {boolean} [testOnly] only tests may import it
 *
 * @typedef {object} Rules
 * @property {string[]} scan folders and files to check
 * @property {Record<string, Layer>} layers
 * @property {{ imports: string[], packages: string[], builtins: string[] }} tests what every test may import on top of its layer
 * @property {{ from: string, to: string, why: string }[]} debt
 */

/** Tests, and the helpers only tests use, which live in a folder called testing. */
const testFile = /(\.test\.(ts|tsx|mjs)$)|(\/testing\/)|(^e2e\/)/;

/**
 * Checks a tree against the rules.
 * @param {string} root
 * @param {Rules} rules
 * @returns {{ files: number, problems: string[] }} one sentence per problem, starting with the file
 */
export function checkImports(root, rules) {
  const files = listCodeFiles(root, rules.scan);
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  const unpaidDebt = new Set(rules.debt);

  for (const file of files) {
    const from = layerOf(rules, file);
    if (!from) {
      problems.push(`${file}: no rule covers this file`);
      continue;
    }
    const source = readSource(root, file);
    for (const problem of source.problems) problems.push(`${file}: ${problem}`);
    if (!rules.layers[from]?.computedImports) {
      for (const line of source.computed) problems.push(`${file}:${line}: import of a computed name can't be checked`);
    }
    if (source.onlyReexports) problems.push(`${file}: a barrel (only re-exports); import from the file itself`);
    /** @type {string[]} */
    const targets = [];
    for (const edge of source.edges) {
      const target = resolveSpecifier(file, edge.specifier);
      if (target.kind === 'file') targets.push(target.name);
      const refusal = refuse(root, rules, { file, from, target, typeOnly: edge.typeOnly });
      if (!refusal) continue;
      const debt = rules.debt.find((entry) => entry.from === file && entry.to === target.name);
      if (debt) unpaidDebt.delete(debt);
      else problems.push(`${file}:${edge.line}: ${refusal}`);
    }
    graph.set(file, targets);
  }
  for (const entry of unpaidDebt) problems.push(`${entry.from}: the debt list still names ${entry.to}, which is paid: remove the entry`);
  for (const cycle of findCycles(graph)) problems.push(`${cycle[0]}: imports itself in a circle: ${cycle.join(', ')}`);
  return { files: files.length, problems };
}

/**
 * @param {Rules} rules
 * @param {string} file
 * @returns {string | undefined} the layer's name
 */
function layerOf(rules, file) {
  let best;
  for (const [name, layer] of Object.entries(rules.layers)) {
    for (const path of [layer.path, ...(layer.alsoPaths ?? [])]) {
      if (file.startsWith(path) && (!best || path.length > best.length)) best = { name, length: path.length };
    }
  }
  return best?.name;
}

/**
 * @param {string} root
 * @param {Rules} rules
 * @param {{ file: string, from: string, target: { kind: string, name: string }, typeOnly: boolean }} edge
 * @returns {string | undefined} why the import is not allowed
 */
function refuse(root, rules, { file, from, target, typeOnly }) {
  const layer = rules.layers[from];
  if (!layer) return `no layer ${from}`;
  const isTest = testFile.test(file);
  const allowed = {
    imports: [...(layer.imports ?? []), ...(isTest ? rules.tests.imports : [])],
    packages: [...(layer.packages ?? []), ...(isTest ? rules.tests.packages : [])],
    builtins: [...(layer.builtins ?? []), ...(isTest ? rules.tests.builtins : [])],
  };
  if (target.kind === 'builtin') {
    if (!target.name.startsWith('node:')) return `write node:${target.name}`;
    const ok = allowed.builtins.includes(target.name) || allowed.builtins.includes('node:*');
    return ok ? undefined : `${from} may not use ${target.name}`;
  }
  if (target.kind === 'package') {
    const ok = allowed.packages.some((name) => target.name === name || target.name.startsWith(`${name}/`));
    return ok ? undefined : `${from} may not use the package ${target.name}`;
  }
  return refuseFile(root, rules, { file, from, layer, to: target.name, isTest, typeOnly, imports: allowed.imports });
}

/**
 * @param {string} root
 * @param {Rules} rules
 * @param {{ file: string, from: string, layer: Layer, to: string, isTest: boolean, typeOnly: boolean, imports: string[] }} edge
 */
function refuseFile(root, rules, { file, from, layer, to, isTest, typeOnly, imports }) {
  const toName = layerOf(rules, to);
  const toLayer = toName === undefined ? undefined : rules.layers[toName];
  if (toName === undefined || !toLayer) return `${to} is in no layer`;
  // What is built is not there before the build; everything else must exist under exactly this name.
  if (!to.startsWith('out/') && !existsSync(join(root, to))) return `${to} does not exist (relative imports name the file with its extension)`;
  if (!isTest && (toLayer.testOnly || testFile.test(to))) return `${to} is for tests only`;
  if (toName === from) {
    const apart = layer.unitsApart && unitOf(layer, file) !== unitOf(layer, to);
    return apart ? `${unitOf(layer, file)} may not import its sibling ${unitOf(layer, to)}` : undefined;
  }
  if (imports.includes(toName)) return undefined;
  if (imports.includes(`type:${toName}`)) return typeOnly ? undefined : `${from} may import only types from ${toName}: use import type (${to})`;
  return `${from} may not import ${toName} (${to})`;
}

/**
 * `src/renderer/kernels/camera/zoom.ts` and `src/renderer/kernels/camera.test.ts` both belong to the unit "camera".
 * @param {Layer} layer
 * @param {string} file
 */
function unitOf(layer, file) {
  const rest = file.slice(layer.path.length);
  return rest.split('/')[0]?.replace(/\..*$/, '') ?? rest;
}
