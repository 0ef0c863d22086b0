import type { Address } from '../address/address.ts';
import type { Evidence } from './evidence.ts';

/** Kinds of mapped bytes. Every byte of every mapping has exactly one. */
export const MAPPED_KINDS = [
  'text', 'rodata', 'relro', 'data', 'bss', 'heap', 'stack', 'thread-stack', 'guard', 'arena', 'anon', 'anon-named', 'file-private', 'file-shared',
  'shm', 'vdso', 'vvar', 'vsyscall', 'reserved', 'jit', 'device',
] as const;
/** Kinds of bytes that no mapping covers. */
export const UNMAPPED_KINDS = ['null', 'gap', 'stack-room', 'non-canonical', 'kernel'] as const;
export const REGION_KINDS = [...MAPPED_KINDS, ...UNMAPPED_KINDS] as const;

export type MappedKind = (typeof MAPPED_KINDS)[number];
export type UnmappedKind = (typeof UNMAPPED_KINDS)[number];
export type RegionKind = (typeof REGION_KINDS)[number];

export function isUnmappedKind(kind: RegionKind): kind is UnmappedKind {
  return (UNMAPPED_KINDS as readonly string[]).includes(kind);
}

export const MODULE_ROLES = ['program', 'library', 'loader', 'vdso'] as const;
export type ModuleRole = (typeof MODULE_ROLES)[number];

/** The ELF file a region belongs to. */
export interface ModuleRef {
  /** Path as maps shows it, without a ` (deleted)` mark that the kernel added; `[vdso]` for the vdso. */
  readonly path: string;
  readonly role: ModuleRole;
}

/** One row of the finished map: a run of bytes with one kind, inside one mapping or inside one stretch without mapping. */
export interface Region {
  readonly start: Address;
  /** Exclusive; may be 2^64. */
  readonly end: Address;
  readonly kind: RegionKind;
  /** Four characters as in maps (`r-xp`); '' where nothing is mapped. */
  readonly perms: string;
  /** File offset in bytes of `start`, 0n where there is no file. */
  readonly offset: bigint;
  /** `major:minor` in hex as in maps; '' where nothing is mapped. */
  readonly dev: string;
  readonly inode: bigint;
  /** Name column of maps, decoded for showing (invalid UTF-8 as U+FFFD); '' when there is none. */
  readonly path: string;
  readonly module: ModuleRef | undefined;
  /** Finer word inside the kind, such as `ELF headers`, `.rodata`, `file tail`, `anonymous tail`; '' when the kind says all. */
  readonly part: string;
  /** Short name for a block or row: `libc.so.6 text`, `[heap]`, `thread 2 stack`. */
  readonly label: string;
  /** For thread-stack, and a guard that belongs to one. */
  readonly tid: number | undefined;
}

export interface RegionWithEvidence extends Region {
  readonly evidence: readonly Evidence[];
}

/** A short card about a kind, in the product's own words. */
export interface KindCard {
  readonly kind: RegionKind;
  readonly title: string;
  readonly typicalPerms: string;
  /** Where the bytes come from. */
  readonly source: string;
  readonly lifetime: string;
  readonly manager: string;
  /** Why it is so: the reason for the permissions and the place. */
  readonly why: string;
}
