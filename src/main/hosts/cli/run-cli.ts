import { CommanderError, type Command } from 'commander';
import { errorFacts, VmatlasError, type ErrorFacts } from '../../../shared/model/errors.ts';
import { splitProgram } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, exitCodeOf } from './exit-codes.ts';
import { createProgram } from './program.ts';

/** Runs one command line (without `node` and the script) and answers with the exit code. Never rejects: what goes wrong is printed. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<number> {
  const { own, program: command } = splitProgram(argv);
  // Parsing may fail before it knows the command's options; then the words themselves say how errors are wanted.
  const asJson = own.includes('--json');
  try {
    const run = await parse(own, command, context);
    return run ? await run() : EXIT_DONE;
  } catch (error) {
    const facts = errorFacts(error);
    await context.stderr.write(asJson ? `${JSON.stringify({ error: facts })}\n` : errorText(facts));
    return exitCodeOf(facts.code);
  }
}

/** One line: the sentence, and what can be done about it. A mistake of our own comes with its trace, for the report. */
export function errorText(facts: ErrorFacts): string {
  const remedy = facts.remedy === undefined ? '' : ` ${facts.remedy}`;
  const trace = facts.code === 'internal' && facts.evidence !== undefined ? `\n${facts.evidence}` : '';
  return `vmatlas: ${facts.message}${remedy}${trace}\n`;
}

async function parse(own: readonly string[], command: readonly string[] | undefined, context: CliContext): Promise<(() => Promise<number>) | undefined> {
  let chosen: (() => Promise<number>) | undefined;
  let printed = '';
  const program = createProgram(context, command, (run) => (chosen = run));
  for (const one of [program, ...program.commands]) {
    one.exitOverride();
    one.configureOutput({ writeOut: (text) => (printed += text), writeErr: () => {}, outputError: () => {} });
  }
  try {
    program.parse(own, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageFromCommander(error, program, own);
  }
  if (printed !== '') await context.stdout.write(printed);
  return chosen;
}

/** commander's `error: missing required argument 'PID'` as a sentence of ours. */
function usageFromCommander(error: CommanderError, program: Command, own: readonly string[]): VmatlasError {
  const text = error.message.replace(/^error: /, '').trim();
  const [first = '', ...more] = text.split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/[.]?$/, '.');
  const sub = program.commands.find((command) => own.includes(command.name()))?.name();
  const remedy = [...more.map((line) => line.replace(/^\(|\)$/g, '')), `See vmatlas ${sub === undefined ? '' : `${sub} `}--help.`].join(' ');
  return new VmatlasError({ code: 'usage', message: sentence, remedy }, { cause: error });
}
