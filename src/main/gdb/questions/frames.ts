import type { Address } from '../../../shared/address/address.ts';
import type { FrameExtent, FrameInfo } from '../../../shared/model/debug.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { parseHex } from '../mi-commands/read-reply.ts';
import { gdbSet } from '../mi-commands/setup-commands.ts';
import { dataListRegisterValues, stackListFrames } from '../mi-commands/stack-commands.ts';
import type { Registers } from './registers.ts';

/** `set backtrace limit` that gdb is started with, and that the user's `bt` keeps. */
const USUAL_LIMIT = 512;
/** Deeper frames are not offered: gdb keeps a kilobyte for each frame that it has unwound. */
const DEEPEST = 32_768;
const MAX_FRAMES_AT_ONCE = 512;

export interface FramesAnswer {
  readonly frames: readonly FrameExtent[];
  readonly more: boolean;
}

/**
 * Frames low to high with their extents. The canonical frame address of frame N is the stack pointer of N's caller at the call, which is gdb's rsp in frame N+1; the outermost
 * frame has none. Two trips: which frames there are, then their stack pointers.
 *
 *     lower addresses   rsp(0) ▄▄▄▄▄▄ rsp(1) = CFA(0) ▄▄▄▄▄▄▄▄ rsp(2) = CFA(1)   higher
 */
export async function readFrames(connection: MiConnection, registers: Registers, thread: number, low: number, high: number): Promise<FramesAnswer> {
  const first = Math.max(0, Math.min(low, DEEPEST));
  const last = Math.max(first, Math.min(high, first + MAX_FRAMES_AT_ONCE - 1, DEEPEST));
  const deep = last + 1 >= USUAL_LIMIT;
  const [rsp, found] = await Promise.all([
    registers.stackPointer(thread), withDepth(connection, deep, last + 2, () => connection.run(stackListFrames(thread, first, last + 1)).catch(beyondTheEnd)),
  ]);
  const stackPointers = await withDepth(connection, deep, last + 2, () => Promise.all(found.map((_, at) => stackPointerOf(connection, thread, first + at, rsp))));
  const more = found.length > last - first + 1;
  return { frames: found.slice(0, last - first + 1).map((frame, at) => extent(frame, stackPointers[at], stackPointers[at + 1])), more };
}

/** Questions that need a higher `backtrace limit` than usual. Limit, questions and limit go out in one write, so the user's own `bt` hardly ever sees the higher one. */
async function withDepth<T>(connection: MiConnection, deep: boolean, limit: number, ask: () => Promise<T>): Promise<T> {
  if (!deep) return ask();
  const [, answer] = await Promise.all([connection.run(gdbSet('backtrace limit', String(limit))), ask(), connection.run(gdbSet('backtrace limit', String(USUAL_LIMIT)))]);
  return answer;
}

async function stackPointerOf(connection: MiConnection, thread: number, level: number, rsp: number): Promise<Address | undefined> {
  try {
    const values = await connection.run(dataListRegisterValues(thread, level, [rsp]));
    return parseHex(values.get(rsp) ?? '');
  } catch (error) {
    // Past the outermost frame there is none; that gdb said so is the answer.
    if (error instanceof Error && 'code' in error && error.code === 'gdb-error') return undefined;
    throw error;
  }
}

/** gdb refuses a list that begins past the outermost frame. */
function beyondTheEnd(error: unknown): readonly FrameInfo[] {
  if (error instanceof Error && 'evidence' in error && /Not enough frames/.test(String(error.evidence))) return [];
  throw error;
}

function extent(frame: FrameInfo, sp: Address | undefined, cfa: Address | undefined): FrameExtent {
  // gdb found this frame, so it knows its stack pointer; a register that is unavailable all the same counts as the end of the known stack.
  return { ...frame, sp: sp ?? (0n as Address), cfa };
}
