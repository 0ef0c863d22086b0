/** The number in a value that gdb printed: `16`, `0x10`, `(int *) 0x10`, `-8`; undefined when it is none. */
export function asNumber(text: string | undefined): bigint | undefined {
  const match = /^(?:[({][^)}]*[)}]\s*)?(-?)(0x[0-9a-f]+|\d+)(?![\w.])/.exec(text ?? '');
  return match?.[2] === undefined ? undefined : BigInt(match[2]) * (match[1] === '-' ? -1n : 1n);
}
