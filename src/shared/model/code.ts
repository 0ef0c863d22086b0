import type { Address } from '../address/address.ts';
import type { Pointee } from './pointee.ts';

/** Where in the program: a frame's next instruction, or any address in its text. */
export type CodePlace =
  | { readonly kind: 'frame'; readonly threadId: number; readonly frameLevel: number }
  | { readonly kind: 'address'; readonly address: Address };

/** Lines of a source file around a place. */
export interface SourceText {
  readonly kind: 'text';
  /** The file that was read. */
  readonly path: string;
  /** The name the debug information has, which breakpoints are set by. */
  readonly file: string;
  readonly function: string | undefined;
  /** Line of the place; 1 is the first. */
  readonly line: number;
  /** Number of the first of `lines`. */
  readonly firstLine: number;
  readonly lines: readonly string[];
  readonly totalLines: number;
  /** Where the file's lines have instructions, by ascending address; line 0 ends a run. Breakpoints elsewhere go to the next line that has some. */
  readonly lineTable: readonly LineAddress[];
  /** Changes when any of the above but `line` and `function` does. */
  readonly version: string;
  /** The file was changed after the program was built: lines may not fit. */
  readonly newerThanProgram: boolean;
}

/** The text that the asker has already. */
export interface SameSource {
  readonly kind: 'same';
  readonly function: string | undefined;
  readonly line: number;
}

export interface LineAddress {
  readonly line: number;
  readonly address: Address;
}

/** Why there is no source text, and what helps. */
export interface NoSource {
  readonly kind: 'none';
  readonly why: 'no-debug-information' | 'no-line' | 'file-missing' | 'file-unreadable';
  readonly words: string;
  readonly remedy: string | undefined;
  /** The file that the debug information names. */
  readonly file: string | undefined;
  /** Where it was looked for. */
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly function: string | undefined;
}

export type SourceAnswer = SourceText | SameSource | NoSource;

/** Files under `from` are looked for under `to` (gdb's `set substitute-path`). */
export interface PathRule {
  readonly from: string;
  readonly to: string;
}

/** A memory operand of an instruction, as an address. */
export interface Operand {
  /** As the disassembly has it: `-0x14(%rbp)`; `(stack)` for what push, pop, call, ret and leave touch. */
  readonly text: string;
  /** undefined: a register it needs is not known, or it has many addresses (gather). */
  readonly address: Address | undefined;
  /** False for lea and nop: the address is computed, nothing is read or written. */
  readonly accesses: boolean;
  /** True for addresses that hold whenever the instruction runs (RIP-relative, absolute), and for the current instruction. Otherwise computed from the registers as they are now. */
  readonly certain: boolean;
  /** What lies there; undefined: no mapping, or no address. */
  readonly pointee: Pointee | undefined;
}

export interface Instruction {
  readonly address: Address;
  readonly bytes: Uint8Array;
  /** `main`, as gdb names it. */
  readonly function: string | undefined;
  readonly offset: number | undefined;
  /** gdb's text without its comment: `mov    %rax,-0x18(%rbp)`. */
  readonly text: string;
  /** gdb's comment: `0x555555558010 <watched>`. */
  readonly comment: string | undefined;
  readonly operands: readonly Operand[];
  /** Where a direct jump or call goes. */
  readonly target: Address | undefined;
  readonly targetWords: string | undefined;
  readonly line: number | undefined;
}

export interface Disassembly {
  /** The place asked about; the instruction there is the current one of a frame. */
  readonly at: Address;
  readonly isCurrent: boolean;
  readonly function: string | undefined;
  /** Ascending, gapless. */
  readonly instructions: readonly Instruction[];
  /** There is more of the function before or after. */
  readonly moreBefore: boolean;
  readonly moreAfter: boolean;
  /** File of the lines. */
  readonly file: string | undefined;
}
