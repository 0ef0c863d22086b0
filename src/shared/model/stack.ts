import type { Address } from '../address/address.ts';
import type { FrameInfo } from './debug.ts';
import type { Evidence } from './evidence.ts';

/**
 * What the bytes of a stack are for. Every byte of a frame has exactly one:
 *
 *     return-address   where this function goes back to: the 8 bytes below the CFA
 *     saved-register   a callee-saved register's value of the caller, as the unwind information says
 *     local, parameter a variable with a place in memory; a parameter passed on the stack lies in the caller's frame, with `ofLevel` naming the callee
 *     canary           copy of fs:0x28 that the function checks before it returns (gcc -fstack-protector)
 *     alloca           room that alloca or a variable-length array took below the fixed part of the frame
 *     signal-frame     what the kernel pushed to run a signal handler: ucontext, siginfo, vector registers
 *     spill            named by the function's instructions, or not known to be unused: temporaries, spilled registers, outgoing arguments
 *     padding          no instruction of the function names these bytes
 *     red-zone         the 128 bytes below rsp that the innermost function may use without moving rsp (System V ABI x86-64, 3.2.2)
 */
export const SLOT_ROLES = ['return-address', 'saved-register', 'local', 'parameter', 'canary', 'padding', 'alloca', 'signal-frame', 'spill', 'red-zone'] as const;
export type SlotRole = (typeof SLOT_ROLES)[number];

/** A run of bytes of a frame with one meaning. Slots of a frame are ascending, without overlap or gap, and cover [low, high). */
export interface StackSlot {
  readonly start: Address;
  /** Exclusive. */
  readonly end: Address;
  readonly role: SlotRole;
  /** Variable, or part of a signal frame (`siginfo`); undefined for the rest. */
  readonly name: string | undefined;
  /** gdb's text of the type. */
  readonly type: string | undefined;
  /** gdb's text for variables; hex for return addresses, saved registers and canaries. Cut after 4096 characters. */
  readonly value: string | undefined;
  /** Which register a saved-register slot holds: `rbp`. */
  readonly register: string | undefined;
  /** What there is to say beside: `main+0x58, tour.c:59`, `intact`, `smashed`, `caller's frame pointer`; '' for nothing. */
  readonly words: string;
  /** The slot holds a pointer into mapped memory (or a return address): follow it. */
  readonly pointsTo: Address | undefined;
  /** Frame that the variable belongs to when it is not this one: an inlined function, or the callee whose argument it is. */
  readonly ofLevel: number | undefined;
  /** A struct, union, class or array: `stack.children` opens it with this expression, in frame `ofLevel ?? level`. */
  readonly opensWith: string | undefined;
  /** Against the same bytes at the last stop; undefined when they were not seen then. */
  readonly change: SlotChange | undefined;
  /** What there is beyond the frame's own evidence, which also tells where variables (gdb) and padding (the function's code) come from. */
  readonly evidence: readonly Evidence[];
}

export interface SlotChange {
  readonly changed: boolean;
  /** What the slot held at the last stop, in the same form as `value`; undefined when only its bytes were kept, or nothing changed. */
  readonly before: string | undefined;
}

/** A variable without bytes of its own on the stack. */
export interface UnstoredVariable {
  readonly name: string;
  readonly role: 'local' | 'parameter';
  readonly type: string | undefined;
  readonly value: string | undefined;
  readonly where: 'register' | 'optimised-out' | 'elsewhere' | 'shadowed';
  /** For `register`: which, where gdb tells. */
  readonly register: string | undefined;
  /** For `elsewhere`: its address (a static local, a closure's environment on the heap). */
  readonly address: Address | undefined;
  /** gdb's own words. */
  readonly words: string;
  readonly opensWith: string | undefined;
}

export type FrameKind =
  | 'normal'
  /** Inlined into frame `storageLevel`: drawn without storage. */
  | 'inline'
  /** Left by a jump: gdb knows that it was there from call-site information. No storage. */
  | 'tail-call'
  /** The kernel's signal frame (`<signal handler called>`). */
  | 'signal';

export const STACK_PROBLEM_KINDS = ['return-address-not-executable', 'saved-rbp-outside-stack', 'canary-mismatch', 'frame-overlap', 'unwind-stopped'] as const;
export type StackProblemKind = (typeof STACK_PROBLEM_KINDS)[number];

