import { assembleFrames, type FrameVariable } from '../../../shared/analysis/stack/assemble-frames.ts';
import { foldRows, joinRuns } from '../../../shared/analysis/stack/fold-rows.ts';
import { groundFrames } from '../../../shared/analysis/stack/frame-ground.ts';
import { readWord, type ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import type { StackFrame, StackOutlineRow } from '../../../shared/model/stack.ts';
import type { Debugger } from '../../target/debugger.ts';
import { DeepStack } from './deep-stack.ts';
import { repeatVariables, SAMPLE_LEVELS } from './repeat-variables.ts';
import { stackReader, type StackGround } from './stack-ground.ts';

/** Levels that gdb is asked for; those beyond are found by the unwind tables. Its own `backtrace limit`, 512 from our start on, must leave room for the first frame beyond. */
export const GDB_LEVELS = 510;
/** Frames that are asked for first: most stacks end there. */
const FIRST_LEVELS = 64;
/** Inner frames read along: arguments of the innermost wanted frame lie with its caller, and its kind shows in its neighbours. */
const INNER_LEVELS = 4;
/** Frames beyond gdb's last that are looked for: the C library's start code takes three. */
const MOST_OUTER = 16;
/** fs:0x28 (System V ABI x86-64 with glibc: tcbhead_t.stack_guard). */
const CANARY_OFFSET = 0x28n;

export interface Outline {
  readonly rows: readonly StackOutlineRow[];
  readonly depth: number;
  readonly complete: boolean;
}

/** One thread at one stop. */
export class ThreadFrames {
  readonly #held: Debugger;
  readonly #thread: number;
  readonly #ground: StackGround;
  readonly #read: ReadBytes;
  #outline: Promise<Outline> | undefined;
  readonly #deep = new Map<number, Promise<DeepStack>>();
  /** gdb's outermost level, once known. */
  #gdbEnd: number | undefined;

  constructor(held: Debugger, thread: number, ground: StackGround) {
    this.#held = held;
    this.#thread = thread;
    this.#ground = ground;
    this.#read = stackReader(ground.target);
  }

  outline(): Promise<Outline> {
    this.#outline ??= this.#readOutline();
    return this.#outline;
  }

  async #readOutline(): Promise<Outline> {
    const first = await this.#held.stack(this.#thread, 0, FIRST_LEVELS - 1, false);
    const all = first.more ? await this.#held.stack(this.#thread, 0, GDB_LEVELS - 2, false) : first;
    const extents = all.more ? all.extents : await this.#withOuter(all.extents);
    const rows = groundFrames(extents, this.#ground).map(({ extent, kind }) => ({
      kind: 'frame' as const, level: extent.level, function: extent.function, pc: extent.pc, sp: extent.sp, cfa: extent.cfa, frameKind: kind, source: extent.source,
    }));
    if (!all.more) return { rows: rows.length > FIRST_LEVELS ? foldRows(rows) : rows, depth: rows.length, complete: true };
    const deep = await this.#deepFrom(GDB_LEVELS);
    return { rows: joinRuns([...foldRows(rows), ...deep.rows()]), depth: GDB_LEVELS + deep.count, complete: deep.complete };
  }

  /** The frames from a level on, by the unwind tables. */
  #deepFrom(level: number): Promise<DeepStack> {
    const known = this.#deep.get(level) ?? this.#held.registers(this.#thread, level).then((registers) => new DeepStack(level, registers, this.#ground, this.#read));
    this.#deep.set(level, known);
    return known;
  }

  /**
   * gdb's frames end at main, whose caller it does not show; the unwind tables know it and those up to _start, and with it where main's frame ends. `frames` are the outermost
   * ones gdb has.
   */
  async #withOuter(frames: readonly FrameExtent[]): Promise<readonly FrameExtent[]> {
    const last = frames.at(-1);
    if (!last) return frames;
    this.#gdbEnd = last.level;
    const deep = await this.#deepFrom(last.level);
    const [own, ...outer] = deep.extents(last.level, last.level + MOST_OUTER).extents;
    if (!own || own.sp !== last.sp) return frames;
    const sound = outer.findIndex(({ pc }) => !this.#ground.isExecutable(pc));
    return [...frames.slice(0, -1), { ...last, cfa: last.cfa ?? own.cfa }, ...(sound < 0 ? outer : outer.slice(0, sound))];
  }

  async frames(low: number, high: number): Promise<{ readonly frames: readonly StackFrame[]; readonly more: boolean }> {
    if (high < GDB_LEVELS) return this.#gdbFrames(low, high);
    if (low >= GDB_LEVELS) return this.#deepFrames(low, high);
    const near = await this.#gdbFrames(low, GDB_LEVELS - 1);
    if (!near.more) return near;
    const far = await this.#deepFrames(GDB_LEVELS, high);
    return { frames: [...near.frames, ...far.frames], more: far.more };
  }

  async #gdbFrames(low: number, high: number): Promise<{ readonly frames: readonly StackFrame[]; readonly more: boolean }> {
    const from = Math.max(0, Math.min(low, this.#gdbEnd ?? low) - INNER_LEVELS);
    const found = await this.#held.stack(this.#thread, from, high, true);
    if (found.extents.length === 0) {
      // Past gdb's last frame, and it was not known which that is.
      if (this.#gdbEnd !== undefined) return { frames: [], more: false };
      await this.outline();
      return this.#gdbEnd === undefined ? { frames: [], more: false } : this.#gdbFrames(low, high);
    }
    const reachesEnd = !found.more;
    const [extents, saved] = await Promise.all([reachesEnd ? this.#withOuter(found.extents) : found.extents, this.#savedWithoutTables(found.extents)]);
    const gdbEnd = found.extents.at(-1)?.level ?? 0;
    const frames = this.#assemble(extents, saved, found, (level) => (level <= gdbEnd ? 'gdb' : 'unwind-table'));
    return { frames: frames.filter(({ level }) => level >= low && level <= high), more: found.more || extents.some(({ level }) => level > high) };
  }

  async #deepFrames(low: number, high: number): Promise<{ readonly frames: readonly StackFrame[]; readonly more: boolean }> {
    if ((await this.#held.stack(this.#thread, GDB_LEVELS, GDB_LEVELS, false)).extents.length === 0) return { frames: [], more: false };
    const [deep, { threadBlock }] = await Promise.all([this.#deepFrom(GDB_LEVELS), this.#held.stack(this.#thread, 0, 0, false)]);
    const from = Math.max(GDB_LEVELS, low - INNER_LEVELS);
    const { extents, framePointer } = deep.extents(from, high + 1);
    const samples = await this.#held.stack(this.#thread, GDB_LEVELS - SAMPLE_LEVELS, GDB_LEVELS - 1, true);
    const variables = await repeatVariables(extents, samples, (level, expressions) => this.#held.values(this.#thread, level, expressions));
    const assembled = this.#assemble(extents, new Map(), { variables, framePointer, threadBlock }, () => 'unwind-table');
    return { frames: assembled.filter(({ level }) => level >= low && level <= high), more: extents.some(({ level }) => level > high) };
  }

  #assemble(
    extents: readonly FrameExtent[], saved: ReadonlyMap<number, readonly { readonly register: string; readonly address: bigint }[]>,
    told: { readonly variables: ReadonlyMap<number, readonly FrameVariable[]>; readonly framePointer: bigint | undefined; readonly threadBlock: bigint | undefined },
    unwoundBy: (level: number) => StackFrame['unwoundBy'],
  ): readonly StackFrame[] {
    const ground = this.#ground;
    const { threadBlock } = told;
    return assembleFrames(extents, {
      read: this.#read,
      isExecutable: (address) => ground.isExecutable(address),
      isMapped: (address) => ground.isMapped(address),
      topOf: (address) => ground.topOf(address),
      describe: (address) => ground.describe(address),
      functionAt: (pc, spOffset) => ground.tables.functionAt(pc, spOffset),
      savedBy: (level) => saved.get(level),
      canary: threadBlock === undefined || threadBlock === 0n ? undefined : readWord(this.#read, threadBlock + CANARY_OFFSET),
      variables: told.variables,
      framePointer: told.framePointer,
      unwoundBy,
    });
  }

  /** Saved registers as gdb makes them out itself, for code without unwind tables (assembler, code made at run time). */
  async #savedWithoutTables(extents: readonly FrameExtent[]): Promise<ReadonlyMap<number, readonly { readonly register: string; readonly address: bigint }[]>> {
    const without = groundFrames(extents, this.#ground).filter(({ kind, extent }) => kind === 'normal' && extent.cfa !== undefined && !this.#hasTable(extent));
    return new Map(await Promise.all(without.map(async ({ extent: { level } }) => [level, await this.#held.savedRegisters(this.#thread, level)] as const)));
  }

  #hasTable({ level, pc }: FrameExtent): boolean {
    return this.#ground.tables.descriptionAt(level === 0 ? pc : pc - 1n) !== undefined;
  }
}
