import { VmatlasError, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { LabCheckResult, LabCheckState, LabLanguage, LabReport, LabRun } from '../../../shared/model/lab.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { usageError } from './arguments.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable } from './table.ts';

export interface LabOptions {
  readonly language?: LabLanguage;
  readonly all?: boolean;
  readonly json?: boolean;
}

export interface LabRequest {
  /** undefined: list them, or all of them. */
  readonly name: string | undefined;
  /** For lab `own`. */
  readonly program: readonly string[];
  readonly options: LabOptions;
}

/** Lab of the user's own program. */
const OWN = 'own';

/** Lists the labs, or compiles, runs and verifies. Exit status 0 only when every check holds on the live process. */
export async function lab(context: CliContext, paint: Paint, request: LabRequest): Promise<number> {
  const { name, program, options } = request;
  if (name === OWN && program.length === 0) throw usageError('Name the program: vmatlas lab own -- PROGRAM ARGS…', 'It needs debug information (-g).');
  if (name !== OWN && program.length > 0) throw usageError('Only lab own takes a program.', 'vmatlas lab own -- PROGRAM ARGS…');
  const services = await context.startServices();
  try {
    const bench: Bench = { context, paint, clients: services.clients, json: options.json ?? false };
    if (name === undefined && !options.all) return await list(bench);
    const outcome = options.all ? await runAll(bench) : name === OWN ? { ...NOTHING, reports: [await runOwn(bench, program)] } : await runOne(bench, name ?? '', options.language);
    const holds = outcome.reports.length > 0 && outcome.problems.length === 0 && outcome.reports.every((report) => report.holds);
    if (bench.json) await context.stdout.write(jsonText({ holds, ...outcome }));
    else if (options.all) await context.stdout.write(totalText(outcome, paint));
    return holds ? EXIT_DONE : EXIT_NOT_SO;
  } finally {
    await services.close();
  }
}

/** What --json prints, with `holds`. */
interface Outcome {
  readonly reports: readonly LabReport[];
  /** No compiler for them on this machine. */
  readonly leftOut: readonly { readonly lab: string; readonly language: LabLanguage; readonly error: ErrorFacts }[];
  /** With --all: labs that could not be run. */
  readonly problems: readonly { readonly lab: string; readonly error: ErrorFacts }[];
}

const NOTHING: Outcome = { reports: [], leftOut: [], problems: [] };

/** What a command works with. */
interface Bench {
  readonly context: CliContext;
  readonly paint: Paint;
  readonly clients: Clients;
  readonly json: boolean;
}

async function list({ context, paint, clients, json }: Bench): Promise<number> {
  const labs = await clients.labs.list({});
  if (json) {
    await context.stdout.write(jsonText(labs));
    return EXIT_DONE;
  }
  const rows = labs.map(({ number, name, languages, checkCount, title, summary }) => [
    { text: String(number) }, { text: name, paint: paint.bold }, { text: languages.join(', ') }, { text: String(checkCount) }, { text: `${title}: ${summary}` },
  ]);
  const columns = [{ title: 'NR', align: 'right' as const }, { title: 'LAB' }, { title: 'LANGUAGES' }, { title: 'CHECKS', align: 'right' as const }, { title: 'WHAT IT SHOWS' }];
  await context.stdout.write(formatTable(columns, rows, paint.dim));
  return EXIT_DONE;
}

/** In the language asked for, else in all that this machine can compile. Rejects with `compiler-missing` when that is none. */
async function runOne(bench: Bench, name: string, language: LabLanguage | undefined): Promise<Outcome> {
  const { languages, name: found } = await bench.clients.labs.get({ name });
  if (language !== undefined) return { ...NOTHING, reports: [await startAndVerify(bench, () => bench.clients.labs.start({ name: found, language }))] };
  const outcome = await runLanguages(bench, found, languages);
  const [refused] = outcome.leftOut;
  if (outcome.reports.length === 0 && refused) throw new VmatlasError(refused.error);
  return outcome;
}

