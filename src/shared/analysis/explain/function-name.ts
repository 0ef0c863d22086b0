/** A function as people call it: without the hash that Rust's older mangling adds; undefined for gdb's `??`. */
export function functionName(name: string | undefined): string | undefined {
  return name === undefined || name === '??' ? undefined : name.replace(/::h[0-9a-f]{16}$/, '');
}
