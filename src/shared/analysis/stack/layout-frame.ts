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
  // Frames are far smaller than 2^53 bytes: inside one, plain numbers from `low` on do, and are many times quicker.
  const { low } = ground;
  const size = Number(ground.high - low);
  const place = (address: bigint): number => (address <= low ? 0 : address >= ground.high ? size : Number(address - low));
  const laid = coverInOrder(things.map((thing) => ({ thing, start: place(thing.start), end: place(thing.end) })));
  const labelled = [...laid, ...uncovered(laid, 0, size).flatMap((gap) => labelGap(gap, ground))].toSorted((a, b) => a.start - b.start);
  return labelled.map(({ thing, start, end }): LaidSlot => ({
    // Written out: a copy by spreading costs several times as much, and there are hundreds.
    start: toAddress(low + BigInt(start)), end: toAddress(low + BigInt(end)), role: thing.role, name: thing.name, type: thing.type, value: thing.value, register: thing.register,
    words: thing.words ?? '', ofLevel: thing.ofLevel, opensWith: thing.opensWith, evidence: thing.evidence ?? [],
  }));
}

/** Bytes from `low` of the frame on. */
interface Span {
  readonly start: number;
  readonly end: number;
}

interface Piece extends Span {
  readonly thing: Omit<PlacedThing, 'start' | 'end'>;
}

/** The things without overlap, ascending: where two claim the same bytes, the one that comes first in the list keeps them. */
function coverInOrder(pieces: readonly Piece[]): readonly Piece[] {
  const sorted = pieces.filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start);
  if (sorted.every((piece, at) => at === 0 || (sorted[at - 1]?.end ?? 0) <= piece.start)) return sorted;
  let laid: Piece[] = [];
  for (const piece of pieces) {
    const parts = uncovered(laid, piece.start, piece.end).map((span) => ({ ...piece, ...span }));
    if (parts.length > 0) laid = [...laid, ...parts].toSorted((a, b) => a.start - b.start);
  }
  return laid;
}

/** The parts of [start, end) that no span covers. `laid` is ascending and without overlap. */
function uncovered(laid: readonly Span[], start: number, end: number): Span[] {
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

function labelGap(gap: Span, ground: FrameGround): Piece[] {
  const { low, cfa, facts, restIs } = ground;
  if (restIs) return [{ ...gap, thing: { role: restIs } }];
  const sp = Number(ground.sp - low);
  const pieces: Piece[] = [];
  const below = { start: gap.start, end: Math.min(gap.end, sp) };
  if (below.start < below.end) pieces.push({ ...below, thing: { role: 'red-zone' } });
  const rest = { start: Math.max(gap.start, sp), end: gap.end };
  if (rest.start >= rest.end) return pieces;
  if (cfa === undefined || !facts) return [...pieces, { ...rest, thing: { role: 'spill', words: 'not known' } }];
  const base = Number(cfa - low);
  const fixedLow = facts.isDynamic && facts.fixedLow !== undefined ? base + facts.fixedLow : sp;
  const dynamic = { start: rest.start, end: Math.min(rest.end, fixedLow) };
  if (dynamic.start < dynamic.end) {
    const text = `below CFA${facts.fixedLow}, where the prologue's fixed part ends; the function moves rsp at run time`;
    pieces.push({ ...dynamic, thing: { role: 'alloca', evidence: [{ source: 'rule', text }] } });
  }
  return [...pieces, ...labelFixed({ start: Math.max(rest.start, fixedLow), end: rest.end }, base, facts)];
}

function labelFixed(gap: Span, base: number, facts: NonNullable<FrameGround['facts']>): Piece[] {
  if (gap.start >= gap.end) return [];
  if (!facts.named) return [{ ...gap, thing: { role: 'spill', words: 'not known' } }];
  const named = facts.named.map(({ low, high }) => ({ start: base + low, end: base + high }));
  const padding = uncovered(named, gap.start, gap.end).map((span): Piece => ({ ...span, thing: { role: 'padding' } }));
  return [...padding, ...uncovered(padding, gap.start, gap.end).map((span): Piece => ({ ...span, thing: { role: 'spill' } }))];
}
