/** A function as people call it: without the hash that Rust's older mangling adds, and by its public name where gdb shows glibc's inner one (`__GI___libc_free`); undefined for gdb's `??`. */
export function functionName(name: string | undefined): string | undefined {
  return name === undefined || name === '??' ? undefined : name.replace(/::h[0-9a-f]{16}$/, '').replace(/^__GI_(?=\w)/, '').replace(/^__libc_(?=(?:malloc|free|calloc|realloc)$)/, '');
}

/** ` by f`, ` in f`; '' when the function is not known. */
export function byFunction(preposition: string, name: string | undefined): string {
  const known = functionName(name);
  return known === undefined ? '' : `${preposition}${known}`;
}
