import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, relative, sep } from 'node:path';
import { Visitor, parseSync } from 'oxc-parser';

/**
 * @typedef {object} ImportEdge one mention of another module in a file
 * @property {string} specifier what the source says
 * @property {boolean} typeOnly vanishes when compiled
 * @property {number} line 1-based
 *
 * @typedef {object} SourceFile
 * @property {string} file path from the root, with forward slashes
 * @property {ImportEdge[]} edges
 * @property {boolean} onlyReexports a barrel: not one statement of its own
 * @property {number[]} computed lines of imports whose target is worked out at run time
 * @property {string[]} problems syntax errors
 */

const codeFile = /\.(ts|tsx|mts|mjs|js|cjs)$/;
const skippedFolders = new Set(['node_modules', 'out', '.git', '.cache', 'fixtures', 'test-results', 'playwright-report']);

/**
 * Every code file below the given folders (and the files among them), sorted.
 * @param {string} root
 * @param {string[]} starts
 * @returns {string[]} paths from the root
 */
export function listCodeFiles(root, starts) {
  /** @type {string[]} */
  const files = [];
  /** @param {string} path */
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) if (!skippedFolders.has(name)) visit(join(path, name));
    } else if (codeFile.test(path) && !path.endsWith('.d.ts')) {
      files.push(relative(root, path).split(sep).join('/'));
    }
  };
  for (const start of starts) visit(join(root, start));
  return files.toSorted();
}

/**
 * Reads one file's imports: static, `export … from`, `import type`, dynamic, `import('…').Type`, `require`, and
 * `new URL('./x.ts', import.meta.url)`, which is how workers are named.
 * @param {string} root
 * @param {string} file
 * @returns {SourceFile}
 */
export function readSource(root, file) {
  const text = readFileSync(join(root, file), 'utf8');
  const { program, errors } = parseSync(file, text);
  /** @type {ImportEdge[]} */
  const edges = [];
  /** @type {number[]} */
  const computed = [];
  const problems = errors.map((error) => `does not parse: ${error.message}`);

  /** @param {number} offset */
  const lineAt = (offset) => text.slice(0, offset).split('\n').length;
  /**
   * @param {{ start: number }} node
   * @param {unknown} specifier
   * @param {boolean} typeOnly
   */
  const add = (node, specifier, typeOnly) => {
    if (typeof specifier === 'string') edges.push({ specifier, typeOnly, line: lineAt(node.start) });
    else computed.push(lineAt(node.start));
  };

  new Visitor({
    ImportDeclaration: (node) => add(node, node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node, node.source.value, node.exportKind === 'type');
    },
    ImportExpression: (node) => add(node, 'value' in node.source ? node.source.value : undefined, false),
    TSImportType: (node) => add(node, node.source.value, true),
    TSExternalModuleReference: (node) => add(node, node.expression.value, false),
    CallExpression: (node) => {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'require') return;
      const [name] = node.arguments;
      add(node, name && 'value' in name ? name.value : undefined, false);
    },
    NewExpression: (node) => {
      if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL') return;
      const [name] = node.arguments;
      const value = name && 'value' in name ? name.value : undefined;
      if (typeof value === 'string' && value.startsWith('.') && codeFile.test(value) && existsSync(join(root, posix.join(posix.dirname(file), value)))) {
        add(node, value, false);
      }
    },
  }).visit(program);

  const onlyReexports =
    program.body.length > 0 &&
    program.body.every((node) => node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null));
  return { file, edges, onlyReexports, computed, problems };
}

/**
 * What a specifier points to, seen from a file.
 * @param {string} file
 * @param {string} specifier
 * @returns {{ kind: 'file' | 'builtin' | 'package', name: string }} a path from the root, `node:…`, or a package with its subpath
 */
export function resolveSpecifier(file, specifier) {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('.')) return { kind: 'file', name: posix.normalize(posix.join(posix.dirname(file), bare)) };
  if (bare.startsWith('node:') || builtinModules.includes(bare)) return { kind: 'builtin', name: bare };
  return { kind: 'package', name: bare };
}

/**
 * Groups of files that import each other in a circle (Tarjan's strongly connected components of more than one file,
 * and files that import themselves).
 * @param {Map<string, string[]>} graph file → files it imports
 * @returns {string[][]} each sorted
 */
export function findCycles(graph) {
  /** @type {Map<string, { index: number, low: number, onStack: boolean }>} */
  const seen = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const cycles = [];

  /** @param {string} node */
  const connect = (node) => {
    const state = { index: seen.size, low: seen.size, onStack: true };
    seen.set(node, state);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = seen.get(next);
      if (!known) state.low = Math.min(state.low, connect(next).low);
      else if (known.onStack) state.low = Math.min(state.low, known.index);
    }
    if (state.low === state.index) {
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) {
        const memberState = seen.get(member);
        if (memberState) memberState.onStack = false;
      }
      if (group.length > 1 || graph.get(node)?.includes(node)) cycles.push(group.toSorted());
    }
    return state;
  };
  for (const node of graph.keys()) if (!seen.has(node)) connect(node);
  return cycles;
}
