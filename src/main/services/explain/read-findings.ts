import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { Attempt } from '../../../shared/analysis/explain/attempt.ts';
import { findException, readableType } from '../../../shared/analysis/explain/cpp-exception.ts';
import { NO_FINDINGS, type FaultFacts, type FaultFindings, type FaultGround } from '../../../shared/analysis/explain/fault-facts.ts';
import { panicIn, terminateIn } from '../../../shared/analysis/explain/output-messages.ts';
import { placeOf } from '../../../shared/analysis/explain/place.ts';
import { findPanicMessage, type PayloadKind } from '../../../shared/analysis/explain/rust-message.ts';
import { readWord, viewOf } from '../../../shared/analysis/stack/read-bytes.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Session } from '../../session/session.ts';
import type { Debugger } from '../../target/debugger.ts';
import type { Picture } from '../../target/target.ts';
import { SessionStacks } from '../stack/session-stacks.ts';
import { findField } from './find-field.ts';
import { asNumber } from './gdb-number.ts';

/** Frames whose pointers are looked at for the object that was overrun. */
const POINTER_FRAMES = 3;
const MOST_STACK_BYTES = 64 * 1024;
const OUTPUT_BYTES = 16 * 1024;
/** Below rsp by this much, an access can still be the stack's. */
const NEAR_SP = 1n << 16n;
/** A null pointer with an offset: as far as nullDereference looks. */
const NULL_REACH = 1n << 16n;

export interface FindingSources {
  readonly session: Session;
  readonly held: Debugger;
  readonly picture: Picture;
  readonly ground: FaultGround;
  readonly facts: FaultFacts;
  readonly attempt: Attempt;
}

/** What a panic's message is read from. */
export interface PanicSources {
  readonly picture: Picture;
  readonly ground: FaultGround;
  readonly facts: Pick<FaultFacts, 'sp' | 'frames'>;
}

/** Looks up what the rules can use of this very fault, and nothing else. */
export async function readFindings(sources: FindingSources): Promise<FaultFindings> {
  const { facts, attempt, ground } = sources;
  const { address } = attempt;
  if (facts.signal.name === 'SIGABRT') return abortFindings(sources);
  if (facts.signal.name !== 'SIGSEGV' && facts.signal.name !== 'SIGBUS') return NO_FINDINGS;
  const { gap, region } = placeOf(ground, address);
  const touches = attempt.access === 'read' || attempt.access === 'write';
  const operand = attempt.operands.find(({ faulted }) => faulted);
  const maybeNull = touches && address !== undefined && (gap?.kind === 'null' || (operand?.registers[0]?.value === 0n && BigInt.asIntN(64, address) > -NULL_REACH));
  const maybeStack = (touches && address !== undefined && address + NEAR_SP >= facts.sp && (gap !== undefined || region?.kind === 'guard' || region?.kind === 'thread-stack') && !maybeNull && gap?.kind !== 'kernel' && gap?.kind !== 'non-canonical') || (attempt.access === 'none' && !attempt.privileged);
  const maybeOverrun = touches && !maybeNull && (gap?.kind === 'gap' || gap?.kind === 'stack-room' || region !== undefined);
  const [found, depth, pointers] = await Promise.all([
    maybeNull ? quietly(() => findField(sources.held, facts, address), undefined) : undefined,
    maybeStack ? quietly(() => depthOf(sources), undefined) : undefined,
    maybeOverrun ? quietly(() => pointersOf(sources), []) : [],
  ]);
  return { ...NO_FINDINGS, field: found?.field, fieldWords: found?.words, depth, pointers, formerly: address === undefined || region ? undefined : await formerly(sources.session, address) };
}

/** What gdb refuses to answer is left out; anything worse is told. */
async function quietly<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'gdb-error') return otherwise;
    throw error;
  }
}

async function depthOf({ session, facts }: FindingSources): Promise<FaultFindings['depth']> {
  const stacks = new SessionStacks(session);
  try {
    const outline = await (await stacks.thread(facts.thread.id)).outline();
    const runs = outline.rows.flatMap((row) => (row.kind === 'run' ? [row] : []));
    const longest = runs.toSorted((a, b) => b.count - a.count)[0];
    return {
      depth: outline.depth, complete: outline.complete, functions: longest === undefined ? [] : [...new Set(longest.functions)], repeats: longest === undefined ? 0 : Math.floor(longest.count / longest.period),
      bytesPerRepeat: longest?.bytesPerRepeat,
    };
  } finally {
    stacks.close();
  }
}

/** Pointers in the variables of the innermost frames. */
async function pointersOf({ held, facts }: FindingSources): Promise<FaultFindings['pointers']> {
  const { variables } = await held.stack(facts.thread.id, facts.frameLevel, facts.frameLevel + POINTER_FRAMES - 1, true);
  return [...variables].toSorted(([a], [b]) => a - b).flatMap(([frameLevel, list]) =>
    list.flatMap(({ name, type, value }) => {
      const pointer = /[*&]$/.test(type ?? '') ? asNumber(value) : undefined;
      return pointer === undefined || pointer < 0x1000n || pointer >= 1n << 64n ? [] : [{ name, value: toAddress(pointer), frameLevel }];
    }),
  );
}

/** A mapping that the last picture lost. */
async function formerly(session: Session, address: Address): Promise<FaultFindings['formerly']> {
  const { changes } = await session.picture();
  const gone = changes.find(({ kind, start, end }) => (kind === 'removed' || kind === 'shrunk') && start <= address && address < end);
  return gone && { label: gone.words.replace(/ (?:was|is gone|shrank).*$/, ''), words: gone.words };
}

