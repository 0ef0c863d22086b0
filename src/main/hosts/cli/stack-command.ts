import { Option, type Command } from 'commander';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { MOST_STACK_FRAMES } from '../../../shared/rpc/contracts/stack.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { parsePid, usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP, EXIT_DONE } from './exit-codes.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { drawStack } from './stack-drawing.ts';
import { stackJson } from './stack-json.ts';
import type { StackLook } from './stack-look.ts';
import { withSession } from './with-session.ts';

export interface StackOptions {
  readonly thread?: number;
  readonly frames: number;
  readonly json?: boolean;
}

const USUAL_FRAMES = 64;

export const STACK_HELP = `
Attaches gdb for a moment, reads the frames with every byte of them labelled, and lets the process run on. It says for
how long the process was held. The drawing has high addresses on top, as the stack grows; its last line is the innermost
byte. Problems (a smashed canary, an overwritten return address) are told on standard error.

With --json: {stoppedMs, thread, frames: [{level, function, file, line, pc, cfa, low, high, inline,
slots: [{start, end, role, name?, type?, value?, register?}]}]}, innermost frame first, slots ascending; addresses are
"0x…" strings, what is not known is null. Slots cover [low, high) without gap or overlap; an inlined frame has the extent
of the frame it is in, and no slots. The innermost frame's low is 128 bytes below rsp: the red zone. role is one of
return-address, saved-register, local, parameter, canary, padding, alloca, signal-frame, spill, red-zone; a canary's
value ends with "intact" or "smashed".

Examples:
  vmatlas stack 4242
  vmatlas stack 4242 --thread 4250 --frames 8
  vmatlas stack 4242 --json | jq '.frames[] | {level, function, bytes: [.slots[].role]}'

${EXIT_CODE_HELP}`;

/** Adds `vmatlas stack` to the grammar. */
export function addStackCommand(root: Command, context: CliContext, paint: Paint, noCommand: (name: string) => void, choose: (chosen: () => Promise<number>) => void): void {
  root.command('stack').description('print the stack of a thread, every byte of its frames labelled').argument('<PID>', 'process to look at: it stops for a moment')
    .addOption(new Option('--thread <T>', "thread, by the kernel's number or gdb's (default: the first)").argParser((text) => parseCount(text, 'thread', 2 ** 22)))
    .addOption(new Option('--frames <N>', `innermost frames to print, at most ${MOST_STACK_FRAMES}`).argParser((text) => parseCount(text, 'frame count', MOST_STACK_FRAMES)).default(USUAL_FRAMES))
    .option('--json', 'print one JSON document')
    .addHelpText('after', STACK_HELP)
    .action((pidText: string, options: StackOptions) => {
      noCommand('stack');
      const pid = parsePid(pidText);
      choose(() => stack(context, paint, pid, options));
    });
}

function parseCount(text: string, what: string, most: number): number {
  const count = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw usageError(`"${text}" is not a ${what} from 1 to ${most}.`);
  return count;
}

export function stack(context: CliContext, paint: Paint, pid: number, options: StackOptions): Promise<number> {
  return withSession(context, pid, {}, async ({ clients, sessionId }) => {
    const look = await lookAt(clients, sessionId, pid, options);
    const problems = look.frames.flatMap((frame) => frame.problems);
    await context.stdout.write(options.json ? jsonText(stackJson(look)) : drawStack(look, paint));
    for (const problem of problems) await context.stderr.write(`vmatlas: ${problem.words} (${problem.evidence.map(({ text }) => text).join('; ')})\n`);
    return EXIT_DONE;
  });
}

/** Attaches, asks everything at once, and lets go before anything is printed. */
async function lookAt(clients: Clients, sessionId: string, pid: number, options: StackOptions): Promise<StackLook> {
  await clients.sessions.attach({ sessionId });
  const { threads } = await clients.debug.threads({ sessionId });
  const thread = threads.find(({ tid }) => tid === (options.thread ?? pid)) ?? (options.thread === undefined ? threads[0] : threads.find(({ id }) => id === options.thread));
  if (!thread) {
    throw new VmatlasError({
      code: 'invalid-argument', message: `Process ${pid} has no thread ${options.thread ?? ''}.`, evidence: threads.map(({ tid, name }) => `${tid} ${name}`).join(', '),
      remedy: `Its threads: ${threads.map(({ tid }) => tid).join(', ')}.`,
    });
  }
  const asked = { sessionId, threadId: thread.id };
  const [answer, outline, stacks] = await Promise.all([
    clients.stack.frames({ ...asked, low: 0, high: options.frames - 1 }),
    options.json ? { rows: [], depth: 0, complete: true } : clients.stack.outline(asked),
    options.json ? undefined : clients.stack.threads({ sessionId }),
  ]);
  const isMain = thread.tid === pid;
  const initial = options.json || !isMain || answer.more ? undefined : (await clients.stack.initial({ sessionId })).parts;
  await clients.sessions.detach({ sessionId });
  const { heldMs } = await clients.stack.held({ sessionId });
  return { stoppedMs: heldMs, thread, frames: answer.frames, more: answer.more, ...outline, stack: stacks?.stacks.find(({ tid }) => tid === thread.tid), initial };
}
