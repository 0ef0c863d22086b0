import { formatPlainAddress, toAddress } from '../../address/address.ts';
import type { FrameExtent } from '../../model/debug.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { StackFrame, StackProblem, UnstoredVariable } from '../../model/stack.ts';
import { applyRow, DWARF_REGISTERS, RBP, RIP, RSP, type UnwindRow } from './cfi.ts';
import { rulesAt, type FunctionFacts } from './function-facts.ts';
import { groundFrames, RED_ZONE_BYTES, type FrameGroundFacts, type StackBounds } from './frame-ground.ts';
import { layoutFrame, type PlacedThing } from './layout-frame.ts';
import { readWord, type ReadBytes } from './read-bytes.ts';
import { readSignalFrame } from './signal-frame.ts';
import { fillSlot, type FrameContext, type SlotContext } from './slot-values.ts';

/** A variable of a frame as the debugger tells it. */
export interface FrameVariable {
  readonly name: string;
  readonly role: 'local' | 'parameter';
  readonly type: string | undefined;
  readonly value: string | undefined;
  /** Where it is in memory, and how long; undefined for one without a place. */
  readonly address: bigint | undefined;
  readonly sizeBytes: number | undefined;
  /** For a reference, whose own place gdb does not give: its distance from the frame base. */
  readonly frameOffset: number | undefined;
  readonly isAggregate: boolean;
  readonly unstored: Pick<UnstoredVariable, 'where' | 'register' | 'words'> | undefined;
}

export interface AssembleSources extends SlotContext, StackBounds {
  /** Stack memory. */
  readonly read: ReadBytes;
  /** The function around a pc, its rules and what its code says; `spOffset` as in readFunction. */
  functionAt(pc: bigint, spOffset: number): FunctionFacts | undefined;
  /** Where registers are saved, from the debugger, for a frame without unwind rules. */
  savedBy(level: number): readonly { readonly register: string; readonly address: bigint }[] | undefined;
  /** Value of fs:0x28 of this thread. */
  readonly canary: bigint | undefined;
  readonly variables: ReadonlyMap<number, readonly FrameVariable[]>;
  /** rbp in the first of the frames given. */
  readonly framePointer: bigint | undefined;
  unwoundBy(level: number): StackFrame['unwoundBy'];
}

/** Longest copy of a frame's bytes that an answer carries. */
const MOST_BYTES = 64 * 1024;

interface Worked {
  readonly ground: FrameGroundFacts;
  readonly facts: FunctionFacts | undefined;
  readonly row: UnwindRow | undefined;
  readonly saved: readonly { readonly register: string; readonly address: bigint }[];
  readonly rbp: bigint | undefined;
}

/** Frames with every byte labelled. `extents`: consecutive frames, innermost first; the frame after the last wanted one makes the last one's kind and caller certain. */
export function assembleFrames(extents: readonly FrameExtent[], sources: AssembleSources): readonly StackFrame[] {
  const grounds = groundFrames(extents, sources);
  const worked: Worked[] = [];
  let rbp = sources.framePointer;
  for (const [at, ground] of grounds.entries()) {
    const one = work(ground, at > 0 ? grounds[at - 1] : undefined, rbp, sources);
    worked.push(one);
    if (ground.kind === 'normal' || ground.kind === 'signal') {
      const place = one.saved.find(({ register }) => register === 'rbp');
      if (place) rbp = readWord(sources.read, place.address);
    }
  }
  const places = new Places(placeAll(worked, sources));
  return worked.map((one, at) => finish(one, worked, at, places, sources));
}

