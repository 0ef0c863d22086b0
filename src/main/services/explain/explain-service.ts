import { attemptOf } from '../../../shared/analysis/explain/attempt.ts';
import { explainFault, isFaultSignal } from '../../../shared/analysis/explain/explain-fault.ts';
import { explainPanic, isPanicFunction } from '../../../shared/analysis/explain/panic-stop.ts';
import type { ThreadInfo } from '../../../shared/model/debug.ts';
import type { ExplainAnswer } from '../../../shared/model/explanation.ts';
import type { ServiceHandlers } from '../../../shared/rpc/contract.ts';
import type { ExplainContract } from '../../../shared/rpc/contracts/explain.ts';
import type { Session } from '../../session/session.ts';
import type { SessionManager } from '../../session/session-manager.ts';
import type { Debugger } from '../../target/debugger.ts';
import type { Picture, Target } from '../../target/target.ts';
import { checked, ofSession } from '../validate.ts';
import { faultGround } from './fault-ground.ts';
import { insideHandler, lineText, readFacts, stoppedBySignal, type FaultStop } from './read-facts.ts';
import { outputOf, panicOf, readFindings, stackTo } from './read-findings.ts';

/** A panic goes through some ten frames of the runtime. */
const PANIC_FRAMES = 32;

export function explainService(manager: SessionManager): ServiceHandlers<ExplainContract> {
  return {
    calls: {
      explain: checked('explain.explain', ofSession, async (params) => {
        const session = manager.get(params.sessionId);
        const { stopCount } = session.state;
        const { generation, picture } = await session.picture();
        return { generation, stopCount, answer: await explain(session, picture) };
      }),
    },
    events: {},
  };
}

/** Why a session's program is stopped, for others than the page. */
export async function explainSession(session: Session): Promise<ExplainAnswer> {
  return explain(session, (await session.picture()).picture);
}

/** A stop is a fault when gdb says so by its signal; or when gdb has just come, and a thread is inside its handler of one. */
async function explain(session: Session, picture: Picture): Promise<ExplainAnswer> {
  const { phase, stop, ending } = session.state;
  if (phase !== 'stopped' || stop === undefined) return none(`The process is not stopped under gdb${ending === undefined ? '' : `: it ${ending}`}.`);
  const held = session.debugger('explain its stop', 'stopped');
  if (stop.reason === 'signal' && stop.signal !== undefined) {
    const { name, meaning } = stop.signal;
    if (!isFaultSignal(name)) return none(`${stop.words} (${meaning}), which is not a fault of the program.`);
    const { threads } = await held.threads();
    const thread = threads.find(({ id }) => id === stop.threadId) ?? threads[0];
    if (!thread) return none('gdb knows no thread of the process.');
    return session.withTarget(async (target) => answer(session, held, picture, target, await stoppedBySignal(held, { name, meaning }, thread)));
  }
  if (stop.reason === 'breakpoint' && isPanicFunction(stop.frame?.function)) {
    const { threads } = await held.threads();
    const thread = threads.find(({ id }) => id === stop.threadId);
    if (thread) return session.withTarget((target) => panicUnderWay(session, held, picture, target, thread));
  }
  if (stop.reason !== 'attached' && stop.reason !== 'interrupted') return none(`${stop.words}: no fault.`);
  const { threads } = await held.threads();
  return session.withTarget(async (target) => {
    const found = await insideHandler(held, threads, faultGround(target, picture).read);
    return found ? answer(session, held, picture, target, found) : none(`${stop.words}: no thread has faulted.`);
  });
}

async function answer(session: Session, held: Debugger, picture: Picture, target: Target, stop: FaultStop): Promise<ExplainAnswer> {
  const facts = await readFacts(held, target.identity.pid, stop);
  if (!facts) return none('gdb does not tell the registers of the thread that stopped.');
  const ground = faultGround(target, picture);
  const attempt = attemptOf(facts, ground);
  const explained = explainFault(facts, ground, attempt, await readFindings({ session, held, picture, ground, facts, attempt }));
  // The line of another frame than the innermost one is known only now.
  return explained.kind === 'fault' && explained.sourceText === undefined ? { ...explained, sourceText: await lineText(explained.source, target.identity.pid) } : explained;
}

/** A Rust panic that has just begun: gdb stands at rust_panic. */
async function panicUnderWay(session: Session, held: Debugger, picture: Picture, target: Target, thread: ThreadInfo): Promise<ExplainAnswer> {
  const { frames } = await held.frames(thread.id, 0, PANIC_FRAMES - 1);
  const [innermost] = frames;
  if (!innermost) return none('gdb does not tell the frames of the thread that panics.');
  const ground = faultGround(target, picture);
  const sources = { picture, ground, facts: { sp: innermost.sp, frames } };
  const explained = explainPanic({
    thread: { id: thread.id, tid: thread.tid, name: thread.name }, pc: innermost.pc, sp: innermost.sp, frames, thrown: panicOf(sources, stackTo(sources), outputOf(session)),
  });
  return { ...explained, sourceText: await lineText(explained.source, target.identity.pid) };
}

function none(reason: string): ExplainAnswer {
  return { kind: 'none', reason };
}
