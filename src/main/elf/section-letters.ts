/** sh_flags letters in bit order, as readelf's key explains them. */
const FLAGS = new Map<bigint, string>([
  [0x1n, 'W'], [0x2n, 'A'], [0x4n, 'X'], [0x10n, 'M'], [0x20n, 'S'], [0x40n, 'I'], [0x80n, 'L'], [0x100n, 'O'], [0x200n, 'G'], [0x400n, 'T'], [0x800n, 'C'],
  [0x1000_0000n, 'l'], [0x8000_0000n, 'E'],
]);
/** Bits whose meaning the OS ABI decides: known for files marked as GNU's, `o` for all others. */
const GNU_FLAGS = new Map<bigint, string>([[0x20_0000n, 'R'], [0x100_0000n, 'D']]);
const OS_MASK = 0x0ff0_0000n;
const PROCESSOR_MASK = 0xf000_0000n;
const ELFOSABI_GNU = 3;

/** The letters of readelf's Flg column. `osAbi` is EI_OSABI of the file header. */
export function sectionFlagLetters(flags: bigint, osAbi: number): string {
  let letters = '';
  let rest = flags;
  for (let bit = 1n; rest > 0n; bit <<= 1n) {
    if ((rest & bit) === 0n) continue;
    const letter = FLAGS.get(bit) ?? (osAbi === ELFOSABI_GNU ? GNU_FLAGS.get(bit) : undefined);
    const [unknown, mask] = bit & OS_MASK ? ['o', OS_MASK] : bit & PROCESSOR_MASK ? ['p', PROCESSOR_MASK] : ['x', bit];
    letters += letter ?? unknown;
    // One `o` or `p` stands for all bits of its group.
    rest &= ~(letter === undefined ? mask : bit);
  }
  return letters;
}
