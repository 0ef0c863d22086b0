/** Sizes that the x86-64 ABI fixes (System V ABI x86-64, figure 3.1), by the names gdb prints; Rust's besides. */
const SIZES: ReadonlyMap<string, number> = new Map([
  ['char', 1], ['signed char', 1], ['unsigned char', 1], ['bool', 1], ['_Bool', 1], ['short', 2], ['unsigned short', 2], ['int', 4], ['unsigned int', 4], ['float', 4],
  ['long', 8], ['unsigned long', 8], ['long long', 8], ['unsigned long long', 8], ['double', 8], ['long double', 16], ['__int128', 16], ['unsigned __int128', 16],
  ['i8', 1], ['u8', 1], ['i16', 2], ['u16', 2], ['i32', 4], ['u32', 4], ['f32', 4], ['i64', 8], ['u64', 8], ['f64', 8], ['isize', 8], ['usize', 8], ['i128', 16], ['u128', 16],
]);

/** Size of a type by its name alone: numbers, pointers, and arrays of these. undefined where gdb must be asked. */
export function sizeOfType(type: string): number | undefined {
  const array = /^([^()]*\S) ?((?:\[\d+\])+)$/.exec(type);
  if (array) {
    const [, element = '', bounds = ''] = array;
    const size = sizeOfType(element);
    return size === undefined ? undefined : [...bounds.matchAll(/\d+/g)].reduce((product, [count]) => product * Number(count), size);
  }
  const bare = type.replaceAll(/\b(?:const|volatile)\b/g, ' ').replaceAll(/\s+/g, ' ').trim();
  // Of Rust's `*mut T`, some are fat; C's end with the star. `int (*)[4]` is a pointer too, `int *[4]` an array.
  if (bare.endsWith('*') || /^[^()]*\(\*+\)\(.*\)$/.test(bare) || /^[^()]*\(\*+\)(?:\[\d*\])+$/.test(bare)) return 8;
  return SIZES.get(bare);
}
