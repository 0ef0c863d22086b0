import { readFileSync } from 'node:fs';
import type { StackFrame, StackSlot } from '../../../../shared/model/stack.ts';
import { programSource } from '../../../testing/compile.ts';
import { runProgram, type RunningProgram } from '../../../testing/run-program.ts';
import { LiveHost } from '../../testing/live-host.ts';

/** Text of a program that says where its variables and return addresses are. */
export function stackProgram(name: string): string {
  return readFileSync(programSource(`stack/${name}`), 'utf8');
}

/** A running program with gdb attached, looked at through the services. */
export interface StackRig {
  readonly program: RunningProgram;
  readonly host: LiveHost;
  readonly sessionId: string;
  readonly calls: LiveHost['services']['handlers']['stack']['calls'];
  threadId(tid?: number): Promise<number>;
  /** All frames of a thread. */
  frames(tid?: number): Promise<readonly StackFrame[]>;
  end(): Promise<void>;
}

export async function stackRig(path: string, args: readonly string[] = [], attach = true): Promise<StackRig> {
  const program = await runProgram(path, args);
  const host = new LiveHost();
  const end = async (): Promise<void> => {
    await host.dispose();
    await program.stop();
  };
  try {
    const { sessionId } = await host.calls.sessions.observe({ pid: program.pid }, host.context);
    if (attach) await host.calls.sessions.attach({ sessionId }, host.context);
    const { calls } = host.services.handlers.stack;
    const threadId = async (tid = program.pid): Promise<number> => {
      const { threads } = await host.calls.debug.threads({ sessionId }, host.context);
      const thread = threads.find((one) => one.tid === tid);
      if (!thread) throw new Error(`gdb has no thread ${tid}`);
      return thread.id;
    };
    const frames = async (tid?: number): Promise<readonly StackFrame[]> => {
      const found: StackFrame[] = [];
      for (let more = true; more; ) {
        const answer = await calls.frames({ sessionId, threadId: await threadId(tid), low: found.length, high: found.length + 63 }, host.context);
        found.push(...answer.frames);
        more = answer.more;
      }
      return found;
    };
    return { program, host, sessionId, calls, threadId, frames, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What a program said of one of its variables. */
export interface Told {
  readonly role: 'local' | 'parameter';
  readonly function: string;
  readonly name: string;
  readonly start: bigint;
  readonly end: bigint;
}

/** `local:FUNCTION:NAME ADDRESS SIZE`; functions may hold colons. */
export function toldVariables(program: RunningProgram): readonly Told[] {
  return [...program.facts].flatMap(([key, value]): Told[] => {
    const match = /^(local|parameter):(.+):(\w+)$/.exec(key);
    const [address = '', size = ''] = value.split(' ');
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return [];
    const start = BigInt(address);
    return [{ role: match[1] === 'local' ? 'local' : 'parameter', function: match[2], name: match[3], start, end: start + BigInt(size) }];
  });
}

/** First number of each fact `KIND:FUNCTION …`, by function. */
export function toldPlaces(program: RunningProgram, kind: string): ReadonlyMap<string, bigint> {
  return new Map([...program.facts].flatMap(([key, value]) => (key.startsWith(`${kind}:`) ? [[key.slice(kind.length + 1), BigInt(value.split(' ')[0] ?? '')] as const] : [])));
}

/** The slot that begins at an address, with its frame. */
export function slotAt(frames: readonly StackFrame[], start: bigint): { readonly frame: StackFrame; readonly slot: StackSlot } | undefined {
  for (const frame of frames) for (const slot of frame.slots) if (slot.start === start) return { frame, slot };
  return undefined;
}

/** What is wrong with the slots of these frames: gaps, overlaps, roles that are none; frames that do not meet. Empty when all is right. */
export function faults(frames: readonly StackFrame[]): readonly string[] {
  const found: string[] = [];
  for (const frame of frames) {
    if (frame.kind === 'inline' || frame.kind === 'tail-call') {
      if (frame.slots.length > 0) found.push(`${frame.kind} frame ${frame.level} has slots`);
      continue;
    }
    let at: bigint = frame.low;
    for (const slot of frame.slots) {
      if (slot.start !== at) found.push(`frame ${frame.level}: ${slot.role} begins at 0x${slot.start.toString(16)}, not at 0x${at.toString(16)}`);
      if (slot.end <= slot.start) found.push(`frame ${frame.level}: empty ${slot.role}`);
      at = slot.end;
    }
    if (at !== frame.high) found.push(`frame ${frame.level} ends at 0x${frame.high.toString(16)}, its slots at 0x${at.toString(16)}`);
  }
  const stored = frames.filter(({ kind }) => kind === 'normal');
  for (const [at, frame] of stored.entries()) {
    const next = stored[at + 1];
    if (next && next.level === frame.level + 1 && frame.cfa !== undefined && next.low !== frame.high) found.push(`frame ${next.level} does not begin where frame ${frame.level} ends`);
  }
  return found;
}