function work(ground: FrameGroundFacts, inner: FrameGroundFacts | undefined, rbp: bigint | undefined, sources: AssembleSources): Worked {
  const { extent, kind } = ground;
  if (kind === 'inline' || kind === 'tail-call') return { ground, facts: undefined, row: undefined, saved: [], rbp };
  if (kind === 'signal') {
    const things = readSignalFrame(extent.sp, sources.read)?.things ?? [];
    return { ground, facts: undefined, row: undefined, saved: things.flatMap(({ register, start }) => (register === undefined ? [] : [{ register, address: start }])), rbp };
  }
  // A pc that a call pushed belongs to the instruction before it; the innermost frame's, and one that a signal interrupted, is itself.
  const isReturnAddress = extent.level > 0 && inner !== undefined && inner.kind !== 'signal';
  const cfa = extent.cfa;
  const facts = sources.functionAt(isReturnAddress ? extent.pc - 1n : extent.pc, cfa === undefined ? 0 : Number(extent.sp - cfa));
  const row = facts && rulesAt(facts, extent.pc, isReturnAddress);
  if (!row || cfa === undefined) return { ground, facts, row, saved: sources.savedBy(extent.level)?.filter(({ register }) => register !== 'rip') ?? [], rbp };
  const known = new Map<number, bigint>([[RSP, extent.sp], ...(rbp === undefined ? [] : [[RBP, rbp] as const])]);
  // gdb's CFA, which is proven by its next frame, stands; the rules say what lies where from there.
  const rules: UnwindRow = { ...row, cfa: { kind: 'register', register: RSP, offset: Number(cfa - extent.sp) } };
  const saved = applyRow(rules, known, sources.read)?.saved ?? [];
  return { ground, facts, row, saved: saved.flatMap(({ register, address }) => (register === RIP ? [] : [{ register: DWARF_REGISTERS[register] ?? `register ${register}`, address }])), rbp };
}

function finish(one: Worked, all: readonly Worked[], at: number, places: Places, sources: AssembleSources): StackFrame {
  const { ground, facts, row } = one;
  const { extent, kind, low, high } = ground;
  const ownsBytes = kind === 'normal' || kind === 'signal';
  const problems: StackProblem[] = ground.isBroken && ownsBytes ? [overlap(ground)] : [];
  const placed = ownsBytes ? placeVariables(one, places.in(one)) : [];
  const signal = kind === 'signal' ? readSignalFrame(extent.sp, sources.read) : undefined;
  const end = signal && high <= extent.sp ? signal.end : high;
  const frameEnd = ownsBytes ? end : high;
  const things = ownsBytes ? [...ownThings(one, all[at + 1], sources, signal?.things ?? []), ...placed, ...signalRest(signal, ground)] : [];
  const laid = ownsBytes ? layoutFrame({ low, high: frameEnd, sp: extent.sp, cfa: extent.cfa, facts: kind === 'signal' ? undefined : facts }, things) : [];
  const caller = nextStored(all, at);
  const context: FrameContext = { level: extent.level, caller: caller && { extent: caller.ground.extent, row: caller.row }, read: sources.read, canary: sources.canary };
  const slots = laid.map((slot) => fillSlot(slot, context, sources, problems));
  const bytes = ownsBytes ? sources.read(low, Number(minimum(frameEnd - low, BigInt(MOST_BYTES)))) : undefined;
  return {
    ...extent,
    kind,
    storageLevel: ground.storageLevel,
    low: toAddress(low),
    high: toAddress(frameEnd),
    framePointer: row?.cfa.kind === 'register' && row.cfa.register === RBP && one.rbp !== undefined ? toAddress(one.rbp) : undefined,
    slots,
    unstored: unstoredOf(one, places, sources),
    problems,
    bytes: bytes?.slice(),
    before: undefined,
    unwoundBy: sources.unwoundBy(extent.level),
    evidence: evidenceOf(one, sources),
  };
}

function nextStored(all: readonly Worked[], at: number): Worked | undefined {
  for (let next = at + 1; next < all.length; next++) {
    const kind = all[next]?.ground.kind;
    if (kind === 'normal' || kind === 'signal') return all[next];
  }
  return undefined;
}

/** Return address, saved registers and canary; for a signal frame what the kernel wrote. */
function ownThings(one: Worked, next: Worked | undefined, sources: AssembleSources, kernel: readonly PlacedThing[]): PlacedThing[] {
  const { ground, facts, saved, row } = one;
  const { cfa, pc } = ground.extent;
  if (ground.kind === 'signal') return [...kernel.filter(({ role }) => role !== 'signal-frame')];
  if (cfa === undefined || ground.isBroken) return [];
  const things: PlacedThing[] = [];
  const isOutermost = row?.registers.get(RIP)?.kind === 'undefined';
  if (!isOutermost) things.push({ start: cfa - 8n, end: cfa, role: 'return-address', evidence: ruleEvidence(one, next) });
  for (const { register, address } of saved) things.push({ start: address, end: address + 8n, role: 'saved-register', register, evidence: savedEvidence(one, register, address, sources) });
  if (facts?.canary && pc > facts.canary.storedAt) {
    const start = cfa + BigInt(facts.canary.offset);
    const check = facts.canary.checkedAt === undefined ? '' : `, checked at 0x${facts.canary.checkedAt.toString(16)}`;
    things.push({ start, end: start + 8n, role: 'canary', evidence: [{ source: 'memory', text: `fs:0x28 is stored here by the instruction at 0x${facts.canary.storedAt.toString(16)}${check}` }] });
  }
  return things;
}

