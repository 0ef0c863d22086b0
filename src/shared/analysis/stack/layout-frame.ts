import { toAddress, type Address } from '../../address/address.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { SlotRole } from '../../model/stack.ts';
import type { FunctionFacts } from './function-facts.ts';

/** A thing with a place in the frame. Those that come first keep their bytes where two claim the same. */
export interface PlacedThing {
  readonly start: bigint;
  readonly end: bigint;
  readonly role: SlotRole;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly value?: string | undefined;
  readonly register?: string | undefined;
  readonly words?: string | undefined;
  readonly ofLevel?: number | undefined;
  readonly opensWith?: string | undefined;
  readonly evidence?: readonly Evidence[] | undefined;
}

/** A run of bytes with its one label; what the bytes hold is filled in later. */
export interface LaidSlot extends PlacedThing {
  readonly start: Address;
  readonly end: Address;
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

export interface FrameGround {
  readonly low: bigint;
  readonly high: bigint;
  /** Bytes below are red zone. */
  readonly sp: bigint;
  readonly cfa: bigint | undefined;
  /** The function's own account of its frame, where its code could be read. */
  readonly facts: Pick<FunctionFacts, 'start' | 'end' | 'fixedLow' | 'isDynamic' | 'named'> | undefined;
  /** What bytes that nothing claims are called instead: in a signal frame. */
  readonly restIs?: 'signal-frame' | undefined;
}

/**
 * Gives every byte of [low, high) one label, ascending:
 *
 *     high ┌ return address
 *          │ saved registers          things, in the order of the list
 *          │ canary, variables
 *          │ · · ·                    gaps: `spill` where the code names the bytes, `padding` where it does not
 *     CFA + fixedLow
 *          │ alloca                   gaps below the fixed part of a function that moves rsp at run time
 *     sp   ├
 *          │ red zone                 gaps below sp
 *     low  └
 */
export function layoutFrame(ground: FrameGround, things: readonly PlacedThing[]): readonly LaidSlot[] {
  const laid: PlacedThing[] = [];
  for (const thing of things) for (const piece of uncovered(laid, clip(thing.start, ground), clip(thing.end, ground))) insert(laid, { ...thing, ...piece });
  for (const gap of uncovered(laid, ground.low, ground.high)) for (const slot of labelGap(gap, ground)) insert(laid, slot);
  return laid.map((thing) => ({ ...thing, start: toAddress(thing.start), end: toAddress(thing.end), words: thing.words ?? '', evidence: thing.evidence ?? [] }));
}

interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

function clip(address: bigint, { low, high }: FrameGround): bigint {
  return address < low ? low : address > high ? high : address;
}

function insert(laid: PlacedThing[], thing: PlacedThing): void {
  const at = laid.findIndex(({ start }) => start > thing.start);
  laid.splice(at < 0 ? laid.length : at, 0, thing);
}

/** The parts of [start, end) that no span covers. `laid` is ascending and without overlap. */
function uncovered(laid: readonly Span[], start: bigint, end: bigint): Span[] {
  const free: Span[] = [];
  let at = start;
  for (const span of laid) {
    if (span.end <= at) continue;
    if (span.start >= end) break;
    if (span.start > at) free.push({ start: at, end: span.start });
    at = span.end;
  }
  if (at < end) free.push({ start: at, end });
  return free;
}

function labelGap(gap: Span, ground: FrameGround): PlacedThing[] {
  const { sp, cfa, facts, restIs } = ground;
  if (restIs) return [{ ...gap, role: restIs }];
  const slots: PlacedThing[] = [];
  const below = { start: gap.start, end: gap.end < sp ? gap.end : sp };
  if (below.start < below.end) slots.push({ ...below, role: 'red-zone' });
  const rest = { start: below.start < below.end ? below.end : gap.start, end: gap.end };
  if (rest.start >= rest.end) return slots;
  if (cfa === undefined || !facts) return [...slots, { ...rest, role: 'spill', words: 'not known' }];
  const fixedLow = facts.isDynamic && facts.fixedLow !== undefined ? cfa + BigInt(facts.fixedLow) : sp;
  const dynamic = { start: rest.start, end: rest.end < fixedLow ? rest.end : fixedLow };
  if (dynamic.start < dynamic.end) slots.push({ ...dynamic, role: 'alloca', evidence: [{ source: 'rule', text: `below CFA${facts.fixedLow}, where the prologue's fixed part ends; the function moves rsp at run time` }] });
  const fixed = { start: dynamic.start < dynamic.end ? dynamic.end : rest.start, end: rest.end };
  return [...slots, ...labelFixed(fixed, cfa, facts)];
}

function labelFixed(gap: Span, cfa: bigint, facts: NonNullable<FrameGround['facts']>): PlacedThing[] {
  if (gap.start >= gap.end) return [];
  if (!facts.named) return [{ ...gap, role: 'spill', words: 'not known' }];
  const code = `[0x${facts.start.toString(16)}, 0x${facts.end.toString(16)})`;
  const unused: readonly Evidence[] = [{ source: 'rule', text: `no instruction in ${code} names these bytes` }];
  const named = facts.named.map(({ low, high }) => ({ start: cfa + BigInt(low), end: cfa + BigInt(high) }));
  const padding = uncovered(named, gap.start, gap.end).map((span): PlacedThing => ({ ...span, role: 'padding', evidence: unused }));
  const spill = uncovered(padding, gap.start, gap.end).map((span): PlacedThing => ({ ...span, role: 'spill' }));
  return [...padding, ...spill].toSorted((a, b) => (a.start < b.start ? -1 : 1));
}
