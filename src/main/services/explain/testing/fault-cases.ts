import type { CauseId, Certainty, FaultAccess } from '../../../../shared/model/explanation.ts';
import type { RegionKind } from '../../../../shared/model/region.ts';

export interface FaultCase {
  readonly mode: string;
  readonly id: CauseId;
  readonly certainty: Certainty;
  /** As the program prints it, unless the mode's own words are `any`. */
  readonly access?: FaultAccess;
  /** Kind of what lies at the address; undefined where memory is not the matter. */
  readonly place?: RegionKind;
  /** The program cannot know the address beforehand; the kernel tells it. */
  readonly addressUnknown?: boolean;
  /** Further words that the cause's text must have. */
  readonly text?: RegExp;
}

/** Programs of faults.c: every row of what the kernel reports, and every cause that C can have. */
export const C_CASES: readonly FaultCase[] = [
  { mode: 'null-field', id: 'null-dereference', certainty: 'certain', place: 'null', text: /n->next is null.*inner\.count of struct node \(offset 16\)/ },
  { mode: 'null-read', id: 'null-dereference', certainty: 'certain', place: 'null' },
  { mode: 'null-write', id: 'null-dereference', certainty: 'certain', place: 'null' },
  { mode: 'null-increment', id: 'null-dereference', certainty: 'certain', place: 'null' },
  { mode: 'null-increment-at-once', id: 'null-dereference', certainty: 'certain', place: 'null' },
  { mode: 'rodata-increment-at-once', id: 'write-to-rodata', certainty: 'certain', place: 'rodata' },
  { mode: 'null-index', id: 'null-dereference', certainty: 'certain', place: 'null' },
  { mode: 'null-call', id: 'null-call', certainty: 'certain', place: 'null', text: /call_it called through it/ },
  { mode: 'write-text', id: 'write-to-text', certainty: 'certain', place: 'text' },
  { mode: 'write-rodata', id: 'write-to-rodata', certainty: 'certain', place: 'rodata', text: /text_constant/ },
  { mode: 'increment-rodata', id: 'write-to-rodata', certainty: 'certain', place: 'rodata' },
  { mode: 'write-relro', id: 'write-to-relro', certainty: 'certain', place: 'relro', text: /table_of_functions/ },
  { mode: 'execute-heap', id: 'execute-non-executable', certainty: 'certain', place: 'heap' },
  { mode: 'execute-data', id: 'execute-non-executable', certainty: 'certain', place: 'data' },
  { mode: 'execute-stack', id: 'execute-non-executable', certainty: 'certain', place: 'stack' },
  { mode: 'execute-unmapped', id: 'unmapped', certainty: 'certain', place: 'gap' },
  { mode: 'kernel-read', id: 'kernel-address', certainty: 'certain', place: 'kernel' },
  { mode: 'kernel-write', id: 'kernel-address', certainty: 'certain', place: 'kernel' },
  { mode: 'non-canonical-read', id: 'non-canonical', certainty: 'certain', place: 'non-canonical' },
  { mode: 'non-canonical-write', id: 'non-canonical', certainty: 'certain', place: 'non-canonical' },
  { mode: 'non-canonical-call', id: 'non-canonical', certainty: 'certain', place: 'non-canonical' },
  { mode: 'non-canonical-return', id: 'corrupted-return-address', certainty: 'certain', place: 'non-canonical' },
  { mode: 'non-canonical-stack', id: 'non-canonical', certainty: 'certain', place: 'non-canonical' },
  { mode: 'corrupted-return', id: 'corrupted-return-address', certainty: 'likely', place: 'data' },
  { mode: 'corrupted-return-unmapped', id: 'corrupted-return-address', certainty: 'likely', place: 'gap' },
  { mode: 'misaligned-load', id: 'misaligned', certainty: 'certain', place: 'bss' },
  { mode: 'misaligned-store', id: 'misaligned', certainty: 'certain', place: 'bss' },
  { mode: 'misaligned-add', id: 'misaligned', certainty: 'certain', place: 'bss' },
  { mode: 'privileged-hlt', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'privileged-cli', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'privileged-in', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'privileged-cr', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'privileged-rdmsr', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'privileged-int', id: 'privileged-instruction', certainty: 'certain' },
  { mode: 'illegal-ud2', id: 'illegal-instruction', certainty: 'certain' },
  { mode: 'illegal-bytes', id: 'illegal-instruction', certainty: 'certain' },
  { mode: 'breakpoint', id: 'breakpoint-instruction', certainty: 'certain' },
  { mode: 'divide-int', id: 'divide-by-zero', certainty: 'certain', text: /divided by zero/ },
  { mode: 'divide-long', id: 'divide-by-zero', certainty: 'certain', text: /divided by zero/ },
  { mode: 'divide-overflow', id: 'divide-by-zero', certainty: 'certain', text: /not zero/ },
  { mode: 'divide-float', id: 'divide-by-zero', certainty: 'certain' },
  { mode: 'stack-overflow', id: 'stack-overflow', certainty: 'certain', place: 'gap', addressUnknown: true, text: /recurse calls itself, 1\d.\d{3} frames deep/ },
  { mode: 'stack-overflow-mutual', id: 'stack-overflow', certainty: 'certain', place: 'gap', addressUnknown: true, text: /ping, pong|pong, ping/ },
  { mode: 'stack-overflow-big', id: 'stack-overflow', certainty: 'certain', place: 'gap', addressUnknown: true },
  { mode: 'thread-stack-overflow', id: 'thread-stack-overflow', certainty: 'certain', place: 'guard', addressUnknown: true, text: /recurse calls itself/ },
  { mode: 'thread-guard-read', id: 'guard', certainty: 'certain', place: 'guard' },
  { mode: 'guard-region', id: 'guard', certainty: 'certain', place: 'anon' },
  { mode: 'protected-page', id: 'protected', certainty: 'certain', place: 'reserved' },
  { mode: 'protected-read', id: 'protected', certainty: 'certain', place: 'reserved' },
  { mode: 'protected-write', id: 'protected', certainty: 'certain', place: 'anon' },
  { mode: 'unmapped-wild', id: 'unmapped', certainty: 'certain', place: 'gap' },
  { mode: 'unmapped-after-munmap', id: 'unmapped', certainty: 'certain', place: 'gap' },
  { mode: 'overrun-mapping', id: 'unmapped', certainty: 'certain', place: 'gap', text: /ran over its end/ },
  { mode: 'overrun-array', id: 'unmapped', certainty: 'certain', place: 'gap', addressUnknown: true, text: /behind the end of small_array/ },
  { mode: 'past-end-of-file', id: 'past-end-of-file', certainty: 'certain', place: 'file-shared' },
  { mode: 'past-end-of-file-write', id: 'past-end-of-file', certainty: 'certain', place: 'file-private' },
  { mode: 'heap-use-after-free', id: 'heap-use-after-free', certainty: 'likely', place: 'gap' },
  { mode: 'heap-use-key-after-free', id: 'heap-use-after-free', certainty: 'likely' },
  { mode: 'heap-use-after-free-large', id: 'heap-use-after-free', certainty: 'likely', place: 'gap' },
  { mode: 'heap-double-free', id: 'heap-corruption', certainty: 'certain', text: /double free/ },
  { mode: 'heap-smash-top', id: 'heap-corruption', certainty: 'certain', text: /corrupted top size/ },
  { mode: 'heap-free-invalid', id: 'heap-corruption', certainty: 'certain', text: /invalid pointer/ },
  { mode: 'heap-free-garbage', id: 'heap-corruption', certainty: 'likely', access: 'read', place: 'non-canonical', addressUnknown: true },
  { mode: 'stack-smashed', id: 'stack-smashed', certainty: 'certain', text: /^smash / },
  { mode: 'abort', id: 'abort', certainty: 'certain', text: /main called abort/ },
  { mode: 'assertion', id: 'assertion', certainty: 'certain', text: /value > 40 && "value must be large".*in check/ },
  { mode: 'raise-segv', id: 'sent-by-process', certainty: 'certain', text: /sent itself SIGSEGV/ },
  { mode: 'kill-self-abrt', id: 'sent-by-process', certainty: 'certain', text: /sent itself SIGABRT/ },
  { mode: 'raise-trap', id: 'sent-by-process', certainty: 'certain' },
];

/** Modes of throws.cpp, and what must be said of them. `text` of the truth is printed by the program. */
export const CPP_MODES = ['runtime-error', 'logic-error', 'derived', 'own', 'plain', 'int', 'text', 'string', 'bad-alloc', 'noexcept', 'rethrow', 'thread'] as const;

export const RUST_PANICS = ['panic-text', 'panic-format', 'panic-index', 'panic-unwrap', 'panic-expect', 'panic-thread'] as const;
