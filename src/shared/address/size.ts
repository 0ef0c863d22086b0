const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** A byte count in the largest binary unit that keeps it at 1 or more, at most one decimal: `132 KiB`, `1.3 MiB`, `16 EiB`. */
export function formatSize(sizeBytes: bigint | number): string {
  const bytes = BigInt(sizeBytes);
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >> BigInt(10 * (unit + 1)) > 0n) unit++;
  if (unit === 0) return `${bytes} B`;
  const tenths = (bytes * 10n + (1n << BigInt(10 * unit - 1))) >> BigInt(10 * unit);
  // Rounding 1023.96 KiB up must say 1 MiB, not 1024 KiB.
  if (tenths >= 10240n && unit < UNITS.length - 1) return `1 ${UNITS[unit + 1]}`;
  const whole = tenths / 10n;
  const fraction = tenths % 10n;
  return `${whole}${fraction === 0n ? '' : `.${fraction}`} ${UNITS[unit]}`;
}

/** Thin space (U+2009) between groups of three digits: `19 121`. */
export function formatCount(count: bigint | number): string {
  return count.toString().replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, '\u2009');
}
