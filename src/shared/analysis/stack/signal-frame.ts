import type { PlacedThing } from './layout-frame.ts';
import { readWord, viewOf, type ReadBytes } from './read-bytes.ts';

/** Order of the registers in a mcontext (Linux, arch/x86/include/uapi/asm/sigcontext.h, struct sigcontext_64). */
const CONTEXT_REGISTERS = ['r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rdi', 'rsi', 'rbp', 'rbx', 'rdx', 'rax', 'rcx', 'rsp', 'rip'] as const;
/** uc_mcontext in struct ucontext: after uc_flags, uc_link and uc_stack. */
const CONTEXT_OFFSET = 40n;
const FPSTATE_OFFSET = CONTEXT_OFFSET + 23n * 8n;
/** sizeof(struct ucontext) of the kernel: its signal set has 8 bytes. */
const UCONTEXT_BYTES = 304n;
const SIGINFO_BYTES = 128n;
/** Legacy area of the vector state; its software-reserved bytes at 464 tell the whole size (struct _fpx_sw_bytes). */
const FXSAVE_BYTES = 512n;
const SOFTWARE_OFFSET = 464n;
const FP_XSTATE_MAGIC1 = 0x4650_5853;
const FP_XSTATE_MAGIC2_BYTES = 4n;

export interface SignalFrame {
  /** Parts from `sp` upwards: siginfo and ucontext as signal-frame, the interrupted registers as saved registers, rip as the return address. */
  readonly things: readonly PlacedThing[];
  /** End of what the kernel wrote. */
  readonly end: bigint;
  /** rsp of the interrupted code: the frame above, on the same stack or another. */
  readonly interruptedSp: bigint;
}

/**
 * What the kernel pushed for a handler; `sp` is gdb's stack pointer of the frame `<signal handler called>`, which is where struct rt_sigframe's ucontext begins (the word below it,
 * the handler's return address, has been popped):
 *
 *     sp ── ucontext (304) ── siginfo (128) ── alignment ── vector state ── end ── … red zone of the interrupted function ── interrupted rsp
 *
 * undefined when the words there do not fit together.
 */
export function readSignalFrame(sp: bigint, read: ReadBytes): SignalFrame | undefined {
  const interruptedSp = readWord(read, sp + CONTEXT_OFFSET + 15n * 8n);
  const vector = readWord(read, sp + FPSTATE_OFFSET);
  if (interruptedSp === undefined || vector === undefined) return undefined;
  const siginfo = sp + UCONTEXT_BYTES;
  const infoEnd = siginfo + SIGINFO_BYTES;
  if (vector !== 0n && (vector < infoEnd || vector > infoEnd + 4096n)) return undefined;
  const end = vector === 0n ? infoEnd : vector + vectorBytes(vector, read);
  const evidence = [{ source: 'rule' as const, text: 'struct rt_sigframe (Linux, arch/x86/include/asm/sigframe.h)' }];
  const things: PlacedThing[] = CONTEXT_REGISTERS.map((register, at) => {
    const start = sp + CONTEXT_OFFSET + BigInt(at) * 8n;
    const place = { start, end: start + 8n, evidence };
    return register === 'rip' ? { ...place, role: 'return-address', words: 'where the signal came' } : { ...place, role: 'saved-register', register };
  });
  things.push({ start: sp, end: siginfo, role: 'signal-frame', name: 'ucontext', evidence }, { start: siginfo, end: infoEnd, role: 'signal-frame', name: 'siginfo', evidence });
  if (vector !== 0n) things.push({ start: vector, end, role: 'signal-frame', name: 'fpstate', words: 'x87, SSE and AVX registers', evidence });
  return { things, end, interruptedSp };
}

function vectorBytes(vector: bigint, read: ReadBytes): bigint {
  const software = read(vector + SOFTWARE_OFFSET, 24);
  if (!software) return FXSAVE_BYTES;
  const view = viewOf(software);
  if (view.getUint32(0, true) !== FP_XSTATE_MAGIC1) return FXSAVE_BYTES;
  const extended = BigInt(view.getUint32(4, true));
  return extended >= FXSAVE_BYTES && extended <= 65_536n ? extended : FXSAVE_BYTES + FP_XSTATE_MAGIC2_BYTES;
}
