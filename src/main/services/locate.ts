import { addBytes, formatAddress, formatPlainAddress, parseAddress, toAddress, type Address } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import { isUnmappedKind } from '../../shared/model/region.ts';
import type { SymbolRef } from '../../shared/model/symbol.ts';
import type { LocationHow, ResolvedLocation } from '../../shared/rpc/contracts/locate.ts';
import type { Debugger, EvaluationContext } from '../target/debugger.ts';
import type { Picture } from '../target/target.ts';
import { either, nearestNames } from './nearest-names.ts';

export interface LocateSources {
  readonly picture: Picture;
  /** The debugger while the target is stopped: registers and expressions have a value only then. */
  readonly stopped: Debugger | undefined;
  /** Thread and frame for registers and expressions. */
  readonly context: EvaluationContext & { readonly threadId: number };
  /** Why there is no stopped debugger, to be said when a register is asked for. */
  readonly whyNotStopped: () => VmatlasError;
}

interface Found {
  readonly address: Address;
  readonly how: LocationHow;
  readonly text: string;
  readonly words: string;
}

/**
 * What a text means, tried in this order; the first that fits wins:
 *
 *     [heap]  [stack]+0x10        a region by its label
 *     $rsp  $rsp+8                a register (or any of gdb's own variables)
 *     0x7fff_f7dd_5000  401000    an address
 *     main  main+0x10             a symbol, as it is written or demangled
 *     libc.so.6+0x1234            a module's lowest address and an offset
 *     rsp                         a register without its $, where no symbol has the name
 *     beef                        an address without 0x that begins with a letter
 *     list_head->next             whatever gdb makes of it
 */
export async function resolveLocation(asked: string, sources: LocateSources): Promise<ResolvedLocation> {
  const text = asked.trim();
  if (text === '') throw new VmatlasError({ code: 'unknown-location', message: 'No location was given.', remedy: 'Type an address, a symbol, a register, or module+offset.' });
  const found = (await resolveBase(text, sources)) ?? (await resolveWithOffset(text, sources)) ?? byHexWord(text) ?? (await byExpression(text, sources));
  if (found) return found;
  throw await unknownLocation(text, sources);
}

async function resolveBase(text: string, sources: LocateSources): Promise<Found | undefined> {
  if (text.startsWith('[')) return byRegion(text, sources.picture.regions);
  if (text.startsWith('$')) return isName(text.slice(1)) ? byRegister(text.slice(1), sources) : undefined;
  return (
    (/^\d/.test(text) ? byAddress(text) : undefined) ?? bySymbol(text, sources.picture) ?? (await byThreadLocal(text, sources)) ?? byModule(text, sources.picture) ?? (await byBareRegister(text, sources)) ??
    byRegion(text, sources.picture.regions)
  );
}

/** `base+offset`, `base-offset`; the offset is decimal, or hex with 0x. The last sign counts: names may hold others (`operator+`, `ld-linux-x86-64.so.2`). */
async function resolveWithOffset(text: string, sources: LocateSources): Promise<Found | undefined> {
  const match = /^(.*\S)\s*([+-])\s*(0[xX][0-9a-fA-F_]+|\d+)$/.exec(text);
  const [, base = '', sign, digits = ''] = match ?? [];
  if (!match) return undefined;
  const found = await resolveBase(base, sources);
  if (!found) return undefined;
  const size = BigInt(digits.replaceAll('_', ''));
  const offset = sign === '-' ? -size : size;
  return {
    address: addBytes(found.address, offset),
    how: found.how,
    text: `${found.text}${sign}0x${size.toString(16)}`,
    words: `${sign === '-' ? `${size} bytes before` : `${size} bytes after`} ${found.words}`,
  };
}

function byAddress(text: string): Found | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : { address, how: 'address', text: formatPlainAddress(address), words: formatAddress(address) };
}

/** Only after every name: `add`, `beef` and `cafe` are names first. */
function byHexWord(text: string): Found | undefined {
  return byAddress(text);
}

function byRegion(label: string, regions: RegionTable): Found | undefined {
  for (let row = 0; row < regions.length; row++) {
    if (isUnmappedKind(regions.kindAt(row))) continue;
    if (regions.labelAt(row) === label || regions.columns.strings[regions.columns.path[row] ?? 0] === label) {
      return { address: regions.startAt(row), how: 'region', text: label, words: `the start of ${label}` };
    }
  }
  return undefined;
}

function bySymbol(name: string, picture: Picture): Found | undefined {
  // A thread-local symbol's value is an offset in each thread's own block, not an address (ELF TLS specification, STT_TLS).
  const symbols = picture.modules.findSymbol(name).filter((symbol) => symbol.type !== 'tls');
  const [first] = symbols;
  if (!first) return undefined;
  refuseAmbiguous(name, symbols.filter((symbol) => symbol.modulePath === first.modulePath));
  return { address: first.address, how: 'symbol', text: name, words: `the ${symbolWord(first)} ${first.demangled ?? first.name} in ${fileName(first.modulePath)}` };
}

