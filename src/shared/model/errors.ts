/** Stable codes; a code never changes meaning. The user sees the sentence, scripts and tests see the code. */
export const ERROR_CODES = [
  // opening a target
  'no-such-process', 'process-exited', 'process-is-zombie', 'process-is-kernel-thread', 'already-traced', 'permission-denied', 'not-64-bit',
  'executable-missing', 'launch-failed', 'attach-refused', 'target-lost',
  // debugger
  'gdb-missing', 'gdb-too-old', 'gdb-start-failed', 'gdb-ended', 'gdb-error', 'gdb-timeout', 'mi-malformed', 'target-running', 'not-stopped',
  'not-attached', 'unsupported', 'no-debug-register', 'cannot-watch', 'cannot-reverse',
  // reading
  'unmapped', 'unreadable', 'not-elf', 'malformed-input', 'io-error',
  // editing
  'needs-confirmation', 'breakpoint-in-range',
  // locating
  'unknown-location', 'ambiguous-location',
  // services
  'invalid-argument', 'unknown-method', 'no-such-session', 'wrong-state', 'cancelled', 'connection-lost', 'internal',
  // labs
  'unknown-lab', 'compiler-missing', 'compile-failed', 'no-debug-information',
  // setting up
  'usage', 'browser-missing', 'not-built',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What of an error crosses the wire and is printed with --json. */
export interface ErrorFacts {
  readonly code: ErrorCode;
  /** One plain sentence for the user, without a trailing stack or errno number. */
  readonly message: string;
  /** What was seen: errno name, gdb's words, the line of /proc that says so. */
  readonly evidence?: string;
  /** What the user can do about it, as a sentence or a command to type. */
  readonly remedy?: string;
}

/** The one error class of the product. `cause` keeps the original for logs. */
export class VmatlasError extends Error {
  override readonly name = 'VmatlasError';
  readonly code: ErrorCode;
  readonly evidence: string | undefined;
  readonly remedy: string | undefined;

  constructor(facts: ErrorFacts, options?: { cause?: unknown }) {
    super(facts.message, options);
    this.code = facts.code;
    this.evidence = facts.evidence;
    this.remedy = facts.remedy;
  }

  facts(): ErrorFacts {
    return {
      code: this.code,
      message: this.message,
      ...(this.evidence === undefined ? {} : { evidence: this.evidence }),
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
    };
  }
}

/** Facts of anything thrown: a VmatlasError's own, else `internal` with the error's text as evidence. */
export function errorFacts(error: unknown): ErrorFacts {
  if (error instanceof VmatlasError) return error.facts();
  return {
    code: 'internal',
    message: 'vmatlas made a mistake of its own; please report it with the evidence.',
    evidence: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
