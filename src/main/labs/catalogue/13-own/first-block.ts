import { toAddress } from '../../../../shared/address/address.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { SessionState } from '../../../../shared/model/session.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { AddressFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { claimPlace, IN_HEAP } from '../place-claims.ts';

/** M_MMAP_THRESHOLD at its start: larger blocks come from mmap (mallopt(3)). */
const MMAP_THRESHOLD = 128n * 1024n;
const MOST_CALLS = 100;
/** A program of the user's may wait for anything. */
const PATIENCE_MS = 10_000;

/** Runs the program on until it gets its first small block from malloc or calloc in its main thread, and checks where that is. A program that ends without has no heap to check. */
export async function claimFirstBlock(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const held = probe.gdb();
  const main = probe.threadId;
  const numbers: string[] = [];
  for (const location of ['malloc', 'calloc']) numbers.push((await held.insertBreakpoint({ location, condition: undefined, temporary: false, hardware: false })).number);
  try {
    for (let calls = 0; calls < MOST_CALLS; calls++) {
      const state = await next(probe, check);
      if (!state.stop) {
        check.expect(true, 'The program has no heap block: it ended without asking for one.', { from: 'gdb: breakpoints at malloc and calloc', text: `never reached; the program ${state.ending ?? 'is gone'}` });
        return;
      }
      if (state.stop.reason === 'signal') check.cannot(`The program was stopped by ${state.stop.signal?.name ?? 'a signal'} before it asked for a small heap block.`);
      if (state.stop.reason !== 'breakpoint' || !numbers.includes(state.stop.breakpoint ?? '') || state.stop.threadId !== main) continue;
      const size = await sizeAsked(probe, state.stop.frame?.function ?? '');
      if (size >= MMAP_THRESHOLD) continue;
      return void (await claimPlace(probe, check, await finish(probe, size), { what: 'The block', ...IN_HEAP }));
    }
    check.cannot(`The first ${MOST_CALLS} blocks were all large, or another thread’s.`);
  } finally {
    for (const number of numbers) await held.removeBreakpoint(number);
  }
}

async function next(probe: LabProbe, check: CheckRecorder): Promise<SessionState> {
  try {
    return await probe.goOn('continue', PATIENCE_MS);
  } catch (error) {
    if (!(error instanceof VmatlasError) || error.code !== 'gdb-timeout') throw error;
    return check.cannot(`The program runs on, and has asked for no small heap block in ${PATIENCE_MS / 1000} seconds: it may wait for input.`);
  }
}

/** First argument in rdi, second in rsi (System V ABI for x86-64, 3.2.3). */
async function sizeAsked(probe: LabProbe, name: string): Promise<bigint> {
  const first = (await probe.register('rdi')).address;
  return name.includes('calloc') ? first * (await probe.register('rsi')).address : first;
}

/** The returned pointer is in rax. */
async function finish(probe: LabProbe, size: bigint): Promise<AddressFact> {
  const { stop } = await probe.goOn('step-out');
  const rax = await probe.register('rax');
  const address = toAddress(rax.address);
  return { address, text: rax.text, evidence: { from: 'gdb: finish', text: `${rax.text} for ${size} bytes, returned to ${stop?.frame?.function ?? 'its caller'}` } };
}
