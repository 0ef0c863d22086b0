import { readFile, stat } from 'node:fs/promises';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { FaultFacts } from '../../../shared/analysis/explain/fault-facts.ts';
import { isFaultSignal } from '../../../shared/analysis/explain/explain-fault.ts';
import { SI_KERNEL, SIGNAL_NUMBERS } from '../../../shared/analysis/explain/signal-codes.ts';
import { readSignalFrame } from '../../../shared/analysis/stack/signal-frame.ts';
import { viewOf, type ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { SourcePlace, ThreadInfo } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { FaultSender } from '../../../shared/model/explanation.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import type { Debugger } from '../../target/debugger.ts';

/** Frames that are read: the innermost ones tell how a program came to abort. */
const FRAMES = 32;
/** Threads that are looked through for a signal handler under way. */
const MOST_THREADS = 64;
const LARGEST_SOURCE_BYTES = 32 * 1024 * 1024;
/** The processor's number of a page fault (Intel SDM vol. 3, 6.15), and the bits of its error code that matter. */
const PAGE_FAULT = 14n;
const FAULT_WRITE = 2n;
const FAULT_FETCH = 16n;

/** siginfo, wherever it was read from. */
interface SignalInfo {
  readonly number: number;
  readonly code: number;
  readonly address: Address;
  readonly pid: number;
  readonly uid: number;
}

export interface FaultStop {
  readonly signal: FaultFacts['signal'];
  readonly info: SignalInfo;
  readonly thread: ThreadInfo;
  readonly frameLevel: number;
  readonly pageFault: FaultFacts['pageFault'];
}

/** The signal that gdb has stopped a thread for, from `$_siginfo`. */
export async function stoppedBySignal(held: Debugger, signal: FaultFacts['signal'], thread: ThreadInfo): Promise<FaultStop> {
  const ask = async (field: string): Promise<bigint> => (await held.evaluateAddress(`$_siginfo.${field}`, { threadId: thread.id, frameLevel: 0 })).address;
  const [number, code, address, pid, uid] = await Promise.all([
    ask('si_signo'), ask('si_code'), ask('_sifields._sigfault.si_addr'), ask('_sifields._kill.si_pid'), ask('_sifields._kill.si_uid'),
  ]);
  const info = { number: Number(number), code: Number(BigInt.asIntN(32, code)), address: toAddress(address), pid: Number(BigInt.asIntN(32, pid)), uid: Number(BigInt.asUintN(32, uid)) };
  return { signal, info, thread, frameLevel: 0, pageFault: undefined };
}

/** A thread that is inside its handler of a fault: the kernel's frame on its stack keeps siginfo, registers and the processor's error code. */
export async function insideHandler(held: Debugger, threads: readonly ThreadInfo[], read: ReadBytes): Promise<FaultStop | undefined> {
  for (const thread of threads.slice(0, MOST_THREADS)) {
    // oxlint-disable-next-line no-await-in-loop -- the first thread that has one is taken
    const { frames } = await held.frames(thread.id, 0, FRAMES - 1);
    for (const frame of frames) {
      if (frame.function !== '<signal handler called>') continue;
      const found = readHandlerFrame(frame.sp, read);
      if (found) return { ...found, thread, frameLevel: frame.level + 1 };
    }
  }
  return undefined;
}

function readHandlerFrame(sp: Address, read: ReadBytes): Omit<FaultStop, 'thread' | 'frameLevel'> | undefined {
  const things = readSignalFrame(sp, read)?.things;
  const siginfo = things?.find(({ name }) => name === 'siginfo');
  const bytes = siginfo && read(siginfo.start, 32);
  if (!bytes) return undefined;
  const view = viewOf(bytes);
  const number = view.getInt32(0, true);
  const name = Object.entries(SIGNAL_NUMBERS).find(([, value]) => value === number)?.[0];
  if (name === undefined || !isFaultSignal(name)) return undefined;
  const info = { number, code: view.getInt32(8, true), address: toAddress(view.getBigUint64(16, true)), pid: view.getInt32(16, true), uid: view.getUint32(20, true) };
  // struct sigcontext_64: err and trapno follow eflags and the segments (arch/x86/include/uapi/asm/sigcontext.h).
  const words = read(sp + 40n + 19n * 8n, 16);
  const error = words && viewOf(words).getBigUint64(0, true);
  const trap = words && viewOf(words).getBigUint64(8, true);
  const pageFault = trap === PAGE_FAULT && error !== undefined ? { write: (error & FAULT_WRITE) !== 0n, fetch: (error & FAULT_FETCH) !== 0n } : undefined;
  return { signal: { name, meaning: MEANINGS[name] }, info, pageFault };
}

const MEANINGS: Readonly<Record<FaultFacts['signal']['name'], string>> = {
  SIGSEGV: 'Segmentation fault', SIGBUS: 'Bus error', SIGILL: 'Illegal instruction', SIGFPE: 'Arithmetic exception', SIGTRAP: 'Trace/breakpoint trap', SIGABRT: 'Aborted',
};

/** Everything about the stop that costs little. */
export async function readFacts(held: Debugger, pid: number, stop: FaultStop): Promise<FaultFacts | undefined> {
  const { thread, frameLevel, info, signal, pageFault } = stop;
  const [registers, { frames }, line] = await Promise.all([held.registers(thread.id, frameLevel, 'plain'), held.frames(thread.id, 0, frameLevel + FRAMES - 1), held.code.frameCode(thread.id, frameLevel)]);
  const file = new Map(registers.flatMap(({ name, value }) => (value === undefined ? [] : [[name, BigInt.asUintN(64, value)] as const])));
  const [pc, sp] = [file.get('rip'), file.get('rsp')];
  if (pc === undefined || sp === undefined) return undefined;
  // int3 is done when it traps: pc is behind it.
  const trapped = signal.name === 'SIGTRAP' && info.code > 0 ? await instructionAt(held, toAddress(BigInt.asUintN(64, pc - 1n))) : undefined;
  const own = trapped?.text.trim() === 'int3';
  const source = own ? (await held.code.lineOf(trapped.address)).source : line.source;
  const [instruction, sourceText] = await Promise.all([own ? trapped : instructionAt(held, toAddress(pc)), lineText(source, pid)]);
  const byKernel = info.code > 0 && info.code !== SI_KERNEL;
  return {
    signal, code: info.code, siAddress: byKernel ? info.address : undefined, sender: info.code > 0 ? undefined : senderOf(info, pid),
    thread: { id: thread.id, tid: thread.tid, name: thread.name, isMain: thread.tid === pid },
    registers: file, pc: toAddress(pc), sp: toAddress(sp), instruction, pageFault, frames, frameLevel, source, sourceText,
    stackLimitBytes: parseLimits(tryReadProcText(`/proc/${pid}/limits`) ?? '').get('Max stack size')?.soft,
    handled: isHandled(pid, info.number),
  };
}

async function instructionAt(held: Debugger, pc: Address): Promise<FaultFacts['instruction']> {
  try {
    const [first] = await held.code.disassemble(pc, toAddress(BigInt.asUintN(64, pc + 1n)));
    return first && { address: first.address, bytes: first.bytes, text: first.text.replace(/\s*# .*$/, '') };
  } catch (error) {
    // Nothing can be read at pc: that is the fault itself, as a rule.
    if (error instanceof VmatlasError && error.code !== 'gdb-ended') return undefined;
    throw error;
  }
}

/** Text of a source line; undefined when the file cannot be read, or was changed after the program was built: it would be the wrong line. */
export async function lineText(source: SourcePlace | undefined, pid: number): Promise<string | undefined> {
  const path = source?.fullName ?? source?.file;
  if (source === undefined || path === undefined) return undefined;
  try {
    const [found, program] = await Promise.all([stat(path), stat(`/proc/${pid}/exe`)]);
    if (!found.isFile() || found.size > LARGEST_SOURCE_BYTES || found.mtimeMs > program.mtimeMs) return undefined;
    return (await readFile(path, 'utf8')).split(/\r?\n/)[source.line - 1]?.trim();
  } catch {
    // The file is not here: its name and line are told all the same.
    return undefined;
  }
}

function senderOf({ pid, uid }: SignalInfo, target: number): FaultSender {
  const name = tryReadProcText(`/proc/${pid}/comm`)?.trim();
  return { pid, uid, name: name === '' ? undefined : name, self: pid === target };
}

/** SigCgt of /proc/PID/status: bit N−1 for signal N (proc(5)). */
function isHandled(pid: number, number: number): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(tryReadProcText(`/proc/${pid}/status`) ?? '')?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
}
