import { toAddress, type Address } from '../../../shared/address/address.ts';
import { layoutInitialStack } from '../../../shared/analysis/stack/initial-stack.ts';
import { classifyWords } from '../../../shared/analysis/stack/raw-words.ts';
import { measureStack } from '../../../shared/analysis/stack/thread-stacks.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { InitialStackPart, RawStackWord, ThreadStack } from '../../../shared/model/stack.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import type { Session } from '../../session/session.ts';
import type { StackGround } from './stack-ground.ts';

/** Strings and vectors of an exec take at most a quarter of the stack's limit (execve(2)); more than this is not read. */
const MOST_INITIAL_BYTES = 8n * 1024n * 1024n;

export async function readThreadStacks(session: Session, ground: StackGround): Promise<readonly ThreadStack[]> {
  const { target, picture } = ground;
  const { pid } = target.identity;
  const held = session.attachedDebugger();
  const [summaries, known] = await Promise.all([target.threads(), held?.threads()]);
  const row = parseLimits(tryReadProcText(`/proc/${pid}/limits`) ?? '').get('Max stack size');
  return summaries.map((summary) => {
    const thread = known?.threads.find(({ tid }) => tid === summary.tid);
    return measureStack(
      {
        tid: summary.tid, threadId: thread?.id, name: summary.name, state: thread?.state === 'stopped' ? 'stopped' : summary.state, pc: summary.pc, sp: summary.sp,
        function: summary.pc === undefined ? undefined : ground.functionName(summary.pc), isMain: summary.tid === pid,
      },
      picture.regions,
      { softBytes: row?.soft, line: row?.line },
    );
  });
}

export function readInitialStack(ground: StackGround): { readonly start: Address; readonly end: Address; readonly parts: readonly InitialStackPart[] } {
  const { target, picture, initialStart: start } = ground;
  const region = start === undefined ? undefined : picture.regions.regionAt(start);
  const text = tryReadProcText(`/proc/${target.identity.pid}/stat`);
  if (start === undefined || !region || text === undefined || region.end - start > MOST_INITIAL_BYTES) {
    throw new VmatlasError({ code: 'permission-denied', message: 'The kernel does not say where the program’s arguments are.', evidence: 'field 28 of /proc/PID/stat is 0' });
  }
  const stat = parseStat(text);
  const bytes = new Uint8Array(Number(region.end - start));
  const count = target.readInto(start, bytes);
  const span = (from: bigint, to: bigint) => (from === 0n || to <= from ? undefined : { start: from, end: to });
  const facts = { start, end: region.end, bytes: bytes.subarray(0, count), arguments: span(stat.argStart, stat.argEnd), environment: span(stat.envStart, stat.envEnd) };
  return { start, end: region.end, parts: layoutInitialStack(facts) };
}

export async function readRawWords(
  ground: StackGround, tid: number, from: Address | undefined, count: number,
): Promise<{ readonly start: Address; readonly words: readonly RawStackWord[]; readonly more: boolean }> {
  const { target } = ground;
  const thread = (await target.threads()).find((one) => one.tid === tid);
  if (!thread) throw new VmatlasError({ code: 'invalid-argument', message: `The process has no thread ${tid}.` });
  const wanted = from ?? thread.sp;
  if (wanted === undefined) {
    throw new VmatlasError({
      code: 'target-running', message: `Thread ${tid} is running: the kernel tells the stack pointer only of threads that wait.`, evidence: `/proc/${target.identity.pid}/task/${tid}/syscall: running`,
      remedy: 'Interrupt the process, or ask again when the thread waits.',
    });
  }
  const start = toAddress(wanted & ~7n);
  const top = ground.topOf(start);
  const room = top === undefined ? 0n : (top - start) / 8n;
  const length = room < BigInt(count) ? Number(room) : count;
  const bytes = new Uint8Array(length * 8);
  const valid = target.readInto(start, bytes);
  const words = classifyWords(start, bytes.subarray(0, valid), {
    readCode: ground.modules.read,
    isExecutable: (address) => ground.isExecutable(address),
    isMapped: (address) => ground.isMapped(address),
    isOnStack: (address) => ground.topOf(address) === top && top !== undefined,
    describe: (address) => ground.describe(address),
  });
  return { start, words, more: room > BigInt(length) };
}
