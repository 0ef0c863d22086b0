import type { Address } from '../address/address.ts';
import type { Evidence } from './evidence.ts';
import type { ModuleRef } from './region.ts';

/** `yes`: protected. `partial`: in part. `no`: not protected. `unknown`: the file does not tell. */
export type HardeningVerdict = 'yes' | 'partial' | 'no' | 'unknown';

export const HARDENING_CHECKS = ['pie', 'nx-stack', 'relro', 'canary', 'fortify', 'cet-ibt', 'cet-shstk', 'build-id', 'rpath'] as const;
export type HardeningCheckId = (typeof HARDENING_CHECKS)[number];

/** One check of one module, or of the process, with what it was told from. */
export interface HardeningCheck {
  readonly id: HardeningCheckId;
  readonly verdict: HardeningVerdict;
  /** Short value: `PIE`, `full`, `partial`, `$ORIGIN/lib`. */
  readonly value: string;
  /** One sentence without a full stop. */
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

export interface ModuleHardening {
  readonly module: ModuleRef;
  /** Lowest mapped address. */
  readonly base: Address;
  /** One for each of HARDENING_CHECKS, in that order; empty when the file could not be read. */
  readonly checks: readonly HardeningCheck[];
  /** Pages that RELRO makes read-only, at run time; undefined without RELRO. */
  readonly relroPages: { readonly start: Address; readonly end: Address } | undefined;
  /** Why `checks` is empty. */
  readonly problem: string | undefined;
}

export interface AslrFacts {
  readonly verdict: HardeningVerdict;
  readonly words: string;
  /** kernel.randomize_va_space: 0 off, 1 stack, mmap and vdso, 2 the program break too. */
  readonly randomizeVaSpace: number | undefined;
  /** personality(2) bits; undefined where the kernel refuses to show them. */
  readonly personality: number | undefined;
  /** ADDR_NO_RANDOMIZE is set in the personality. */
  readonly disabledForProcess: boolean;
  readonly evidence: readonly Evidence[];
}

/** A mapping that is writable and executable, or that became executable after it could be written. */
export interface WritableExecutable {
  readonly how: 'now' | 'made-executable' | 'was-both';
  readonly start: Address;
  readonly end: Address;
  /** Permissions now; '' when it is no longer mapped. */
  readonly perms: string;
  readonly label: string;
  readonly module: ModuleRef | undefined;
  /** One sentence without a full stop. */
  readonly words: string;
  /** Unix time in milliseconds when it was first seen so. */
  readonly sinceUnixMs: number;
  readonly evidence: readonly Evidence[];
}