/** A global name has one place; several `static` ones of the same name in one file are told apart only by address. */
function refuseAmbiguous(name: string, symbols: readonly SymbolRef[]): void {
  if (symbols.some((symbol) => symbol.binding !== 'local')) return;
  const places = [...new Set(symbols.map((symbol) => symbol.address))];
  if (places.length < 2) return;
  throw new VmatlasError({
    code: 'ambiguous-location', message: `${name} names ${places.length} different things.`, evidence: places.map((place) => formatPlainAddress(place)).join(', '),
    remedy: 'Use one of these addresses.',
  });
}

async function byThreadLocal(name: string, sources: LocateSources): Promise<Found | undefined> {
  if (!sources.picture.modules.findSymbol(name).some((symbol) => symbol.type === 'tls')) return undefined;
  if (!sources.stopped) {
    throw new VmatlasError({
      code: 'unknown-location', message: `${name} is thread-local: each thread has its own, and only gdb can say where.`, remedy: 'Attach gdb, or interrupt the process, and ask again.',
    });
  }
  const value = await evaluate(sources.stopped, `&${name}`, sources.context);
  return value && { address: value.address, how: 'symbol', text: name, words: `thread-local ${name} of thread ${sources.context.threadId}` };
}

function byModule(name: string, picture: Picture): Found | undefined {
  const [module] = picture.modules.findModule(name);
  return module && { address: module.base, how: 'module-offset', text: fileName(module.path), words: `the lowest address of ${fileName(module.path)}` };
}

async function byRegister(name: string, sources: LocateSources): Promise<Found | undefined> {
  if (!sources.stopped) throw sources.whyNotStopped();
  const { threadId, frameLevel } = sources.context;
  const value = await evaluate(sources.stopped, `$${name}`, sources.context);
  const place = `of thread ${threadId}, frame ${frameLevel ?? 0}`;
  if (!value) return undefined;
  const isRegister = (await sources.stopped.registers(threadId, frameLevel ?? 0)).some((register) => register.name === name);
  return { address: value.address, how: isRegister ? 'register' : 'expression', text: `$${name}`, words: isRegister ? `${name} ${place}` : `the value of $${name}` };
}

async function byBareRegister(name: string, sources: LocateSources): Promise<Found | undefined> {
  if (!sources.stopped || !/^[a-z][a-z0-9]{1,9}$/.test(name)) return undefined;
  const registers = await sources.stopped.registers(sources.context.threadId, sources.context.frameLevel ?? 0);
  return registers.some((register) => register.name === name) ? byRegister(name, sources) : undefined;
}

async function byExpression(text: string, sources: LocateSources): Promise<Found | undefined> {
  if (!sources.stopped) return undefined;
  const value = await evaluate(sources.stopped, text, sources.context);
  return value && { address: value.address, how: 'expression', text, words: value.text === '' ? `the value of ${text}` : value.text };
}

/** gdb's answer, or undefined when the text means nothing to it: the next reading is tried, or the caller says that it names nothing. */
async function evaluate(stopped: Debugger, expression: string, context: EvaluationContext): Promise<{ address: Address; text: string } | undefined> {
  try {
    const value = await stopped.evaluateAddress(expression, context);
    return { address: toAddress(value.address), text: value.text };
  } catch (error) {
    if (error instanceof VmatlasError && (error.code === 'gdb-error' || error.code === 'unknown-location')) return undefined;
    throw error;
  }
}

async function unknownLocation(text: string, sources: LocateSources): Promise<VmatlasError> {
  const names = nearestNames(text, candidates(text, sources.picture), 3);
  const attach = sources.stopped ? '' : ' Expressions and registers can be asked for while gdb has the process stopped.';
  return new VmatlasError({
    code: 'unknown-location',
    message: `Nothing here is called ${text}.`,
    remedy: names.length > 0 ? `Did you mean ${either(names)}?` : `Type an address, a symbol, module+offset or a region such as [heap].${attach}`,
  });
}

/** Names that share a beginning with the text, as long a one as there is, and the labels of regions. */
function candidates(text: string, picture: Picture): readonly string[] {
  const found: string[] = [];
  for (let length = text.length; length >= 2 && found.length === 0; length--) {
    for (const symbol of picture.modules.completeSymbol(text.slice(0, length), 50)) found.push(symbol.demangled ?? symbol.name);
  }
  const { strings, label } = picture.regions.columns;
  const labels = new Set(label);
  return [...found, ...[...labels].map((index) => strings[index] ?? '').filter((name) => name.startsWith('['))];
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

export function symbolWord(symbol: SymbolRef): string {
  return { function: 'function', object: 'object', tls: 'thread-local', ifunc: 'function (chosen at load time)', other: 'symbol' }[symbol.type];
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
