import { toAddress, type Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import type { Session } from '../../session/session.ts';

/** Threads and frames looked at for one page: enough for what one works with, and never a stall. */
const MOST_THREADS = 16;
const MOST_FRAMES = 64;

/** PKRU of the thread that stopped first; undefined when nothing is stopped or the processor has none. */
export async function threadPkru(session: Session): Promise<number | undefined> {
  const { stop, phase } = session.state;
  const held = session.attachedDebugger();
  if (phase !== 'stopped' || !stop || !held) return undefined;
  return whileStopped(async () => {
    const register = (await held.registers(stop.threadId, 0, 'other')).find(({ name }) => name === 'pkru');
    return register?.value === undefined ? undefined : Number(register.value);
  }, undefined);
}

/** Frames of stopped threads that lie, in part or whole, on the page. */
export async function framesOnPage(session: Session, page: Address): Promise<PageCard['frames']> {
  const held = session.attachedDebugger();
  if (session.state.phase !== 'stopped' || !held) return [];
  const end = page + 4096n;
  return whileStopped(async () => {
    const found: PageCard['frames'][number][] = [];
    const { threads } = await held.threads();
    for (const { id } of threads.slice(0, MOST_THREADS)) {
      // One at a time: gdb answers one question after the other anyway.
      // oxlint-disable-next-line no-await-in-loop
      const { frames } = await held.frames(id, 0, MOST_FRAMES - 1);
      for (const frame of frames) {
        const top = frame.cfa ?? toAddress(frame.sp + 8n);
        if (frame.sp < end && page < top) found.push({ threadId: id, frame, start: frame.sp, end: top });
      }
    }
    return found;
  }, []);
}

/** The program may run on between two questions: then there is nothing to tell, which is no error. */
async function whileStopped<T>(ask: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VmatlasError && ['target-running', 'not-stopped', 'not-attached', 'gdb-error', 'gdb-ended'].includes(error.code)) return nothing;
    throw error;
  }
}
