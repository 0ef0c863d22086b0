/** The package types only its entry, which Node 20 can't load; these are the parts behind it. */
declare module 'gecko-profiler-demangle/index_bg.js' {
  /** Hands over the exports of the instantiated module. */
  export function __wbg_set_wasm(exports: object): void;
  export function __wbindgen_init_externref_table(): void;
  /** The demangled name, or the name itself when no scheme fits. */
  export function demangle_any(name: string): string;
}

/** The part of the WebAssembly API used here; Node's own types for version 20 leave it to the DOM library. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, () => void>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
