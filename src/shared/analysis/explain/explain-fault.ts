import { formatAddress } from '../../address/address.ts';
import { FAULT_SIGNALS, type ExplainAnswer, type Explanation, type FaultEvidence } from '../../model/explanation.ts';
import { assertion, heapMessage, plainAbort, rustPanic, stackSmashed, uncaughtException } from './abort-rules.ts';
import type { Attempt } from './attempt.ts';
import { badReturn, executeElsewhere, nullCall } from './execute-rules.ts';
import type { FaultFacts, FaultFindings, FaultGround } from './fault-facts.ts';
import { functionName } from './function-name.ts';
import { freedLargeBlock, freedPointer, insideAllocator } from './heap-rules.ts';
import { breakpointInstruction, division, illegalInstruction, misaligned, privileged, refusedInstruction } from './instruction-rules.ts';
import { changedMeanwhile, guardRegion, kernelAddress, nonCanonical, notAllowed, nullDereference, pastEndOfFile, unmapped } from './memory-rules.ts';
import { placeOf, placeWords } from './place.ts';
import { sentByProcess } from './sender-rule.ts';
import { codeOf, SIGNAL_NUMBERS } from './signal-codes.ts';
import { mainStackOverflow, signalOnFullStack, threadStackOverflow } from './stack-rules.ts';
import { evidence, type Rule, type Scene, type Verdict } from './verdict.ts';

/** The first that answers wins: a rule stands before those that would answer less. */
const RULES: readonly Rule[] = [
  // Signals that were sent: by abort, with its reasons, or by anybody.
  rustPanic, uncaughtException, stackSmashed, assertion, heapMessage, plainAbort, sentByProcess,
  breakpointInstruction, division, illegalInstruction, privileged, misaligned,
  badReturn, nullCall, executeElsewhere,
  mainStackOverflow, threadStackOverflow, nullDereference, insideAllocator, freedPointer, nonCanonical, kernelAddress, guardRegion, pastEndOfFile, notAllowed, freedLargeBlock, unmapped, changedMeanwhile,
  signalOnFullStack, refusedInstruction,
];

/** Names the cause of a stop, or says why it has none. Every claim comes from the facts given; nothing is asked. */
export function explainFault(facts: FaultFacts, ground: FaultGround, attempt: Attempt, findings: FaultFindings): ExplainAnswer {
  const scene: Scene = { facts, ground, attempt, place: placeOf(ground, attempt.address), findings };
  for (const rule of RULES) {
    const verdict = rule(scene);
    if (verdict) return compose(scene, verdict);
  }
  const code = codeOf(facts.signal.name, facts.code);
  return { kind: 'none', reason: `Stopped by ${facts.signal.name} (${code.name}: ${code.meaning}), for which there is no explanation here.` };
}

export function isFaultSignal(name: string): name is FaultFacts['signal']['name'] {
  return (FAULT_SIGNALS as readonly string[]).includes(name);
}

/** Rules whose subject is not the instruction at pc. */
const WITHOUT_INSTRUCTION = new Set<Verdict['id']>(['abort', 'assertion', 'stack-smashed', 'uncaught-exception', 'rust-panic', 'sent-by-process']);

function compose(scene: Scene, verdict: Verdict): Explanation {
  const { facts, attempt, place, findings } = scene;
  const code = codeOf(facts.signal.name, facts.code);
  const byInstruction = !WITHOUT_INSTRUCTION.has(verdict.id);
  return {
    kind: 'fault',
    signal: { name: facts.signal.name, number: SIGNAL_NUMBERS[facts.signal.name], meaning: facts.signal.meaning },
    code,
    thread: { id: facts.thread.id, tid: facts.thread.tid, name: facts.thread.name },
    address: attempt.address,
    addressFrom: attempt.addressFrom,
    access: attempt.access,
    sizeBytes: attempt.sizeBytes,
    instruction: byInstruction && facts.instruction ? { ...facts.instruction, operands: attempt.operands } : undefined,
    pc: facts.pc,
    sp: facts.sp,
    function: functionName((verdict.frame ?? facts.frames[facts.frameLevel])?.function),
    source: verdict.frame === undefined ? facts.source : verdict.frame.source,
    sourceText: verdict.frame === undefined ? facts.sourceText : undefined,
    region: place.region,
    gap: place.gap,
    rule: verdict.rule,
    title: verdict.title,
    cause: { id: verdict.id, certainty: verdict.certainty, text: verdict.text },
    evidence: [...verdict.evidence, ...common(scene, byInstruction)],
    frames: facts.frames.slice(0, facts.frameLevel + 16),
    frameLevel: facts.frameLevel,
    field: verdict.id === 'null-dereference' ? findings.field : undefined,
    recursion: verdict.recursion,
    object: verdict.object,
    sender: facts.sender,
    message: findings.abortMessage?.trim(),
    thrown: findings.thrown && (verdict.id === 'uncaught-exception' || verdict.id === 'rust-panic') ? { type: findings.thrown.type, text: findings.thrown.text, place: findings.thrown.place } : undefined,
  };
}

/** What every explanation rests on. */
function common({ facts, attempt, place }: Scene, byInstruction: boolean): FaultEvidence[] {
  const code = codeOf(facts.signal.name, facts.code);
  const out: FaultEvidence[] = [];
  if (facts.code > 0) out.push(evidence('siginfo', `${facts.signal.name}, si_code ${facts.code} (${code.name}: ${code.meaning})${facts.siAddress === undefined ? '' : `, si_addr ${formatAddress(facts.siAddress)}`}`));
  if (byInstruction && facts.instruction) {
    out.push(evidence('instruction', `${facts.instruction.text}${attempt.words === '' ? '' : `: ${attempt.words}`}`, { kind: 'address', address: facts.instruction.address }));
    for (const operand of attempt.operands.filter(({ faulted, registers }) => faulted && registers.length > 0)) {
      out.push(evidence('registers', operand.registers.map(({ name, value }) => `${name} = 0x${value.toString(16)}`).join(', ')));
    }
  }
  if (attempt.address !== undefined) out.push(evidence('maps', placeWords(place), { kind: 'address', address: attempt.address }));
  if (facts.handled && facts.code > 0) out.push(evidence('status', `the program has a handler of its own for ${facts.signal.name} (SigCgt): it may go on`));
  return out;
}
