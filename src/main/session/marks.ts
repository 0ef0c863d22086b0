import type { Address } from '../../shared/address/address.ts';
import { toAddress } from '../../shared/address/address.ts';
import type { RegisterValue, StopInfo } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ThreadSummary } from '../../shared/model/process.ts';
import type { RegionTable } from '../../shared/model/region-table.ts';
import type { Mark } from '../../shared/rpc/contracts/map.ts';
import type { Debugger } from '../target/debugger.ts';
import type { Picture, Target } from '../target/target.ts';

/** Threads that get marks; the map counts those that stand close together. */
const MOST_THREADS = 1024;

export interface MarkSources {
  readonly picture: Picture;
  readonly target: Target;
  /** The debugger while it holds the target. */
  readonly debugger: Debugger | undefined;
  readonly stop: StopInfo | undefined;
}

/** The live points of the map. What can't be asked now (a thread that runs has no readable registers) has no mark. */
export async function findMarks(sources: MarkSources): Promise<readonly Mark[]> {
  const { picture, target, stop } = sources;
  const held = sources.debugger;
  const [threads, breakpoints, fault] = await Promise.all([
    orNothing(target.threads(), []), held ? breakpointMarks(held) : [], held && stop ? faultMarks(held, stop) : [],
  ]);
  const own = held && stop ? await stoppedThreadMarks(held, stop, picture.regions, threads) : { marks: [], tid: undefined };
  const marks: Mark[] = [...own.marks];
  for (const thread of threads.slice(0, MOST_THREADS)) if (thread.tid !== own.tid) marks.push(...blockedThreadMarks(thread, target.identity.pid, held !== undefined));
  if (picture.programBreak !== undefined) {
    marks.push({ kind: 'brk', address: picture.programBreak, label: 'brk', words: 'Program break: the end of the heap', tid: undefined });
  }
  if (picture.stackLimit !== undefined) {
    marks.push({ kind: 'stack-limit', address: picture.stackLimit, label: 'stack limit', words: 'The main stack can grow down to here (RLIMIT_STACK)', tid: undefined });
  }
  marks.push(...breakpoints, ...fault);
  return marks;
}

const POINTERS = [
  { register: 'rsp', kind: 'sp', words: 'Stack pointer' },
  { register: 'rbp', kind: 'fp', words: 'Frame pointer' },
  { register: 'rip', kind: 'pc', words: 'Next instruction' },
] as const;

/** rsp, rbp and rip of the thread that stopped, of its innermost frame. Optimised code keeps other things in rbp: it is a frame pointer only if it points into the same stack. */
async function stoppedThreadMarks(
  held: Debugger, stop: StopInfo, regions: RegionTable, threads: readonly ThreadSummary[],
): Promise<{ marks: readonly Mark[]; tid: number | undefined }> {
  const registers = await orNothing<readonly RegisterValue[]>(held.registers(stop.threadId, 0, 'general'), []);
  const marks: Mark[] = [];
  const valueOf = (name: string): Address | undefined => {
    const value = registers.find((register) => register.name === name)?.value;
    return value === undefined ? undefined : toAddress(BigInt.asUintN(64, value));
  };
  const stack = valueOf('rsp');
  const tid = (stack === undefined ? undefined : threads.find(({ sp }) => sp === stack)?.tid) ?? (await tidOf(held, stop.threadId));
  for (const { register, kind, words } of POINTERS) {
    const address = valueOf(register);
    if (address === undefined) continue;
    if (kind === 'fp' && (stack === undefined || address < stack || regions.indexAt(address) !== regions.indexAt(stack))) continue;
    marks.push({ kind, address, label: register, words: `${words} of the stopped thread`, tid });
  }
  return { marks, tid };
}

/** gdb's number is not the kernel's. Asked only when no thread's stack pointer tells: gdb looks at the innermost frame of every thread before it answers. */
async function tidOf(held: Debugger, threadId: number): Promise<number | undefined> {
  const { threads } = await orNothing(held.threads(), { threads: [], selected: undefined });
  return threads.find(({ id }) => id === threadId)?.tid;
}

/** From /proc/PID/task/TID/syscall: of threads that are blocked, or stopped by a tracer. */
function blockedThreadMarks(thread: ThreadSummary, pid: number, stopped: boolean): readonly Mark[] {
  const suffix = thread.tid === pid ? '' : ` ${thread.tid}`;
  const words = `of thread ${thread.tid} (${thread.name})${stopped ? '' : ', which is blocked'}`;
  const marks: Mark[] = [];
  if (thread.sp !== undefined) marks.push({ kind: 'sp', address: toAddress(thread.sp), label: `rsp${suffix}`, words: `Stack pointer ${words}`, tid: thread.tid });
  if (thread.pc !== undefined) marks.push({ kind: 'pc', address: toAddress(thread.pc), label: `rip${suffix}`, words: `Next instruction ${words}`, tid: thread.tid });
  return marks;
}

async function breakpointMarks(held: Debugger): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for (const breakpoint of await orNothing(held.breakpoints(), [])) {
    if (breakpoint.watched !== undefined) {
      const off = breakpoint.enabled ? '' : ', off';
      marks.push({ kind: 'breakpoint', address: breakpoint.watched.start, label: breakpoint.number, words: `Watchpoint ${breakpoint.number}: ${breakpoint.original}${off}`, tid: undefined });
    }
    for (const location of breakpoint.locations) {
      const off = breakpoint.enabled && location.enabled ? '' : ', off';
      marks.push({
        kind: 'breakpoint', address: location.address, label: breakpoint.number, words: `Breakpoint ${breakpoint.number}: ${breakpoint.original}${off}`, tid: undefined,
      });
    }
  }
  return marks;
}

const FAULT_SIGNALS: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS']);
/** si_code of a fault whose address the CPU does not tell: a non-canonical one, for instance (sigaction(2), SI_KERNEL). */
const SI_KERNEL = 128n;
/** Codes at and below 0 mean a signal that was sent: then these bytes hold a PID, not an address (sigaction(2)). si_code is an int. */
function holdsAddress(siCode: Address): boolean {
  const code = BigInt.asIntN(32, siCode);
  return code > 0n && code !== SI_KERNEL;
}

/** The address whose access raised SIGSEGV or SIGBUS, where the kernel tells it. */
async function faultMarks(held: Debugger, stop: StopInfo): Promise<readonly Mark[]> {
  if (!stop.signal || !FAULT_SIGNALS.has(stop.signal.name)) return [];
  const context = { threadId: stop.threadId, frameLevel: 0 };
  const code = await orNothing(held.evaluateAddress('$_siginfo.si_code', context), undefined);
  if (!code || !holdsAddress(code.address)) return [];
  const fault = await orNothing(held.evaluateAddress('$_siginfo._sifields._sigfault.si_addr', context), undefined);
  if (!fault) return [];
  return [{ kind: 'fault', address: fault.address, label: stop.signal.name, words: `${stop.signal.meaning}: the access to this address failed`, tid: undefined }];
}

/** A mark that can't be had is left out, and the map is shown all the same; mistakes of our own are not hidden. */
async function orNothing<T>(question: Promise<T>, nothing: T): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof VmatlasError) return nothing;
    throw error;
  }
}
