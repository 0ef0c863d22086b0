import { VmatlasError } from '../../model/errors.ts';

/** `42`, `-7`, `0x2a`, `1_000`; undefined for anything else. */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)\s*(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/i.exec(text.trim().replaceAll('_', ''));
  if (!match) return undefined;
  const size = BigInt(match[2] ?? '');
  return match[1] === '-' ? -size : size;
}

export interface FloatBounds {
  readonly low: number;
  readonly high: number;
}

/** `1.5`, `1.5±0.01`, `1..2`, `any`. Without a tolerance the value is the nearest that the width can hold: 0.1 finds the float that C calls 0.1f. */
export function floatBounds(text: string, widthBits: 16 | 32 | 64): FloatBounds {
  const asked = text.trim();
  if (/^(?:any|\*)$/i.test(asked)) return { low: -Infinity, high: Infinity };
  const range = /^(.+)\.\.(.+)$/.exec(asked);
  if (range) return ordered(number(range[1] ?? ''), number(range[2] ?? ''));
  const about = /^(.+?)\s*(?:±|\+-|\+\/-)\s*(.+)$/.exec(asked);
  if (!about) {
    const nearest = roundTo(number(asked), widthBits);
    return { low: nearest, high: nearest };
  }
  const [value, tolerance] = [number(about[1] ?? ''), Math.abs(number(about[2] ?? ''))];
  return { low: value - tolerance, high: value + tolerance };
}

/** The nearest number of that width, ties to even. */
export function roundTo(value: number, widthBits: 16 | 32 | 64): number {
  if (widthBits === 64) return value;
  return widthBits === 32 ? Math.fround(value) : roundToHalf(value);
}

/** The number that a binary16 pattern stands for (IEEE 754-2019, 3.4). */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function roundToHalf(value: number): number {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return value;
  // 65520 is half-way between the largest number, 65504, and what would be the next.
  if (size >= 65_520) return Math.sign(value) * Infinity;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const step = 2 ** (exponent - 10);
  const steps = size / step;
  const down = Math.floor(steps);
  const rest = steps - down;
  const whole = rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
  return Math.sign(value) * whole * step;
}

function ordered(low: number, high: number): FloatBounds {
  if (low > high) throw new VmatlasError({ code: 'invalid-argument', message: 'The pattern can’t be searched for: the lower bound is above the upper one.' });
  return { low, high };
}

function number(text: string): number {
  const word = text.trim().toLowerCase();
  const value = /^[+-]?inf(?:inity)?$/.test(word) ? (word.startsWith('-') ? -Infinity : Infinity) : /^[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(word) ? Number(word.replaceAll('_', '')) : Number.NaN;
  if (Number.isNaN(value)) {
    throw new VmatlasError({ code: 'invalid-argument', message: `The pattern can’t be searched for: "${text.trim()}" is no number.`, remedy: 'Write 1.5, 1.5±0.01, 1..2, or any.' });
  }
  return value;
}
