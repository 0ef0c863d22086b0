import { formatAddress, toAddress, type Address } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { isUnmappedKind, type Region } from '../../../shared/model/region.ts';
import type { RegisterValue } from '../../../shared/model/debug.ts';

/** Below this a value is a count, an index or a flag, not a pointer: no program maps its first page. */
const FIRST_POINTER = 4096n;

/** Instruction, stack and frame pointer lead: they say where the program is. */
const LEADING = ['rip', 'rsp', 'rbp'];

/** The leading registers first, the others in gdb's order. */
export function inReadingOrder(registers: readonly RegisterValue[]): RegisterValue[] {
  const leading = LEADING.flatMap((name) => registers.filter((register) => register.name === name));
  return [...leading, ...registers.filter((register) => !LEADING.includes(register.name))];
}

/** The mapped region a register points into; undefined for everything that is no pointer. */
export function pointedRegion(register: RegisterValue, regions: RegionTable | undefined): Region | undefined {
  const address = registerAddress(register);
  if (address === undefined || address < FIRST_POINTER) return undefined;
  const region = regions?.regionAt(address);
  return region === undefined || isUnmappedKind(region.kind) ? undefined : region;
}

/** The value as an address, when the register is wide enough to hold one. */
export function registerAddress(register: RegisterValue): Address | undefined {
  if (register.value === undefined || register.group === 'flags' || register.group === 'segment') return undefined;
  return toAddress(BigInt.asUintN(64, register.value));
}

/** Hex in groups of four; gdb's own text for what is no 64-bit number. */
export function registerHex(register: RegisterValue): string {
  if (register.value === undefined) return register.text;
  const value = BigInt.asUintN(64, register.value);
  return value < FIRST_POINTER ? `0x${value.toString(16)}` : formatAddress(toAddress(value));
}

/** Text held in the register itself, low byte first: at least four printable characters with nothing but zeros after them. */
export function registerText(register: RegisterValue): string | undefined {
  if (register.value === undefined || register.group !== 'general') return undefined;
  const value = BigInt.asUintN(64, register.value);
  const bytes = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
  const end = bytes.indexOf(0);
  const body = end < 0 ? bytes : bytes.slice(0, end);
  const isText = body.length >= 4 && body.every((byte) => byte >= 0x20 && byte < 0x7f) && bytes.slice(body.length).every((byte) => byte === 0);
  return isText ? String.fromCodePoint(...body) : undefined;
}

/** Small and negative numbers in decimal, beside the hex. */
export function registerDecimal(register: RegisterValue): string | undefined {
  if (register.value === undefined || register.group === 'flags' || register.group === 'segment') return undefined;
  const signed = BigInt.asIntN(64, register.value);
  return signed > -0x8000_0000n && signed < 0x8000_0000n && signed !== 0n ? formatCount(signed) : undefined;
}
