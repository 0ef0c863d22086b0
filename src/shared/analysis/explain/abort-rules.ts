import type { FrameInfo } from '../../model/debug.ts';
import { byFunction, functionName } from './function-name.ts';
import { panicIn } from './output-messages.ts';
import { isFromKernel } from './sender-rule.ts';
import { evidence, type Rule, type Scene, type Verdict } from './verdict.ts';

/** What malloc says before it aborts (glibc malloc/malloc.c: the texts of malloc_printerr). */
const HEAP_MESSAGE = /^(?:(?:\*\*\* Error in )?.*?)?(?:(?:malloc|free|realloc|calloc|munmap_chunk|mremap_chunk|malloc_consolidate|corrupted|double free|break adjusted|invalid chunk|chunk_main_arena|tcache|unaligned|munmap_chunk)[^\n]*\b(?:corrupt|invalid|double free|unaligned|unsorted|adjusted|misaligned|mismatching|size|pointer|chunk))/i;
const ASSERTION = /Assertion [`'](?<text>[\s\S]*)' failed\.?/;
const ABORT = /^abort$/;

const name = (frame: FrameInfo): string => functionName(frame.function)?.replace(/(?<=.)\(.*$/, '') ?? '';

/** Frames down to the one that is the program's own, by which an abort is told apart. */
function has(scene: Scene, pattern: RegExp): FrameInfo | undefined {
  return scene.facts.frames.slice(scene.facts.frameLevel).find((frame) => pattern.test(name(frame)));
}

/** A SIGABRT that the program raised itself, through abort. */
function aborts(scene: Scene): boolean {
  const { facts } = scene;
  return facts.signal.name === 'SIGABRT' && !isFromKernel(facts) && facts.sender?.self !== false && (has(scene, ABORT) !== undefined || scene.findings.abortMessage !== undefined);
}

const RULE = 'abort() raises SIGABRT, which ends the program (abort(3)).';

function frameLine({ facts }: Scene, frame: FrameInfo | undefined, words: string): Verdict['evidence'] {
  return frame ? [evidence('gdb', `frame ${frame.level}, ${words}`, { kind: 'frame', threadId: facts.thread.id, frameLevel: frame.level })] : [];
}

function messageLine({ findings }: Scene): Verdict['evidence'] {
  return findings.abortMessage === undefined ? [] : [evidence('memory', `the C library’s message: ${findings.abortMessage.trim()}`)];
}

export const stackSmashed: Rule = (scene) => {
  const failed = has(scene, /^__stack_chk_fail/);
  if (!aborts(scene) || (!failed && !/stack smashing detected/.test(scene.findings.abortMessage ?? ''))) return undefined;
  const victim = failed && scene.facts.frames[failed.level + 1];
  return {
    id: 'stack-smashed', certainty: 'certain', title: 'Stack smashed', text: `${functionName(victim?.function) ?? 'A function'} found its canary changed when it was about to return: one of its local arrays was written beyond its end.`,
    rule: 'A function built with -fstack-protector compares the canary above its arrays with fs:0x28 before it returns.',
    evidence: [...messageLine(scene), ...frameLine(scene, victim, 'is the function whose frame was overwritten')], frame: victim,
  };
};

export const heapMessage: Rule = (scene) => {
  const message = scene.findings.abortMessage?.trim();
  const printed = has(scene, /^(?:malloc_printerr|__malloc_assert)/);
  if (!aborts(scene) || (!printed && (message === undefined || !HEAP_MESSAGE.test(message) || message.startsWith('***')))) return undefined;
  const allocator = has(scene, /^(?:__GI_|__libc_)*_*(?:free|cfree|malloc|realloc|calloc)$/);
  return {
    id: 'heap-corruption', certainty: 'certain', title: 'Heap corruption',
    text: `The allocator found its records damaged, or was given a wrong pointer${message === undefined ? '' : `: ${message.split('\n')[0] ?? ''}`}. What damaged them may have happened long before.`,
    rule: 'malloc checks its records as it goes, and aborts when they cannot be right.', evidence: [...messageLine(scene), ...frameLine(scene, allocator, `${functionName(allocator?.function) ?? ''}, found it`)], frame: allocator && scene.facts.frames[allocator.level + 1],
  };
};

export const assertion: Rule = (scene) => {
  const failed = has(scene, /^(?:__GI_)?__assert(?:_fail(?:_base)?|_perror_fail)?$/);
  const match = ASSERTION.exec(scene.findings.abortMessage ?? '');
  if (!aborts(scene) || (!failed && !match)) return undefined;
  const caller = scene.facts.frames.slice(scene.facts.frameLevel).findLast((frame) => /^(?:__GI_)?__assert/.test(name(frame)));
  const victim = caller && scene.facts.frames[caller.level + 1];
  return {
    id: 'assertion', certainty: 'certain', title: 'Assertion failed',
    text: `assert(${match?.groups?.['text'] ?? '…'}) was not so${byFunction(' in ', victim?.function)}.`, rule: 'assert aborts the program when its expression is false (assert(3)).',
    evidence: [...messageLine(scene), ...frameLine(scene, victim, 'asserted it')], frame: victim,
  };
};

export const rustPanic: Rule = (scene) => {
  const panic = has(scene, RUST_PANIC);
  const { thrown } = scene.findings;
  if (!panic) return printedPanic(scene);
  if (scene.facts.signal.name !== 'SIGABRT' || isFromKernel(scene.facts) || !isInnermost(scene, panic)) return undefined;
  const victim = panickingFrame(scene.facts.frames, panic.level);
  return {
    id: 'rust-panic', certainty: 'certain', title: 'Rust panic',
    text: `${functionName(victim?.function) ?? 'The program'} panicked${thrown?.text === undefined ? '' : `: ${thrown.text}`}${/[.!?]$/.test(thrown?.text ?? '') ? '' : '.'}`,
    rule: 'A panic that is not unwound (panic=abort, a panic in a destructor, extern "C") aborts the program.',
    evidence: [...(thrown ? [evidence(thrown.from, thrown.words)] : []), ...frameLine(scene, victim, `${functionName(victim?.function) ?? ''}, panicked`), ...frameLine(scene, panic, functionName(panic.function) ?? '')],
    frame: victim,
  };
};

/** Without symbols only the program's own words tell of a panic: it was the last thing before the abort. */
function printedPanic(scene: Scene): Verdict | undefined {
  const abort = has(scene, ABORT);
  const above = abort && scene.facts.frames[abort.level + 1];
  const printed = panicIn(scene.findings.output);
  if (!aborts(scene) || above === undefined || name(above) !== '' || !printed) return undefined;
  return {
    id: 'rust-panic', certainty: 'likely', title: 'Rust panic', text: `The program panicked: ${printed.text}${/[.!?]$/.test(printed.text) ? '' : '.'}`,
    rule: 'A panic that is not unwound (panic=abort, a panic in a destructor, extern "C") aborts the program.',
    evidence: [evidence('output', `the program printed: panicked at ${printed.place}: ${printed.text}`), ...frameLine(scene, abort, 'abort')],
  };
}

/** Functions that a panic goes through (library/std, panicking.rs; library/core, panicking.rs). catch_unwind, which lies below every main, is none of them. */
const RUST_PANIC = /(?:^|::)(?:rust_panic|__rust_start_panic|rust_begin_unwind|(?:rust_)?panic_with_hook|panic_handler|panic_fmt|panic_nounwind(?:_\w+)?|panic_cannot_unwind)$/;
/** Their surroundings, and what starts programs and threads: none of it is the program's own. */
const RUST_RUNTIME = /^(?:<?(?:core|std|alloc|panic_abort|panic_unwind)::|rust_begin_unwind$|rust_panic$|__rust)/;
const STARTS = /^(?:main|start_thread|clone3?|__clone3?|__libc_start\w*|_start)$/;

/** Between the abort and the panic there is nothing of the program itself: it did not abort for a reason of its own. */
function isInnermost({ facts }: Scene, panic: FrameInfo): boolean {
  return facts.frames.every((frame) => frame.level >= panic.level || /^(?:__GI_|__pthread_|raise|gsignal|abort|panic_abort|core::|std::|__rust|$)/.test(name(frame)));
}

/** The first frame beyond the panic machinery of core, alloc and std. */
export function panickingFrame(frames: readonly FrameInfo[], from: number): FrameInfo | undefined {
  return frames.find((frame) => frame.level > from && name(frame) !== '' && !RUST_RUNTIME.test(name(frame)) && !STARTS.test(name(frame)));
}

export const uncaughtException: Rule = (scene) => {
  const terminate = has(scene, /^(?:std::terminate|__cxxabiv1::__terminate|_ZSt9terminatev|__gnu_cxx::__verbose_terminate_handler)$/);
  const { thrown } = scene.findings;
  const throws = has(scene, /^(?:__cxa_throw|__cxa_rethrow)$/);
  const abort = has(scene, ABORT);
  const above = abort && scene.facts.frames[abort.level + 1];
  // A destructor that aborts while an exception unwinds does so for a reason of its own.
  const byRuntime = above !== undefined && (name(above) === '' || /terminate/.test(name(above))) && (terminate !== undefined || /\/lib(?:stdc\+\+|c\+\+|c\+\+abi|gcc_s)[^/]*$/.test(above.modulePath ?? ''));
  if (!aborts(scene) || !byRuntime || thrown === undefined) return undefined;
  const victim = throws && scene.facts.frames.find(({ level, function: at }) => level > throws.level && at !== undefined && at !== '??' && !at.startsWith('std::__throw'));
  return {
    id: 'uncaught-exception', certainty: 'certain', title: 'Uncaught C++ exception',
    text: `An exception${thrown.type === undefined ? '' : ` of type ${thrown.type}`} was thrown${byFunction(' by ', victim?.function)}, and nobody caught it${thrown.text === undefined ? '' : `: ${thrown.text}`}.`,
    rule: 'std::terminate is called for an exception without a handler, and for one that leaves a noexcept function; it aborts.',
    evidence: [evidence(thrown.from, thrown.words), ...frameLine(scene, victim, 'threw it'), ...frameLine(scene, terminate, 'std::terminate')],
    frame: victim,
  };
};

export const plainAbort: Rule = (scene) => {
  if (!aborts(scene)) return undefined;
  const at = has(scene, ABORT);
  const terminate = has(scene, /^(?:std::terminate|_ZSt9terminatev)$/);
  const above = at && scene.facts.frames[(terminate ?? at).level + 1];
  const caller = above && RUST_RUNTIME.test(name(above)) ? panickingFrame(scene.facts.frames, above.level) : above;
  const message = scene.findings.abortMessage?.trim();
  return {
    id: 'abort', certainty: 'certain', title: 'Abort',
    text: terminate ? 'std::terminate was called with no exception on its way: a thread that was neither joined nor detached, or a call by the program itself.'
      : `${functionName(caller?.function) ?? 'The program'} called abort()${message === undefined || message === '' ? '' : `: ${message}`}.`,
    rule: RULE, evidence: [...messageLine(scene), ...frameLine(scene, caller, 'called it')], frame: caller,
  };
};
