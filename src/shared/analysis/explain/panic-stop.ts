import type { Address } from '../../address/address.ts';
import type { FrameInfo } from '../../model/debug.ts';
import type { Explanation, FaultThrown } from '../../model/explanation.ts';
import { panickingFrame } from './abort-rules.ts';
import { functionName } from './function-name.ts';
import { evidence } from './verdict.ts';

export interface PanicFacts {
  readonly thread: Explanation['thread'];
  readonly pc: Address;
  readonly sp: Address;
  readonly frames: readonly FrameInfo[];
  readonly thrown: FaultThrown & { readonly words: string; readonly from: 'memory' | 'output' };
}

/** The function that every panic with a payload goes through, right before it unwinds or aborts (library/std, panicking.rs). */
export function isPanicFunction(name: string | undefined): boolean {
  return /(?:^|::)rust_panic$/.test(functionName(name) ?? '');
}

/** A Rust panic that is about to unwind, seen at a breakpoint on rust_panic. Whether anybody catches it is not known yet. */
export function explainPanic({ thread, pc, sp, frames, thrown }: PanicFacts): Explanation {
  const victim = panickingFrame(frames, 0);
  const { text } = thrown;
  return {
    kind: 'fault', signal: undefined, code: undefined, thread, address: undefined, addressFrom: undefined, access: 'none', sizeBytes: undefined, instruction: undefined, pc, sp,
    function: functionName(victim?.function), source: victim?.source, sourceText: undefined, region: undefined, gap: undefined,
    rule: 'A panic that nobody catches ends its thread, and with the main thread the program (exit status 101).', title: 'Rust panic',
    cause: { id: 'rust-panic', certainty: 'certain', text: `${functionName(victim?.function) ?? 'The program'} panicked${text === undefined ? '' : `: ${text}`}${/[.!?]$/.test(text ?? '') ? '' : '.'}` },
    evidence: [
      evidence(thrown.from, thrown.words),
      ...(victim ? [evidence('gdb', `frame ${victim.level}, ${functionName(victim.function) ?? ''}, panicked`, { kind: 'frame', threadId: thread.id, frameLevel: victim.level })] : []),
    ],
    frames: frames.slice(0, 16), frameLevel: 0, field: undefined, recursion: undefined, object: undefined, sender: undefined, message: undefined,
    thrown: { type: undefined, text, place: thrown.place },
  };
}
