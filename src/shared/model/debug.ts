import type { Address } from '../address/address.ts';
import type { AddressRange } from '../address/range.ts';
import type { CatchKind } from './run-control.ts';

export interface SourcePlace {
  /** File name as the debug information has it. */
  readonly file: string;
  /** Absolute path where gdb knows it. */
  readonly fullName: string | undefined;
  readonly line: number;
}

export interface ThreadInfo {
  /** gdb's own thread number. */
  readonly id: number;
  readonly tid: number;
  readonly name: string;
  readonly state: 'stopped' | 'running';
  readonly frame: FrameInfo | undefined;
}

export interface FrameInfo {
  /** 0 is the innermost. */
  readonly level: number;
  readonly pc: Address;
  readonly function: string | undefined;
  readonly modulePath: string | undefined;
  readonly source: SourcePlace | undefined;
}

/** A frame with its extent on the stack: [sp, cfa). */
export interface FrameExtent extends FrameInfo {
  readonly sp: Address;
  /** Canonical frame address; undefined for the outermost frame. */
  readonly cfa: Address | undefined;
}

export type RegisterGroup = 'general' | 'flags' | 'segment' | 'float' | 'vector' | 'other';

export interface RegisterValue {
  readonly name: string;
  readonly group: RegisterGroup;
  /** Raw value for registers of up to 64 bits. */
  readonly value: bigint | undefined;
  /** gdb's text, always there. */
  readonly text: string;
  /** The bytes of a vector register, lowest first: 16, 32 or 64. */
  readonly bytes?: Uint8Array;
  /** Decoded flags (eflags), e.g. ['ZF','IF']. */
  readonly flags?: readonly string[];
  /** Differs from the previous stop's value of the same thread. */
  readonly changed: boolean;
}

export type BreakpointKind =
  | 'software' | 'hardware' | 'watch-write' | 'watch-read' | 'watch-access'
  /** gdb compares a value after every single step: made in the console only. */
  | 'watch-software'
  | 'catch' | 'other';

export interface BreakpointLocation {
  readonly address: Address;
  readonly function: string | undefined;
  readonly source: SourcePlace | undefined;
  readonly enabled: boolean;
}

export interface BreakpointInfo {
  /** gdb's number, as text. */
  readonly number: string;
  readonly kind: BreakpointKind;
  readonly enabled: boolean;
  readonly temporary: boolean;
  /** What the user asked for. */
  readonly original: string;
  readonly condition: string | undefined;
  /** It does not stop the next so many times. */
  readonly ignoreCount: number;
  readonly hits: number;
  /** Stops only this thread (gdb's number). */
  readonly threadId: number | undefined;
  /** For `catch`: what is caught. */
  readonly catching: CatchKind | 'other' | undefined;
  /** For watchpoints: the bytes that are watched, where they are known. */
  readonly watched: AddressRange | undefined;
  readonly pending: boolean;
  readonly locations: readonly BreakpointLocation[];
}

/** Why a target is stopped. */
export interface StopInfo {
  readonly reason: 'breakpoint' | 'watchpoint' | 'step' | 'signal' | 'interrupted' | 'attached' | 'catchpoint' | 'exec' | 'other';
  /** gdb thread number that stopped first. */
  readonly threadId: number;
  readonly breakpoint: string | undefined;
  readonly signal: { readonly name: string; readonly meaning: string } | undefined;
  readonly frame: FrameInfo | undefined;
  /** One line in words: `Stopped at breakpoint 1`. */
  readonly words: string;
}

/** How to open: what a run command may be. */
export const RESUME_KINDS = [
  'continue', 'step-over', 'step-into', 'step-out', 'step-instruction', 'next-instruction',
  /** Like step-over, but never back to a line before: leaves a loop. */
  'until',
  'reverse-continue', 'reverse-over', 'reverse-into', 'reverse-out', 'reverse-step-instruction', 'reverse-next-instruction',
] as const;
export type ResumeKind = (typeof RESUME_KINDS)[number];
