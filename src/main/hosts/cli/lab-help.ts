import type { Command } from 'commander';
import { Option } from 'commander';
import { LAB_LANGUAGES } from '../../../shared/model/lab.ts';
import { usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_CODE_HELP } from './exit-codes.ts';
import { lab, type LabOptions } from './lab-command.ts';
import type { Paint } from './paint.ts';

const LAB_HELP = `
Without a name: lists the labs. With one (its name or its number): compiles its program, starts it under gdb and checks
every claim of the lab on the live process, each with the evidence it rests on. The program is ended afterwards. Compiled
programs are kept in the cache folder.

Lab own makes the checklist of the first lab for a program of yours that has debug information; "--all" runs it on the
first lab's program.

With --json: {holds, reports: [{lab, language, program, pid, results: [{id, title, state, findings: [{holds, text,
evidence: [{from, text}]}], remedy?}], holds, notes}], leftOut: [{lab, language, error}], problems: [{lab, error}]}; one
report for each language; state is holds, fails, not-yet or cannot; leftOut are those without a compiler here. Without a
name: the list.

Examples:
  vmatlas lab
  vmatlas lab regions
  vmatlas lab regions --language rust --json
  vmatlas lab own -- ./a.out --size 10
  vmatlas lab --all

${EXIT_CODE_HELP}
"lab" answers 1 when a check does not hold, and 3 when it can't be run.`;

export function addLabCommand(root: Command, context: CliContext, paint: Paint, command: readonly string[] | undefined, choose: (chosen: () => Promise<number>) => void): void {
  root.command('lab').description('list the labs, or run one and check its claims on the live process').usage('[options] [NAME | own -- PROGRAM ARGS…]').argument('[NAME]', 'lab, by name or number')
    .addOption(new Option('--language <LANGUAGE>', 'only in this language').choices(LAB_LANGUAGES.filter((language) => language !== 'own')))
    .option('--all', 'run every lab in every language that can be compiled here')
    .option('--json', 'print one JSON document')
    .addHelpText('after', LAB_HELP)
    .action((name: string | undefined, options: LabOptions) => {
      if (options.all && (name !== undefined || options.language !== undefined)) throw usageError('--all runs every lab: leave out the name and the language.');
      if (options.language !== undefined && name === undefined) throw usageError('--language goes with the name of a lab.');
      choose(() => lab(context, paint, { name: name === '13' ? 'own' : name, program: command ?? [], options }));
    });
}
