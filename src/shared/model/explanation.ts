import type { Address } from '../address/address.ts';
import type { AddressRange } from '../address/range.ts';
import type { FrameInfo, SourcePlace } from './debug.ts';
import type { Evidence } from './evidence.ts';
import type { Region, UnmappedKind } from './region.ts';
import type { SymbolAt } from './symbol.ts';

/** Signals that a fault of the program itself raises. A stop by any other has no explanation. */
export const FAULT_SIGNALS = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGABRT'] as const;
export type ExplainedSignal = (typeof FAULT_SIGNALS)[number];

/** Stable ids: scripts and tests see them, the user sees `title` and `cause.text`. */
export const CAUSE_IDS = [
  'null-dereference', 'null-call', 'write-to-text', 'write-to-rodata', 'write-to-relro', 'execute-non-executable', 'stack-overflow', 'thread-stack-overflow', 'guard', 'protected',
  'unmapped', 'non-canonical', 'kernel-address', 'misaligned', 'privileged-instruction', 'illegal-instruction', 'past-end-of-file', 'heap-use-after-free', 'heap-corruption',
  'stack-smashed', 'corrupted-return-address', 'divide-by-zero', 'breakpoint-instruction', 'abort', 'assertion', 'uncaught-exception', 'rust-panic', 'sent-by-process',
] as const;
export type CauseId = (typeof CAUSE_IDS)[number];

/** `certain`: what was read admits nothing else. `likely`: the evidence points there, and other causes would look the same. */
export type Certainty = 'certain' | 'likely';

/** `none`: no memory was touched, as in a division, an abort or a privileged instruction. */
export type FaultAccess = 'read' | 'write' | 'execute' | 'none';

export interface FaultOperand {
  /** As the disassembler writes it: `0x10(%rax)`, `%ecx`, `(stack)`. */
  readonly text: string;
  readonly kind: 'memory' | 'register' | 'immediate';
  /** Of a memory operand. */
  readonly address: Address | undefined;
  /** A register's or immediate's value, or what the memory holds where it can be read; undefined when it is not known. Unsigned, cut to the operand's size. */
  readonly value: bigint | undefined;
  /** Registers that make up a memory operand's address, with their values: `rax` = 0. */
  readonly registers: readonly { readonly name: string; readonly value: bigint }[];
  /** The one that faulted. */
  readonly faulted: boolean;
}

export interface FaultInstruction {
  readonly address: Address;
  readonly bytes: Uint8Array;
  /** gdb's text without its comment: `mov    %eax,(%rdx)`. */
  readonly text: string;
  readonly operands: readonly FaultOperand[];
}

/** A region as the map has it, with the finer names of the place in it. */
export interface FaultRegion extends Region {
  readonly section: string | undefined;
  readonly symbol: SymbolAt | undefined;
}

/** What is there when nothing is mapped. */
export interface FaultGap {
  readonly kind: UnmappedKind;
  /** `unmapped`, `non-canonical`, `kernel half`, `stack guard gap`: the map's own label. */
  readonly label: string;
  /** Nearest mapped region below, and from its end (exclusive) to the address: 0 is the byte right behind it. */
  readonly below: { readonly region: Region; readonly distanceBytes: bigint } | undefined;
  /** Nearest mapped region above, and from the address to its start. */
  readonly above: { readonly region: Region; readonly distanceBytes: bigint } | undefined;
}

/** Where a claim can be looked at. */
export type FaultPlace =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'range'; readonly range: AddressRange }
  | { readonly kind: 'frame'; readonly threadId: number; readonly frameLevel: number };

export interface FaultEvidence {
  /** One sentence or clause, without a full stop. */
  readonly words: string;
  /** What the claim was read from. */
  readonly source: Evidence['source'] | 'siginfo' | 'registers' | 'instruction' | 'debug-information' | 'output';
  readonly at: FaultPlace | undefined;
}

/** The field that a null or wild pointer was asked for. */
export interface FaultField {
  /** `next`, `inner.count`. */
  readonly name: string;
  /** `struct node`. */
  readonly type: string;
  readonly offsetBytes: number;
  /** The expression that is null: `head`, `n->next`; undefined when only the type is known. */
  readonly pointer: string | undefined;
}

