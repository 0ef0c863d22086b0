import { Option, type Command } from 'commander';
import { parsePid, usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { find, type FindOptions } from './find-command.ts';
import { sections, symbols, type SectionsOptions, type SymbolsOptions } from './module-tables-command.ts';
import type { Paint } from './paint.ts';
import { FIND_HELP, SECTIONS_HELP, SYMBOLS_HELP } from './search-help.ts';

/** A million places are more than anybody reads; the service holds some millions. */
const USUAL_LIMIT = 1_000_000;

/** What the commands of one grammar share. */
export interface CommandParts {
  readonly context: CliContext;
  readonly paint: Paint;
  /** Throws when a program stands behind `--`. */
  readonly noCommand: (name: string) => void;
  readonly choose: (chosen: () => Promise<number>) => void;
}

/** `find`, `sections` and `symbols`. */
export function addSearchCommands(root: Command, { context, paint, noCommand, choose }: CommandParts): void {
  root.command('find').description('search memory for bytes, text, numbers or pointers').argument('<PID>', 'process to look at').argument('<PATTERN>', 'what to look for')
    .option('-t, --type <TYPE>', 'how to read PATTERN: hex, text, regex, i32, f64, pointer …')
    .option('--in <WHERE>', 'kinds, a range, a [region] or a location; all that is readable without')
    .option('-i, --ignore-case', 'letters in either case')
    .option('--big-endian', 'numbers and UTF-16 with the highest byte first')
    .addOption(new Option('--align <BYTES>', 'only addresses that this divides (default: the size of the number)').argParser(parseAlignment))
    .addOption(new Option('--limit <COUNT>', 'stop after so many places').argParser(parseCount).default(USUAL_LIMIT))
    .option('--touch', 'read pages that are not present too, which makes them so')
    .option('--json', 'print one JSON document')
    .addHelpText('after', FIND_HELP)
    .action((pidText: string, pattern: string, options: FindOptions) => {
      noCommand('find');
      const pid = parsePid(pidText);
      choose(async () => find(context, paint, pid, pattern, options));
    });

  root.command('sections').description('print the sections of the loaded files').argument('<PID>', 'process to look at').argument('[MODULE]', 'path or file name of one module')
    .option('--json', 'print one JSON document')
    .addHelpText('after', SECTIONS_HELP)
    .action((pidText: string, module: string | undefined, options: SectionsOptions) => {
      noCommand('sections');
      const pid = parsePid(pidText);
      choose(() => sections(context, paint, pid, module, options));
    });

  root.command('symbols').description('print the symbols of the loaded files').argument('<PID>', 'process to look at').argument('[MODULE]', 'path or file name of one module')
    .option('--in <SECTION>', 'only those of this section, such as .data')
    .option('--json', 'print one JSON document')
    .addHelpText('after', SYMBOLS_HELP)
    .action((pidText: string, module: string | undefined, options: SymbolsOptions) => {
      noCommand('symbols');
      const pid = parsePid(pidText);
      choose(() => symbols(context, paint, pid, module, options));
    });
}

function parseAlignment(text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : 0;
  if (value < 1 || value > 4096 || (value & (value - 1)) !== 0) throw usageError(`"${text}" is not an alignment.`, 'Write a power of two up to 4096.');
  return value;
}

function parseCount(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 16_777_216) throw usageError(`"${text}" is not a number of places.`, 'Write 1 to 16777216.');
  return value;
}
