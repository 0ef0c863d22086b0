import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { __wbg_set_wasm, __wbindgen_init_externref_table, demangle_any } from 'gecko-profiler-demangle/index_bg.js';

/** The package's own entry imports its .wasm as a module, which Node 20 does not do: load it by hand. undefined when loading failed, and names stay mangled. */
let ready: boolean | undefined;

/**
 * The readable form of an Itanium C++ (`_Z…`) or Rust name (legacy `_ZN…17h<hash>E` and v0 `_R…`); undefined when the name is not mangled or not understood. Rust's hash is
 * dropped, C++ parameters are kept.
 */
export function demangle(name: string): string | undefined {
  // The package also knows MSVC and old GNU schemes, which would rewrite plain names that an ELF file means as they are.
  if (!/^_(?:Z|R[A-Za-z])/.test(name) || name.length > MAX_MANGLED_LENGTH) return undefined;
  ready ??= load();
  if (!ready) return undefined;
  try {
    const whole = demangleWhole(name);
    if (whole !== undefined) return whole;
    // GCC's clones add `.cold`, `.part.0` after the mangled name. (Rust's legacy names have dots inside, so the whole comes first.)
    const suffix = /(?:\.[A-Za-z0-9_]+)+$/.exec(name)?.[0] ?? '';
    const stem = suffix === '' ? undefined : demangleWhole(name.slice(0, -suffix.length));
    return stem === undefined ? undefined : stem + suffix;
  } catch {
    // A trap inside the demangler: the mangled name is still true, and there is nothing the user could do.
    return undefined;
  }
}

function demangleWhole(name: string): string | undefined {
  const text = demangle_any(name);
  // It drops the first underscore of what it does not understand.
  return text === name || text === name.slice(1) || text === '' ? undefined : text;
}

/** Longer names exist (templates over templates), but nobody reads them and they cost most. */
const MAX_MANGLED_LENGTH = 8192;

function load(): boolean {
  const file = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
  const wasm = new WebAssembly.Module(readFileSync(file));
  const instance = new WebAssembly.Instance(wasm, { './index_bg.js': { __wbindgen_init_externref_table } });
  __wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start !== 'function') return false;
  start();
  return true;
}
