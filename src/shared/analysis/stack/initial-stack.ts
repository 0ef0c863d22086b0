import { formatPlainAddress, toAddress, type Address } from '../../address/address.ts';
import { AUXV_NAMES } from '../../model/process-facts.ts';
import type { InitialStackPart } from '../../model/stack.ts';
import { viewOf } from './read-bytes.ts';

export interface InitialStackFacts {
  /** Where argc is (/proc/PID/stat, field 28). */
  readonly start: bigint;
  /** End of the main stack's mapping. */
  readonly end: bigint;
  /** Bytes of [start, end). */
  readonly bytes: Uint8Array;
  /** Fields 48 to 51 of stat; undefined when the kernel keeps them to itself. */
  readonly arguments: { readonly start: bigint; readonly end: bigint } | undefined;
  readonly environment: { readonly start: bigint; readonly end: bigint } | undefined;
}

interface Part {
  readonly start: bigint;
  readonly end: bigint;
  readonly kind: InitialStackPart['kind'];
  readonly name: string;
  readonly value?: string;
  readonly pointsTo?: bigint;
}

const AT_NULL = 0n;
const AT_PLATFORM = 15n;
const AT_BASE_PLATFORM = 24n;
const AT_RANDOM = 25n;
const AT_EXECFN = 31n;
/** Values that are addresses: AT_PHDR, AT_BASE, AT_ENTRY, the strings, AT_SYSINFO_EHDR, AT_RSEQ… are numbers. */
const POINTERS: ReadonlySet<bigint> = new Set([3n, 7n, 9n, AT_PLATFORM, AT_BASE_PLATFORM, AT_RANDOM, AT_EXECFN, 33n]);
const MOST_ARGUMENT_PARTS = 4096;

/**
 * What the kernel put on top of the main stack at exec (System V ABI x86-64, 3.4.1; Linux, fs/binfmt_elf.c, create_elf_tables), ascending and gapless:
 *
 *     end   ┌ 8 zero bytes
 *           │ path of the program (AT_EXECFN)
 *           │ environment strings
 *           │ argument strings
 *           │ alignment, platform name, 16 random bytes
 *           │ auxiliary vector
 *           │ envp[]  0
 *           │ argv[]  0
 *     start └ argc
 */
export function layoutInitialStack(facts: InitialStackFacts): readonly InitialStackPart[] {
  const view = viewOf(facts.bytes);
  const words = Math.floor(facts.bytes.length / 8);
  const word = (index: number): bigint => (index < words ? view.getBigUint64(index * 8, true) : 0n);
  const place = (index: number): bigint => facts.start + BigInt(index * 8);
  const parts: Part[] = [{ start: place(0), end: place(1), kind: 'argc', name: 'argc', value: String(word(0)) }];
  let at = 1;
  for (const [kind, name] of [['argv', 'argv'], ['envp', 'envp']] as const) {
    for (let index = 0; at < words; index++, at++) {
      const value = word(at);
      const label = `${name}[${index}]`;
      if (parts.length < MOST_ARGUMENT_PARTS) parts.push({ start: place(at), end: place(at + 1), kind, name: label, ...pointer(value, facts) });
      if (value === 0n) break;
    }
    at++;
  }
  for (; at + 1 < words; at += 2) {
    const type = word(at);
    const value = word(at + 1);
    parts.push({ start: place(at), end: place(at + 2), kind: 'auxv', name: auxvName(type), value: formatPlainAddress(value as Address), ...(POINTERS.has(type) && value !== 0n ? { pointsTo: value } : {}) });
    parts.push(...strings(type, value, facts));
    if (type === AT_NULL) break;
  }
  if (facts.arguments) parts.push({ ...facts.arguments, kind: 'argument-strings', name: 'arguments', value: joined(facts, facts.arguments) });
  if (facts.environment) parts.push({ ...facts.environment, kind: 'environment-strings', name: `environment, ${count(facts, facts.environment)} strings` });
  return fill(parts, facts);
}

function pointer(value: bigint, facts: InitialStackFacts): Pick<Part, 'value' | 'pointsTo'> {
  return value === 0n ? { value: '0' } : { value: quoted(text(facts, value)), pointsTo: value };
}

function strings(type: bigint, value: bigint, facts: InitialStackFacts): Part[] {
  if (value < facts.start || value >= facts.end) return [];
  if (type === AT_RANDOM) return [{ start: value, end: value + 16n, kind: 'random', name: 'AT_RANDOM, 16 random bytes' }];
  if (type !== AT_PLATFORM && type !== AT_EXECFN && type !== AT_BASE_PLATFORM) return [];
  const string = text(facts, value);
  const kind = type === AT_EXECFN ? 'execfn' : 'platform';
  return [{ start: value, end: value + BigInt(new TextEncoder().encode(string).length + 1), kind, name: auxvName(type), value: quoted(string) }];
}

function auxvName(type: bigint): string {
  return type === AT_NULL ? 'AT_NULL' : (AUXV_NAMES.get(Number(type)) ?? `AT_${type}`);
}

/** Ascending, gapless, each byte once: what comes first keeps its bytes. */
function fill(parts: readonly Part[], facts: InitialStackFacts): InitialStackPart[] {
  const sorted = parts.filter(({ start, end }) => start < end && start >= facts.start && end <= facts.end).toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  const filled: InitialStackPart[] = [];
  let at = facts.start;
  const other = (start: bigint, end: bigint): void => {
    if (start < end) filled.push({ start: toAddress(start), end: toAddress(end), kind: 'other', name: end === facts.end && end - start <= 16n ? 'end of the stack' : 'alignment', value: undefined, pointsTo: undefined });
  };
  for (const part of sorted) {
    if (part.end <= at) continue;
    const start = part.start < at ? at : part.start;
    other(at, start);
    filled.push({ start: toAddress(start), end: toAddress(part.end), kind: part.kind, name: part.name, value: part.value, pointsTo: part.pointsTo === undefined ? undefined : toAddress(part.pointsTo) });
    at = part.end;
  }
  other(at, facts.end);
  return filled;
}

const utf8 = new TextDecoder();

function text(facts: InitialStackFacts, address: bigint): string {
  const from = Number(address - facts.start);
  if (from < 0 || from >= facts.bytes.length) return '';
  const end = facts.bytes.indexOf(0, from);
  return utf8.decode(facts.bytes.subarray(from, end < 0 ? undefined : Math.min(end, from + 4096)));
}

function quoted(string: string): string {
  return JSON.stringify(string);
}

function joined(facts: InitialStackFacts, { start, end }: { readonly start: bigint; readonly end: bigint }): string {
  const bytes = facts.bytes.subarray(Number(start - facts.start), Math.min(Number(end - facts.start), Number(start - facts.start) + 4096));
  return utf8.decode(bytes).replace(/\0+$/, '').replaceAll('\0', ' ');
}

function count(facts: InitialStackFacts, { start, end }: { readonly start: bigint; readonly end: bigint }): number {
  let ends = 0;
  for (const byte of facts.bytes.subarray(Number(start - facts.start), Number(end - facts.start))) if (byte === 0) ends++;
  return ends;
}