/** Something about the stack that cannot be right, and how one sees it. */
export interface StackProblem {
  readonly kind: StackProblemKind;
  readonly address: Address | undefined;
  /** One plain sentence. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

/**
 * A frame with every byte labelled.
 *
 *     high = cfa  ┌───────────────┐  higher addresses
 *                 │ return address│
 *                 │ saved rbp     │
 *                 │ canary, locals│
 *     sp          ├───────────────┤
 *                 │ red zone      │  innermost frame only
 *     low         └───────────────┘
 *
 * `low` is sp, but sp − 128 in the innermost frame. An inlined frame has its storage frame's extent and no slots, a tail-called one is empty: low = high = sp. The outermost frame has no CFA: it ends where
 * the program's arguments begin on the main stack, at sp elsewhere.
 */
export interface StackFrame extends FrameInfo {
  readonly kind: FrameKind;
  /** Level of the frame that has the bytes: another for inlined frames only. */
  readonly storageLevel: number;
  readonly sp: Address;
  readonly cfa: Address | undefined;
  readonly low: Address;
  readonly high: Address;
  /** rbp in this frame, where it is a frame pointer. */
  readonly framePointer: Address | undefined;
  readonly slots: readonly StackSlot[];
  readonly unstored: readonly UnstoredVariable[];
  readonly problems: readonly StackProblem[];
  /** The bytes of [low, high), at most the 64 KiB from `low`; undefined when they could not be read. */
  readonly bytes: Uint8Array | undefined;
  /** The same bytes at the last stop, as far as they were seen then (same length as `bytes`, or undefined). */
  readonly before: Uint8Array | undefined;
  /** Where this frame's facts come from: gdb, or the unwind information alone (deep inside a folded recursion: no variables). */
  readonly unwoundBy: 'gdb' | 'unwind-table';
  readonly evidence: readonly Evidence[];
}

/** A row of the whole stack, innermost first. */
export type StackOutlineRow =
  | {
      readonly kind: 'frame';
      readonly level: number;
      readonly function: string | undefined;
      readonly pc: Address;
      readonly sp: Address;
      readonly cfa: Address | undefined;
      readonly frameKind: FrameKind;
      readonly source: FrameInfo['source'];
    }
  /** The same `period` frames again and again: frames firstLevel to firstLevel + count − 1. */
  | {
      readonly kind: 'run';
      readonly firstLevel: number;
      readonly count: number;
      /** Frames of one repeat, and their functions, innermost first. */
      readonly period: number;
      readonly functions: readonly string[];
      readonly bytesPerRepeat: number;
      readonly start: Address;
      readonly end: Address;
      /** Every return address of the run was read and compared. */
      readonly words: string;
    };

/** One thread's stack as a whole. */
export interface ThreadStack {
  readonly tid: number;
  /** gdb's thread number; undefined without gdb. */
  readonly threadId: number | undefined;
  readonly name: string;
  /** stopped, or the state letter of /proc (`S`, `R`). */
  readonly state: string;
  readonly pc: Address | undefined;
  /** Function at pc, from symbols. */
  readonly function: string | undefined;
  /** undefined when the thread runs: the kernel does not tell. */
  readonly sp: Address | undefined;
  /** The mapping that sp is in; undefined when unknown. */
  readonly mapped: { readonly start: Address; readonly end: Address; readonly label: string } | undefined;
  /** sp is on an alternate signal stack or a stack the program made itself, not on the thread's own. */
  readonly foreign: boolean;
  /** From sp to the top of the stack. */
  readonly usedBytes: bigint | undefined;
  readonly mappedBytes: bigint | undefined;
  /** Bytes the stack may have in all: RLIMIT_STACK for the main thread, the mapping's size for others; undefined: unlimited or unknown. */
  readonly limitBytes: bigint | undefined;
  /** Lowest address it may grow to. */
  readonly limitAddress: Address | undefined;
  /** From sp down to the limit. */
  readonly roomBytes: bigint | undefined;
  /** What stops an overflow. */
  readonly guard: { readonly start: Address; readonly end: Address; readonly words: string } | undefined;
  readonly evidence: readonly Evidence[];
}

/** A part of what the kernel put on top of the main stack at exec (fs/binfmt_elf.c, create_elf_tables). */
export interface InitialStackPart {
  readonly start: Address;
  readonly end: Address;
  readonly kind: 'argc' | 'argv' | 'envp' | 'auxv' | 'argument-strings' | 'environment-strings' | 'execfn' | 'random' | 'platform' | 'other';
  /** `argv[0]`, `AT_PHDR`, `environment, 24 strings`. */
  readonly name: string;
  readonly value: string | undefined;
  readonly pointsTo: Address | undefined;
}

/** A word of a stack that nobody unwound. */
export interface RawStackWord {
  readonly address: Address;
  readonly value: bigint;
  readonly kind:
    /** In executable memory, and the bytes before it are a call: maybe a return address. Nothing proves that it is live. */
    | 'return-candidate'
    /** Points into the same stack. */
    | 'stack-pointer'
    /** Points into other mapped memory. */
    | 'pointer'
    | 'data';
  /** `read+0x12, libc.so.6`; '' for nothing. */
  readonly words: string;
}