/** Stack overflows: how deep, and by whom. */
export interface FaultRecursion {
  /** Frames in all; a lower bound when `complete` is false. */
  readonly depth: number;
  readonly complete: boolean;
  /** Functions that call each other again and again, innermost first; empty when no recursion was seen. */
  readonly functions: readonly string[];
  /** How often they repeat. */
  readonly repeats: number;
  readonly bytesPerRepeat: number | undefined;
  /** What the stack would have had to be, and what it may be. */
  readonly neededBytes: bigint | undefined;
  readonly limitBytes: bigint | undefined;
}

/** The object beside the place, where the access ran over its end (or before its start). */
export interface FaultObject {
  /** `table`, `[heap]`. */
  readonly name: string;
  readonly range: AddressRange;
  /** From the object's end to the address (0: the byte right behind it); negative: before its start. */
  readonly overrunBytes: bigint;
}

/** Who sent a signal that no fault raised. */
export interface FaultSender {
  readonly pid: number;
  readonly uid: number | undefined;
  /** Undefined when that process is gone. */
  readonly name: string | undefined;
  readonly self: boolean;
}

/** A C++ exception or a Rust panic. */
export interface FaultThrown {
  /** `std::runtime_error`; undefined for a panic. */
  readonly type: string | undefined;
  /** what(), or the panic's message; undefined when it could not be read. */
  readonly text: string | undefined;
  /** `src/main.rs:4:5` of a panic. */
  readonly place: string | undefined;
}

/** Why the program stopped where it stands. */
export interface Explanation {
  readonly kind: 'fault';
  /** undefined for a program that ended by itself without a signal: a Rust panic that unwound to the end. */
  readonly signal: { readonly name: ExplainedSignal; readonly number: number; readonly meaning: string } | undefined;
  /** si_code: `SEGV_MAPERR` is 1 with SIGSEGV. undefined with the signal. */
  readonly code: { readonly name: string; readonly number: number; readonly meaning: string } | undefined;
  /** gdb's number and the kernel's. */
  readonly thread: { readonly id: number; readonly tid: number; readonly name: string };
  /** Address that the program tried to touch, from siginfo or, where the kernel is not told it, from the instruction's operand. undefined when memory was not the matter. */
  readonly address: Address | undefined;
  readonly addressFrom: 'siginfo' | 'operand' | undefined;
  readonly access: FaultAccess;
  /** Bytes of the access; undefined when unknown, or there was none. */
  readonly sizeBytes: number | undefined;
  /** At pc, or the one that raised the signal where pc is behind it (`int3`); undefined where nothing can be read at pc, and where no instruction is to blame (an abort, a signal that was sent). */
  readonly instruction: FaultInstruction | undefined;
  readonly pc: Address;
  readonly sp: Address;
  /** Where it happened: the function at pc; of an abort, an exception or a panic the one that called for it. */
  readonly function: string | undefined;
  readonly source: SourcePlace | undefined;
  /** Text of the source line. */
  readonly sourceText: string | undefined;
  /** What lies at `address`; undefined when it is unmapped, or there is no address. */
  readonly region: FaultRegion | undefined;
  readonly gap: FaultGap | undefined;
  /** The rule that forbade it, as one sentence: `Pages of .rodata are read-only (r--p).` */
  readonly rule: string;
  /** A headline without the address: `Write to .rodata`. */
  readonly title: string;
  readonly cause: { readonly id: CauseId; readonly certainty: Certainty; readonly text: string };
  /** Strongest first. */
  readonly evidence: readonly FaultEvidence[];
  /** Innermost frames, at most 16. */
  readonly frames: readonly FrameInfo[];
  /** The program is inside its handler of the signal: pc and registers are those of the interrupted code, which is this frame. 0 otherwise. */
  readonly frameLevel: number;
  readonly field: FaultField | undefined;
  readonly recursion: FaultRecursion | undefined;
  readonly object: FaultObject | undefined;
  readonly sender: FaultSender | undefined;
  /** What the C library said before it aborted, or the assertion, as printed. */
  readonly message: string | undefined;
  readonly thrown: FaultThrown | undefined;
}

/** There is nothing to explain, and why: `Stopped at breakpoint 1: no fault.` */
export interface NoFault {
  readonly kind: 'none';
  readonly reason: string;
}

export type ExplainAnswer = Explanation | NoFault;