function signalRest(signal: ReturnType<typeof readSignalFrame>, { extent, high }: FrameGroundFacts): PlacedThing[] {
  if (!signal) return [];
  const parts = signal.things.filter(({ role }) => role === 'signal-frame');
  if (high <= extent.sp) return parts;
  const zone = signal.interruptedSp - RED_ZONE_BYTES;
  return [
    ...parts,
    { start: zone, end: signal.interruptedSp, role: 'red-zone', ofLevel: extent.level + 1, words: 'of the interrupted function', evidence: [{ source: 'rule', text: 'the kernel leaves 128 bytes below the interrupted rsp alone' }] },
    { start: signal.end, end: zone, role: 'padding', words: 'alignment of the signal frame' },
  ];
}

interface Placed {
  readonly owner: Worked;
  readonly from: Worked;
  readonly variable: FrameVariable;
  readonly start: bigint;
  readonly sizeBytes: number;
}

class Places {
  readonly #byOwner = new Map<Worked, Placed[]>();
  readonly #placed = new Set<FrameVariable>();

  constructor(all: readonly Placed[]) {
    for (const one of all) {
      const list = this.#byOwner.get(one.owner);
      if (list) list.push(one);
      else this.#byOwner.set(one.owner, [one]);
      this.#placed.add(one.variable);
    }
  }

  in(owner: Worked): readonly Placed[] {
    return this.#byOwner.get(owner) ?? [];
  }

  has(variable: FrameVariable): boolean {
    return this.#placed.has(variable);
  }
}

/** Variables with the frame whose bytes they take. */
function placeAll(all: readonly Worked[], sources: AssembleSources): readonly Placed[] {
  const owners = all.filter(({ ground }) => (ground.kind === 'normal' || ground.kind === 'signal') && !ground.isBroken);
  const placed: Placed[] = [];
  let nearest = 0;
  for (const from of all) {
    // Nearly every variable lies in its own frame or the one around: the search begins there.
    while ((owners[nearest + 1]?.ground.extent.level ?? Infinity) <= from.ground.extent.level) nearest++;
    for (const variable of sources.variables.get(from.ground.extent.level) ?? []) {
      const start = placeOf(variable, from, sources);
      const { sizeBytes } = variable;
      if (start === undefined || sizeBytes === undefined || sizeBytes === 0) continue;
      const holds = ({ ground }: Worked): boolean => start >= ground.low && start < ground.high;
      const owner = [owners[nearest], owners[nearest + 1]].find((one) => one !== undefined && holds(one)) ?? owners.find(holds);
      if (owner) placed.push({ owner, from, variable, start, sizeBytes });
    }
  }
  return placed;
}

/** The variables, of this frame and of others, whose bytes lie in this frame: its own, those of functions inlined into it, arguments on the stack of what it called. */
function placeVariables(one: Worked, placed: readonly Placed[]): PlacedThing[] {
  const { level } = one.ground.extent;
  return placed.toSorted((a, b) => nearness(a.from, one) - nearness(b.from, one)).map(({ from, variable, start, sizeBytes }) => ({
    start, end: start + BigInt(sizeBytes), role: variable.role, name: variable.name, type: variable.type, value: variable.value,
    ofLevel: from === one ? undefined : from.ground.extent.level,
    opensWith: variable.isAggregate ? variable.name : undefined,
    words: from === one ? '' : from.ground.kind === 'inline' && from.ground.storageLevel === level ? `of ${name(from)}, inlined here` : `argument of ${name(from)}`,
    evidence: from === one ? undefined : [{ source: 'gdb', text: `&${variable.name} and its size in frame ${from.ground.extent.level}` }],
  }));
}