async function runLanguages(bench: Bench, name: string, languages: readonly LabLanguage[]): Promise<Outcome> {
  const reports: LabReport[] = [];
  const leftOut: Outcome['leftOut'][number][] = [];
  for (const language of languages) {
    try {
      reports.push(await startAndVerify(bench, () => bench.clients.labs.start({ name, language })));
    } catch (error) {
      if (!(error instanceof VmatlasError) || error.code !== 'compiler-missing') throw error;
      leftOut.push({ lab: name, language, error: error.facts() });
      await bench.context.stderr.write(`vmatlas: lab ${name} in ${language} is left out. ${error.message}\n`);
    }
  }
  return { ...NOTHING, reports, leftOut };
}

function runOwn(bench: Bench, [program = '', ...args]: readonly string[]): Promise<LabReport> {
  return startAndVerify(bench, () => bench.clients.labs.startOwn({ program, args, cwd: bench.context.cwd }));
}

/** Every lab in every language; lab `own` on the program of the first one. */
async function runAll(bench: Bench): Promise<Outcome> {
  let all = NOTHING;
  for (const { name, languages } of await bench.clients.labs.list({})) {
    const { program } = all.reports[0] ?? {};
    try {
      const one = name !== OWN ? await runLanguages(bench, name, languages) : { ...NOTHING, reports: program === undefined ? [] : [await runOwn(bench, [program])] };
      all = { ...all, reports: [...all.reports, ...one.reports], leftOut: [...all.leftOut, ...one.leftOut] };
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      all = { ...all, problems: [...all.problems, { lab: name, error: error.facts() }] };
      await bench.context.stderr.write(`vmatlas: lab ${name}: ${error.message}${error.evidence === undefined ? '' : `\n${error.evidence.split('\n').map(printable).join('\n')}`}\n`);
    }
  }
  return all;
}

function totalText({ reports, problems }: Outcome, paint: Paint): string {
  const holding = reports.filter(({ holds }) => holds).length;
  return `${paint.bold(`${holding} of ${reports.length + problems.length} programs`)}: every check holds.\n`;
}

/** The session is closed, and the program ended, however it goes. */
async function startAndVerify({ context, paint, clients, json }: Bench, start: () => Promise<LabRun>): Promise<LabReport> {
  const { sessionId } = await start();
  try {
    const report = await clients.labs.verify({ sessionId, putBack: false });
    if (!json) await context.stdout.write(reportText(report, paint));
    return report;
  } finally {
    await clients.sessions.close({ sessionId });
  }
}

const SIGNS: Readonly<Record<LabCheckState, string>> = { 'holds': 'holds', 'fails': 'FAILS', 'not-yet': 'not yet', 'cannot': 'cannot be checked' };

function reportText(report: LabReport, paint: Paint): string {
  const { lab: name, language, program, pid, results, notes } = report;
  const holding = results.filter(({ state }) => state === 'holds').length;
  const lines = [
    paint.bold(`Lab ${name}${language === OWN ? '' : `, ${language}`}`) + paint.dim(`  ${printable(program)}, process ${pid}`),
    ...results.flatMap((result) => checkLines(result, paint)),
    ...notes.map((note) => paint.dim(`  ${printable(note)}`)),
    `  ${holding} of ${results.length} checks hold.`,
  ];
  return `${lines.join('\n')}\n\n`;
}

function checkLines({ title, state, findings, remedy }: LabCheckResult, paint: Paint): readonly string[] {
  const sign = state === 'holds' ? paint.bold(SIGNS[state]) : paint.warn(SIGNS[state]);
  return [
    `  ${sign}  ${printable(title)}`,
    ...findings.flatMap(({ holds, text, evidence }) => [
      `      ${holds === false ? paint.warn('NOT SO: ') : ''}${printable(text)}`,
      ...evidence.map(({ from, text: seen }) => paint.dim(`          ${printable(from)}: ${seen.split('\n').map(printable).join('\n            ')}`)),
    ]),
    ...(remedy === undefined ? [] : [`      ${paint.warn(printable(remedy))}`]),
  ];
}
