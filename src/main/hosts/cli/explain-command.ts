import type { Command } from 'commander';
import type { ExplainAnswer } from '../../../shared/model/explanation.ts';
import { CAUSE_IDS } from '../../../shared/model/explanation.ts';
import { parsePid, usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP, EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { explainJson } from './explain-json.ts';
import { explainText } from './explain-text.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { runUntilFault } from './run-until-fault.ts';
import { withSession } from './with-session.ts';

export interface ExplainOptions {
  readonly json?: boolean;
}

export const EXPLAIN_HELP = `
With a PID: attaches gdb for a moment and lets the process go on. A fault can be seen as long as a thread is inside its
handler of SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP or SIGABRT; any other process has no fault to explain, and that is
said (exit status 1). With a program behind --: runs it until it faults, explains the fault, and ends it. Its output is
handed on, to standard error with --json. Rust panics that unwind are explained too, when they end the program.

It says what was tried (read, write or execute, how many bytes, by which instruction), at which address, what lies
there, which rule forbade it, and the cause: "certain" where nothing else is possible, "likely" where the evidence
points there.

With --json: {signal, code, address, access, instruction, pc, region, gap, cause: {id, certainty, text}, evidence:
[{source, text, address?}]}; addresses are "0x…" strings, what is not so is null (cause too, when there is no fault).
access is read, write, execute or none; instruction is {address, bytes, text, size, function, file, line, operands};
region and gap are as in "vmatlas where". cause.id is one of
${wrap(CAUSE_IDS, 118)}

Examples:
  vmatlas explain -- ./server --port 80
  vmatlas explain --json -- ./a.out | jq .cause
  vmatlas explain 4242

${EXIT_CODE_HELP}`;

/** Adds `vmatlas explain` to the grammar. `command` is the program behind --. */
export function addExplainCommand(root: Command, context: CliContext, paint: Paint, command: readonly string[] | undefined, choose: (chosen: () => Promise<number>) => void): void {
  root.command('explain').description('say why a program faulted').usage('[options] <PID | -- PROGRAM ARGS…>').argument('[PID]', 'process to look at: it stops for a moment')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXPLAIN_HELP)
    .action((pidText: string | undefined, options: ExplainOptions) => {
      if (pidText !== undefined && command !== undefined) throw usageError('Name a PID, or a program behind --, not both.');
      if (pidText !== undefined) {
        const pid = parsePid(pidText);
        choose(() => explainProcess(context, paint, pid, options));
        return;
      }
      const [program, ...args] = command ?? [];
      if (program === undefined) throw usageError(command === undefined ? 'Name a PID, or a program behind --.' : 'There is no program behind --.', 'vmatlas explain --help');
      choose(() => explainProgram(context, paint, program, args, options));
    });
}

function explainProcess(context: CliContext, paint: Paint, pid: number, options: ExplainOptions): Promise<number> {
  return withSession(context, pid, {}, async ({ clients, sessionId }) => {
    const { threads } = await clients.debug.threadPlaces({ sessionId });
    const state = threads.find(({ tid }) => tid === pid)?.state;
    await clients.sessions.attach({ sessionId });
    const { answer } = await clients.explain.explain({ sessionId });
    await clients.sessions.detach({ sessionId });
    return print(context, paint, answer.kind === 'fault' ? answer : { kind: 'none', reason: withoutFault(state) }, options);
  });
}

function withoutFault(state: string | undefined): string {
  const was = state === undefined ? '' : state === 'stopped' ? 'The process is stopped by job control (SIGSTOP, SIGTSTP). ' : `The process was ${state}. `;
  return `${was}None of its threads is handling a fault.`;
}

async function explainProgram(context: CliContext, paint: Paint, program: string, args: readonly string[], options: ExplainOptions): Promise<number> {
  const services = await context.startServices();
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, interrupt);
  try {
    const output = options.json ? context.stderr : context.stdout;
    const answer = await runUntilFault(services.clients, { program, args, cwd: context.cwd, output, signal: interrupted.signal });
    return await print(context, paint, answer, options);
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, interrupt);
    await services.close();
  }
}

async function print(context: CliContext, paint: Paint, answer: ExplainAnswer, options: ExplainOptions): Promise<number> {
  await context.stdout.write(options.json ? jsonText(explainJson(answer)) : explainText(answer, paint));
  return answer.kind === 'fault' ? EXIT_DONE : EXIT_NOT_SO;
}

function wrap(words: readonly string[], width: number): string {
  const lines = [''];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 2 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last}, ${word}`;
  }
  return `${lines.join(',\n')}.`;
}
