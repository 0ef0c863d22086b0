import { Command, Option } from 'commander';
import { parseWhatToOpen } from '../common/what-to-open.ts';
import { parseByte, parseLength, parsePid, parsePort, usageError } from './arguments.ts';
import type { CliContext, HostRequest } from './context.ts';
import { MAP_HELP, OPEN_HELP, PAGES_HELP, PS_HELP, READ_HELP, ROOT_HELP, SECURITY_HELP, SERVE_HELP, USAGE_HELP, WHERE_HELP } from './help.ts';
import { addLabCommand } from './lab-help.ts';
import { map, type MapOptions } from './map-command.ts';
import { createPaint, wantsColour } from './paint.ts';
import { pages, type PagesOptions } from './pages-command.ts';
import { addExplainCommand } from './explain-command.ts';
import { addStackCommand } from './stack-command.ts';
import { ps, type PsOptions } from './ps-command.ts';
import { read, type ReadOptions } from './read-command.ts';
import { addSearchCommands } from './search-commands.ts';
import { security, type SecurityOptions } from './security-command.ts';
import { usage, type UsageOptions } from './usage-command.ts';
import { where, type WhereOptions } from './where-command.ts';

interface OpenFlags {
  readonly demo?: boolean;
  readonly empty?: boolean;
  readonly pid?: string;
  readonly attach?: boolean;
  readonly stopAt?: string;
  readonly window?: boolean;
}

interface ServeFlags extends OpenFlags {
  readonly port: number;
  readonly address?: string;
  readonly name?: readonly string[];
  readonly json?: boolean;
}

/** What the parser found out: run it for the exit code. undefined when --help or --version has said all. */
export type Chosen = (() => Promise<number>) | undefined;

/**
 * The command line's grammar. `command` holds the words behind `--`, which commander never sees. Each action only notes what is to be done: a mistake in the words is told
 * before anything is started.
 */
export function createProgram(context: CliContext, command: readonly string[] | undefined, choose: (chosen: () => Promise<number>) => void): Command {
  const paint = createPaint(wantsColour(context.stdout.isTerminal, context.env));
  const noCommand = (name: string): void => {
    if (command !== undefined) throw usageError(`vmatlas ${name} takes no program behind --.`);
  };
  const hostRequest = (target: string | undefined, flags: OpenFlags & Partial<ServeFlags>): HostRequest => ({
    open: whatToOpen(context, target, command, flags),
    window: flags.window ?? true,
    port: flags.port ?? 0,
    address: flags.address,
    names: flags.name ?? [],
    json: flags.json ?? false,
  });

  const root = new Command('vmatlas')
    .description('Explore the address space of a live Linux x86-64 process.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [COMMAND]', 'print help')
    .usage('[options] [TARGET | -- PROGRAM ARGS…]\n       vmatlas COMMAND …')
    .argument('[TARGET]', 'PID of a running process')
    // An option behind a command's name is the command's, also when both have one of that name.
    .enablePositionalOptions()
    .allowExcessArguments()
    .addHelpText('after', ROOT_HELP);
  addOpenOptions(root).action((target: string | undefined, flags: OpenFlags) => {
    if (target !== undefined && !/^\d+$/.test(target)) throw unknownCommand(target, root);
    if (root.args.length > 1) throw usageError('Name one target only.', 'vmatlas --help');
    choose(() => context.runHost(hostRequest(target, flags)));
  });

  addOpenOptions(root.command('open').description('open a window').usage('[options] [PID | -- PROGRAM ARGS…]').argument('[PID]', 'process to look at'))
    .addHelpText('after', OPEN_HELP)
    .action((target: string | undefined, flags: OpenFlags) => choose(() => context.runHost(hostRequest(target, flags))));

  const serve = root.command('serve').description('serve the page to a browser, and print its address').usage('[options] [PID | -- PROGRAM ARGS…]').argument('[PID]', 'process to look at');
  addTargetOptions(serve)
    .addOption(new Option('--port <PORT>', 'port to listen on; 0 takes any free one').argParser(parsePort).default(0))
    .option('--address <ADDRESS>', 'address to listen on, instead of 127.0.0.1 only')
    .option('--name <NAME...>', 'name that browsers may call this host by, besides its own')
    .option('--json', 'print the address as one JSON document, {"url": …}')
    .addHelpText('after', SERVE_HELP)
    .action((target: string | undefined, flags: ServeFlags) => choose(() => context.runHost(hostRequest(target, { ...flags, window: false }))));

  root.command('ps').description('list processes').argument('[WORD...]', 'only those with all these words in them')
    .option('-a, --all', 'kernel threads too')
    .option('--json', 'print one JSON document')
    .addHelpText('after', PS_HELP)
    .action((words: string[], options: PsOptions) => {
      noCommand('ps');
      choose(() => ps(context, paint, words, options));
    });

  root.command('map').description('print the address space of a process').argument('<PID>', 'process to look at')
    .option('--gaps', 'list what is not mapped too: the whole 64-bit space')
    .option('--svg <FILE>', 'draw the whole map into an SVG file instead; - for standard output')
    .addOption(new Option('--theme <THEME>', 'with --svg: colours on light or on dark ground').choices(['light', 'dark']))
    .addOption(new Option('--json', 'print one JSON document').conflicts('svg'))
    .addHelpText('after', MAP_HELP)
    .action((pidText: string, options: MapOptions) => {
      noCommand('map');
      if (options.theme !== undefined && options.svg === undefined) throw usageError('--theme goes with --svg.');
      const pid = parsePid(pidText);
      choose(() => map(context, paint, pid, options));
    });

  root.command('where').description('say what lies at an address, and why').argument('<PID>', 'process to look at').argument('<LOCATION...>', 'address, symbol, module+offset, [region] or $register')
    .option('-e, --evidence', 'print where each claim comes from')
    .option('--attach', 'attach gdb meanwhile, for registers and expressions: the process stops, and runs on after')
    .option('--json', 'print one JSON document')
    .addHelpText('after', WHERE_HELP)
    .action((pidText: string, locations: string[], options: WhereOptions) => {
      noCommand('where');
      const pid = parsePid(pidText);
      choose(() => where(context, paint, pid, locations, options));
    });

  root.command('read').description('print the bytes at an address').argument('<PID>', 'process to look at').argument('<LOCATION>', 'address, symbol, module+offset, [region] or $register')
    .argument('<LENGTH>', 'bytes: 64, 0x40, 4K, 2M')
    .option('--raw', 'write the bytes as they are')
    .option('-o, --output <FILE>', 'write into FILE instead of standard output')
    .addOption(new Option('--fill <BYTE>', 'with --raw: write this byte in place of each that cannot be read').argParser(parseByte))
    .option('--annotate', 'name variables and symbols beside the rows, with values where their types are known')
    .option('--diff-disk', 'list the bytes that differ from the ELF file, and why')
    .option('--no-touch', 'leave pages alone that are not present: reading one would make it so')
    .option('--attach', 'attach gdb meanwhile, for registers and expressions: the process stops, and runs on after')
    .option('--json', 'print one JSON document')
    .addHelpText('after', READ_HELP)
    .action((pidText: string, location: string, lengthText: string, options: ReadOptions) => {
      noCommand('read');
      const request = { pid: parsePid(pidText), location, length: parseLength(lengthText), options };
      choose(() => read(context, paint, request));
    });

  root.command('pages').description('print the state of each page').argument('<PID>', 'process to look at').argument('[WHERE]', 'location, START-END, or a kind such as heap; all of the process without')
    .option('--each', 'one line for each page, instead of runs of equal ones')
    .option('--frames', 'look each frame up too, for dirty, huge, locked and merged pages (root only)')
    .option('--json', 'print one JSON document')
    .addHelpText('after', PAGES_HELP)
    .action((pidText: string, wherePages: string | undefined, options: PagesOptions) => {
      noCommand('pages');
      const pid = parsePid(pidText);
      choose(() => pages(context, paint, pid, wherePages, options));
    });

  root.command('security').description('print how the modules are protected, and what is writable and executable').argument('<PID>', 'process to look at')
    .option('-e, --evidence', 'print where each claim comes from')
    .option('--json', 'print one JSON document')
    .addHelpText('after', SECURITY_HELP)
    .action((pidText: string, options: SecurityOptions) => {
      noCommand('security');
      const pid = parsePid(pidText);
      choose(() => security(context, paint, pid, options));
    });

  root.command('usage').description('print memory by kind or by module').argument('<PID>', 'process to look at')
    .addOption(new Option('--by <WHAT>', 'what to sum by').choices(['kind', 'module']).default('kind'))
    .option('--json', 'print one JSON document')
    .addHelpText('after', USAGE_HELP)
    .action((pidText: string, options: UsageOptions) => {
      noCommand('usage');
      const pid = parsePid(pidText);
      choose(() => usage(context, paint, pid, options));
    });

  addSearchCommands(root, { context, paint, noCommand, choose });

  addStackCommand(root, context, paint, noCommand, choose);

  addExplainCommand(root, context, paint, command, choose);
  addLabCommand(root, context, paint, command, choose);

  // What the root allows, so as to explain it better, its commands inherit.
  for (const one of root.commands) one.allowExcessArguments(false);
  return root;
}

