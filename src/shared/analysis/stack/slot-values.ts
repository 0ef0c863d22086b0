import { formatPlainAddress, toAddress, type Address } from '../../address/address.ts';
import type { FrameExtent } from '../../model/debug.ts';
import type { StackProblem, StackSlot } from '../../model/stack.ts';
import { RBP, type UnwindRow } from './cfi.ts';
import type { LaidSlot } from './layout-frame.ts';
import { readWord, type ReadBytes } from './read-bytes.ts';

/** What is known of addresses. */
export interface SlotContext {
  isExecutable(address: bigint): boolean;
  isMapped(address: bigint): boolean;
  /** End of the stack that `address` is in; undefined outside of any. */
  topOf(address: bigint): bigint | undefined;
  /** `main+0x58`, `[heap]`, `libc.so.6 text`; '' for nothing. */
  describe(address: bigint): string;
}

export interface FrameContext {
  readonly level: number;
  readonly caller: { readonly extent: FrameExtent; readonly row: UnwindRow | undefined } | undefined;
  readonly read: ReadBytes;
  readonly canary: bigint | undefined;
}

/** Says what a slot's bytes hold, and adds to `problems` what cannot be right. */
export function fillSlot(slot: LaidSlot, frame: FrameContext, context: SlotContext, problems: StackProblem[]): StackSlot {
  const word = slot.end - slot.start === 8n ? readWord(frame.read, slot.start) : undefined;
  const base = {
    start: slot.start, end: slot.end, role: slot.role, name: slot.name, type: slot.type, value: slot.value, register: slot.register, words: slot.words, pointsTo: undefined,
    ofLevel: slot.ofLevel, opensWith: slot.opensWith, change: undefined, evidence: slot.evidence,
  } satisfies StackSlot;
  switch (slot.role) {
    case 'return-address':
      return word === undefined ? base : returnAddress(base, word, frame, context, problems);
    case 'saved-register':
      return word === undefined ? base : savedRegister(base, word, frame, context, problems);
    case 'canary':
      return word === undefined ? base : canary(base, word, frame, problems);
    case 'local':
    case 'parameter': {
      const pointer = pointerIn(slot.value);
      return pointer !== undefined && /[*&]/.test(slot.type ?? '') && context.isMapped(pointer)
        ? { ...base, pointsTo: toAddress(pointer), words: base.words || context.describe(pointer) }
        : base;
    }
    case 'spill':
      return word === undefined || !context.isMapped(word) ? base : { ...base, value: hex(word), pointsTo: toAddress(word), words: base.words || context.describe(word) };
    default:
      return base;
  }
}

function returnAddress(base: StackSlot, word: bigint, { level, caller }: FrameContext, context: SlotContext, problems: StackProblem[]): StackSlot {
  const value = hex(word);
  if (!context.isExecutable(word)) {
    const what = context.isMapped(word) ? `${context.describe(word) || 'memory'} that is not executable` : 'memory that is not mapped';
    problems.push({
      kind: 'return-address-not-executable', address: base.start,
      words: `The return address of frame ${level} points into ${what}: it has been overwritten.`,
      evidence: [{ source: 'memory', text: `${formatPlainAddress(base.start)}: ${value}` }],
    });
    return { ...base, value, words: `not executable: ${what}`, pointsTo: context.isMapped(word) ? toAddress(word) : undefined };
  }
  const source = caller?.extent.pc === word ? caller.extent.source : undefined;
  const place = source === undefined ? '' : `, ${source.file.slice(source.file.lastIndexOf('/') + 1)}:${source.line}`;
  const symbol = context.describe(word) || (caller?.extent.function ?? '');
  return { ...base, value, words: base.words === '' ? `${symbol}${place}` : `${base.words}: ${symbol}${place}`, pointsTo: toAddress(word) };
}

function savedRegister(base: StackSlot, word: bigint, { caller }: FrameContext, context: SlotContext, problems: StackProblem[]): StackSlot {
  const value = hex(word);
  const mapped = context.isMapped(word);
  if (base.register === 'rbp' && caller?.row?.cfa.kind === 'register' && caller.row.cfa.register === RBP) {
    // A frame pointer lies in its frame, at or above the frame's rsp.
    const low = caller.extent.sp;
    const top = context.topOf(low);
    if (top !== undefined && (word < low || word >= top)) {
      problems.push({
        kind: 'saved-rbp-outside-stack', address: base.start,
        words: `The saved rbp points ${mapped ? `into ${context.describe(word) || 'other memory'}` : 'nowhere'}, not above it on the stack, although its caller keeps its frame there: it has been overwritten.`,
        evidence: [{ source: 'memory', text: `${formatPlainAddress(base.start)}: ${value}; the caller's stack is 0x${low.toString(16)} to 0x${top.toString(16)}` }],
      });
      return { ...base, value, words: 'not on the stack', pointsTo: mapped ? toAddress(word) : undefined };
    }
    return { ...base, value, words: `frame pointer of ${caller.extent.function ?? 'the caller'}`, pointsTo: toAddress(word) };
  }
  return { ...base, value, words: base.words || (mapped ? context.describe(word) : ''), pointsTo: mapped ? toAddress(word) : undefined };
}

function canary(base: StackSlot, word: bigint, frame: FrameContext, problems: StackProblem[]): StackSlot {
  const value = hex(word);
  if (frame.canary === undefined) return { ...base, value, words: 'not compared: fs:0x28 is not known' };
  const evidence = [...base.evidence, { source: 'memory' as const, text: `fs:0x28 is ${hex(frame.canary)}` }];
  if (word === frame.canary) return { ...base, value, words: 'intact', evidence };
  problems.push({
    kind: 'canary-mismatch', address: base.start,
    words: `The stack canary of frame ${frame.level} is smashed: something wrote past the end of a variable below it.`,
    evidence: [{ source: 'memory', text: `${formatPlainAddress(base.start)}: ${value}` }, { source: 'memory', text: `fs:0x28: ${hex(frame.canary)}` }],
  });
  return { ...base, value, words: 'smashed', evidence };
}

/** The first address in what gdb printed for a pointer: `0x55… "text"`, `(node *) 0x55…`, `0x401136 <main>`. */
function pointerIn(value: string | undefined): bigint | undefined {
  const match = value === undefined ? null : /^(?:@|\([^()]*\) )?0x([0-9a-f]{1,16})\b/.exec(value);
  return match?.[1] === undefined ? undefined : BigInt(`0x${match[1]}`);
}

function hex(word: bigint): string {
  return formatPlainAddress(word as Address);
}