async function abortFindings(sources: FindingSources): Promise<FaultFindings> {
  const { facts, ground } = sources;
  const stack = stackTo(sources);
  const output = outputOf(sources.session);
  const names = facts.frames.map(({ function: name }) => name ?? '');
  const abortMessage = libraryMessage(sources);
  if (names.some((name) => /rust_panic|^(?:std|core)::panicking::|rust_begin_unwind/.test(name))) {
    return { ...NO_FINDINGS, abortMessage, output, thrown: panicOf(sources, stack, output) };
  }
  const thrown = names.some((name) => /^(?:__cxa_(?:throw|rethrow|call_terminate)|_Unwind_(?:RaiseException|Resume\w*)|__gxx_personality_v0)/.test(name)) ? findException(stack, ground.read) : undefined;
  if (!thrown) return { ...NO_FINDINGS, abortMessage, output };
  const printed = terminateIn(output);
  const symbol = sources.picture.modules.symbolAt(toAddress(thrown.typeInfo));
  const named = symbol?.offset === 0n ? symbol.symbol.demangled?.replace(/^typeinfo for /, '') : undefined;
  const type = named === undefined || named.includes('basic_string') ? readableType(thrown.mangled) : named;
  const text = thrown.text ?? (printed?.type === type ? printed.text : undefined);
  const from = thrown.text === undefined && text !== undefined ? 'output' as const : 'memory' as const;
  const words = `the exception object at 0x${thrown.object.toString(16)} is of type ${type}${thrown.text === undefined ? (text === undefined ? '; its what() could not be read' : `; the program printed what(): ${text}`) : `: ${thrown.text}`}`;
  return { ...NO_FINDINGS, abortMessage, output, thrown: { type, text, place: undefined, words, from } };
}

/** Stack words from rsp up to the frame where the program's own code comes in. */
export function stackTo({ facts, ground }: PanicSources): Uint8Array {
  const region = ground.regions.regionAt(facts.sp);
  const room = region === undefined ? 0 : Number(region.end - facts.sp > BigInt(MOST_STACK_BYTES) ? BigInt(MOST_STACK_BYTES) : region.end - facts.sp);
  return ground.read(facts.sp, room & ~7) ?? new Uint8Array(0);
}

/** glibc keeps what it printed before it aborted, for core files: `__abort_msg` points to a length and the text (stdlib/abort.c, struct abort_msg_s). */
function libraryMessage({ picture, ground }: FindingSources): string | undefined {
  // In a static program it is the program's own symbol.
  for (const { address } of picture.modules.findSymbol('__abort_msg')) {
    const place = readWord(ground.read, address);
    const head = place === undefined || place === 0n ? undefined : ground.read(place, 4);
    const length = head === undefined ? 0 : viewOf(head).getUint32(0, true);
    // The length is that of the whole mapping; the text ends with a NUL.
    const bytes = place === undefined || length <= 4 || length > 1 << 20 ? undefined : ground.read(place + 4n, length - 4);
    if (bytes) return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0) < 0 ? undefined : bytes.indexOf(0)));
  }
  return undefined;
}

/** What the program printed of its panic, where its terminal is ours; else what lies in its memory. */
export function panicOf(sources: PanicSources, stack: Uint8Array, output: string): NonNullable<FaultFindings['thrown']> {
  const { facts, ground } = sources;
  const printed = panicIn(output);
  const text = findPanicMessage(facts.sp, stack, ground.read, (at) => payloadKind(sources, at));
  const place = printed?.place ?? panicPlace(facts);
  if (printed && text !== printed.text) return { type: undefined, text: printed.text, place, words: `the program printed: panicked at ${printed.place}: ${printed.text}`, from: 'output' };
  return { type: undefined, text, place, words: text === undefined ? 'the panic’s message could not be read' : `the panic’s payload holds the text: ${text}`, from: 'memory' };
}

/** Virtual tables hold drop, size, align and then the methods, whose names tell what they are of. */
function payloadKind({ picture, ground }: PanicSources, at: bigint): PayloadKind | undefined {
  if (at < 0x1000n || at >= 1n << 47n || at % 8n !== 0n) return undefined;
  const region = ground.regions.regionAt(toAddress(at));
  if (region?.kind !== 'relro' && region?.kind !== 'rodata') return undefined;
  const size = readWord(ground.read, at + 8n);
  if (size === undefined || size > 256n) return undefined;
  const method = readWord(ground.read, at + 32n);
  const symbol = method === undefined || method >= 1n << 47n ? undefined : picture.modules.symbolAt(toAddress(method));
  if (symbol?.offset !== 0n) return undefined;
  return /FormatStringPayload/.test(symbol.symbol.name) ? 'formatted' : /StaticStrPayload|begin_panic/.test(symbol.symbol.name) ? 'text' : undefined;
}

function panicPlace({ frames }: Pick<FaultFacts, 'frames'>): string | undefined {
  const frame = frames.find(({ function: name, source }) => source !== undefined && name !== undefined && !/^(?:<?(?:core|std|alloc|panic_abort|panic_unwind)::|__|rust_|abort|raise|pthread_)/.test(name));
  return frame?.source && `${frame.source.file}:${frame.source.line}`;
}

export function outputOf(session: Session): string {
  const printed = session.terminals.get('program')?.printed();
  return printed === undefined ? '' : new TextDecoder().decode(printed.subarray(-OUTPUT_BYTES));
}