/** What to open, for commands that open something. */
function addTargetOptions(command: Command): Command {
  return command
    .option('--demo', 'start the bundled demo program, stopped in its deepest function')
    .option('--empty', 'show the start screen')
    .option('-p, --pid <PID>', 'process to look at')
    .option('--attach', 'attach gdb to it: it stops')
    .option('--stop-at <LOCATION>', "where a started program stops first; '' to let it run (default: main)");
}

function addOpenOptions(command: Command): Command {
  return addTargetOptions(command).option('--no-window', 'print the address for a browser instead of opening a window');
}

function whatToOpen(context: CliContext, word: string | undefined, command: readonly string[] | undefined, flags: OpenFlags): HostRequest['open'] {
  if (word !== undefined && flags.pid !== undefined) throw usageError('Give the PID once.');
  const target = flags.pid ?? word;
  if (target !== undefined) parsePid(target);
  if (command?.length === 0) throw usageError('There is no program behind --.');
  if (flags.empty && (flags.demo || target !== undefined || command !== undefined)) throw usageError('--empty opens nothing: leave out the rest.');
  if (flags.attach && target === undefined) throw usageError('--attach goes with a PID.');
  if (flags.stopAt !== undefined && command === undefined) throw usageError('--stop-at goes with a program to start.');
  return parseWhatToOpen({
    ...(flags.demo ? { demo: true } : {}), ...(flags.attach ? { attach: true } : {}), ...(command ? { command } : {}), target, stopAt: flags.stopAt, cwd: context.cwd, env: context.env,
  });
}

function unknownCommand(word: string, root: Command): Error {
  const near = root.commands.map((command) => command.name()).find((name) => name.startsWith(word) || word.startsWith(name) || isOneEditAway(word, name));
  return usageError(
    `"${word}" is neither a command nor the PID of a process.`,
    near === undefined ? `To start a program: vmatlas -- ${word}` : `Did you mean "vmatlas ${near}"?`,
  );
}

/** One letter too many, too few or wrong. */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return a.slice(i + 1) === b.slice(i + 1) || a.slice(i) === b.slice(i + 1) || a.slice(i + 1) === b.slice(i);
}
