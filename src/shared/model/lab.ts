import type { ResumeKind } from './debug.ts';

/*
 * A lab as plain data: a short text, a program, things to do in the views, predictions to make first, and what is then checked on the live process. Sentences may hold `code` between
 * backticks and nothing else.
 */

/** What a lab's program is written in. `rust+c`: one program of both. `own`: any program of the user's. */
export const LAB_LANGUAGES = ['c', 'rust', 'rust+c', 'own'] as const;
export type LabLanguage = (typeof LAB_LANGUAGES)[number];

export interface LabSummary {
  /** For the command line and the wire: `regions`. */
  readonly name: string;
  /** 1 to 13, in the order of learning. */
  readonly number: number;
  readonly title: string;
  /** One line. */
  readonly summary: string;
  readonly languages: readonly LabLanguage[];
  /** Over all its languages. */
  readonly checkCount: number;
}

export type LabBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string; readonly caption?: string }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** A document that says so, and what it says. */
export interface LabSource {
  /** `elf(5)`, `System V gABI, chapter 4`, `glibc manual, 3.2.3`. */
  readonly name: string;
  readonly says: string;
  readonly url?: string;
}

export interface LabSourceFile {
  /** `regions.c` */
  readonly name: string;
  readonly language: 'c' | 'rust' | 'other';
  readonly text: string;
}

export interface LabProgram {
  readonly language: LabLanguage;
  readonly files: readonly LabSourceFile[];
  /** What is typed to compile it, one command a line: `gcc -g -O0 -o regions regions.c`. */
  readonly commands: readonly string[];
}

export type LabView =
  | 'map' | 'memory' | 'pages' | 'stack' | 'source' | 'inspector' | 'console' | 'program' | 'sections' | 'registers' | 'breakpoints' | 'search' | 'explain';

/** An address in a lab's program: what the program printed behind a name, or an expression (a symbol, `$rsp`, `&local`). `labs.resolve` tells the address. */
export type LabPlace = { readonly printed: string } | { readonly expression: string };

/** A button beside a step. */
export type LabAction =
  /** Shows the view, at the place where there is one. */
  | { readonly kind: 'go'; readonly view: LabView; readonly place?: LabPlace }
  | { readonly kind: 'run'; readonly command: ResumeKind | 'interrupt' | 'restart' }
  /** Types a line into gdb's console or to the program, and Enter. */
  | { readonly kind: 'type'; readonly terminal: 'gdb' | 'program'; readonly text: string };

export interface LabStep {
  readonly id: string;
  readonly text: string;
  /** Without: for all the lab's languages. */
  readonly languages?: readonly LabLanguage[];
  readonly action?: LabAction & { readonly label: string };
}

/** A question to answer before looking. */
export interface LabPrediction {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right one. */
  readonly answer: number;
  /** Why, shown once an option is chosen. */
  readonly explanation: string;
}

export interface LabCheck {
  readonly id: string;
  /** What is claimed, as a sentence. */
  readonly title: string;
  /** Why it is so. */
  readonly why: string;
  /** Without: for all the lab's languages. */
  readonly languages?: readonly LabLanguage[];
}

export interface Lab extends LabSummary {
  readonly intro: readonly LabBlock[];
  readonly sources: readonly LabSource[];
  readonly programs: readonly LabProgram[];
  readonly predictions: readonly LabPrediction[];
  readonly steps: readonly LabStep[];
  readonly checks: readonly LabCheck[];
}

/**
 * `holds`: every claim was seen to be so. `fails`: one was seen not to be. `not-yet`: the program, or the user, has not come so far; the remedy says what to do. `cannot`: this machine
 * or process does not let it be seen; the remedy says why.
 */
export type LabCheckState = 'holds' | 'fails' | 'not-yet' | 'cannot';

/** One thing that was looked at, as its source has it. */
export interface LabEvidence {
  /** Where it was read: `/proc/4242/maps`, `readelf -SW regions`, `gdb: info registers`, `the program’s output`, `regions at file offset 0x3010`. */
  readonly from: string;
  /** Line, value or bytes. */
  readonly text: string;
}

/** A claim of a check with what it rests on. */
export interface LabFinding {
  /** undefined: a note, neither right nor wrong. */
  readonly holds: boolean | undefined;
  readonly text: string;
  readonly evidence: readonly LabEvidence[];
}

export interface LabCheckResult {
  readonly id: string;
  readonly title: string;
  readonly state: LabCheckState;
  readonly findings: readonly LabFinding[];
  /** What to do about it, for all states but `holds`. */
  readonly remedy?: string;
}

/** What a verification found. */
export interface LabReport {
  readonly lab: string;
  readonly language: LabLanguage;
  readonly program: string;
  /** Of the process on which most was looked at: a lab may start its program anew in between. */
  readonly pid: number;
  readonly results: readonly LabCheckResult[];
  /** There are results, and all of them are `holds`. */
  readonly holds: boolean;
  /** What to know beside: checks that were left out and why, that the program was started anew. */
  readonly notes: readonly string[];
}

/** A lab's program in a session. */
export interface LabRun {
  readonly sessionId: string;
  readonly lab: string;
  readonly language: LabLanguage;
  /** Path of the compiled program. */
  readonly program: string;
  /** Of the checks that apply to this program; for one of the user's own, those that could be made for it. */
  readonly checks: readonly LabCheck[];
  /** Of the user's own program: what could not be found in it. */
  readonly notes: readonly string[];
}

/** What is remembered of a lab. */
export interface LabProgress {
  readonly lab: string;
  /** Option chosen by prediction id. */
  readonly predictions: Readonly<Record<string, number>>;
  /** Checks that held when last verified, by language. */
  readonly held: { readonly [L in LabLanguage]?: readonly string[] | undefined };
  /** When one was last verified, in milliseconds since 1970. */
  readonly lastVerifiedMs: number | undefined;
}