function nearness(from: Worked, to: Worked): number {
  return from === to ? 0 : Math.abs(from.ground.extent.level - to.ground.extent.level);
}

function name({ ground }: Worked): string {
  return ground.extent.function ?? `frame ${ground.extent.level}`;
}

/** A reference's own place: gdb gives that of what it refers to, so the frame offset is taken where the word there agrees. */
function placeOf(variable: FrameVariable, { ground, rbp }: Worked, sources: AssembleSources): bigint | undefined {
  if (variable.frameOffset === undefined) return variable.address;
  for (const base of [ground.extent.cfa, rbp]) {
    const place = base === undefined ? undefined : BigInt.asUintN(64, base + BigInt(variable.frameOffset));
    if (place !== undefined && readWord(sources.read, place) === variable.address) return place;
  }
  return undefined;
}

function unstoredOf(one: Worked, places: Places, sources: AssembleSources): UnstoredVariable[] {
  return (sources.variables.get(one.ground.extent.level) ?? []).flatMap((variable): UnstoredVariable[] => {
    const { name: called, role, type, value } = variable;
    const opensWith = variable.isAggregate ? called : undefined;
    if (variable.unstored) return [{ name: called, role, type, value, ...variable.unstored, address: undefined, opensWith }];
    if (places.has(variable)) return [];
    const place = placeOf(variable, one, sources);
    const words = place === undefined ? 'its place is not known' : sources.describe(place) || 'not on this part of the stack';
    return [{ name: called, role, type, value, where: 'elsewhere', register: undefined, address: place === undefined ? undefined : toAddress(place), words, opensWith }];
  });
}

function overlap({ extent }: FrameGroundFacts): StackProblem {
  const cfa = extent.cfa === undefined ? 'unknown' : formatPlainAddress(extent.cfa);
  return {
    kind: 'frame-overlap',
    address: extent.sp,
    words: `Frame ${extent.level} would end below where it begins, or outside of the stack: from here on the unwinding cannot be trusted.`,
    evidence: [{ source: 'gdb', text: `frame ${extent.level}: rsp ${formatPlainAddress(extent.sp)}, CFA ${cfa}` }],
  };
}

function ruleEvidence({ ground: { extent } }: Worked, next: Worked | undefined): Evidence[] {
  const cfa = extent.cfa === undefined ? '' : formatPlainAddress(extent.cfa);
  return [{ source: 'gdb', text: `CFA ${cfa}${next ? ` = rsp of frame ${next.ground.extent.level}` : ''}; the return address is at CFA-8 (System V ABI x86-64, 3.2.2)` }];
}

function savedEvidence({ row, ground: { extent } }: Worked, register: string, address: bigint, sources: AssembleSources): Evidence[] {
  if (!row) return [{ source: 'gdb', text: `info frame ${extent.level}: ${register} at 0x${address.toString(16)}` }];
  const distance = extent.cfa === undefined ? '' : `CFA${address - extent.cfa}`;
  return [{ source: 'memory', text: `.eh_frame rules at ${sources.describe(extent.pc) || `0x${extent.pc.toString(16)}`}: ${register} at ${distance}` }];
}

function evidenceOf({ ground: { extent, kind }, row, facts }: Worked, sources: AssembleSources): Evidence[] {
  const evidence: Evidence[] = [{
    source: sources.unwoundBy(extent.level) === 'gdb' ? 'gdb' : 'memory',
    text: `frame ${extent.level}: pc ${formatPlainAddress(extent.pc)}, rsp ${formatPlainAddress(extent.sp)}, CFA ${extent.cfa === undefined ? 'none' : formatPlainAddress(extent.cfa)}`,
  }];
  if (row?.cfa.kind === 'register') evidence.push({ source: 'memory', text: `.eh_frame: CFA = ${DWARF_REGISTERS[row.cfa.register] ?? '?'}+${row.cfa.offset} from 0x${row.start.toString(16)} on` });
  if (facts && kind === 'normal') {
    const code = `[0x${facts.start.toString(16)}, 0x${facts.end.toString(16)})`;
    evidence.push({ source: 'memory', text: `function ${code} by its unwind description` });
    if (facts.named) evidence.push({ source: 'rule', text: `padding: no instruction in ${code} names these bytes` });
  }
  return evidence;
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
