import { VmatlasError } from '../../../shared/model/errors.ts';
import type { LabCheckResult, LabCheckState, LabLanguage, LabReport, LabRun, LabSummary } from '../../../shared/model/lab.ts';
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
    if (options.all) return await runAll(bench);
    if (name === undefined) return await list(bench);
    const verified = name === OWN ? [await runOwn(bench, program)] : await runOne(bench, name, options.language);
    if (bench.json) await context.stdout.write(jsonText(options.language !== undefined || verified.length === 1 ? verified[0] : verified));
    return verified.every(({ holds }) => holds) ? EXIT_DONE : EXIT_NOT_SO;
  } finally {
    await services.close();
  }
}

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
async function runOne(bench: Bench, name: string, language: LabLanguage | undefined): Promise<readonly LabReport[]> {
  const { languages, name: found } = await bench.clients.labs.get({ name });
  if (language !== undefined) return [await startAndVerify(bench, () => bench.clients.labs.start({ name: found, language }))];
  const { reports, refused } = await runLanguages(bench, found, languages);
  if (reports.length === 0 && refused) throw refused;
  return reports;
}

async function runLanguages(bench: Bench, name: string, languages: readonly LabLanguage[]): Promise<{ readonly reports: readonly LabReport[]; readonly refused: VmatlasError | undefined }> {
  const reports: LabReport[] = [];
  let refused: VmatlasError | undefined;
  for (const language of languages) {
    try {
      reports.push(await startAndVerify(bench, () => bench.clients.labs.start({ name, language })));
    } catch (error) {
      if (!(error instanceof VmatlasError) || error.code !== 'compiler-missing') throw error;
      refused = error;
      await bench.context.stderr.write(`vmatlas: lab ${name} in ${language} is left out. ${error.message}\n`);
    }
  }
  return { reports, refused };
}

function runOwn(bench: Bench, [program = '', ...args]: readonly string[]): Promise<LabReport> {
  return startAndVerify(bench, () => bench.clients.labs.startOwn({ program, args, cwd: bench.context.cwd }));
}

/** Every lab in every language; lab `own` on the program of the first one. */
async function runAll(bench: Bench): Promise<number> {
  const labs = await bench.clients.labs.list({});
  const reports: LabReport[] = [];
  const problems: { readonly lab: string; readonly error: object }[] = [];
  const guarded = async (one: LabSummary, work: () => Promise<readonly LabReport[]>): Promise<void> => {
    try {
      reports.push(...(await work()));
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      problems.push({ lab: one.name, error: error.facts() });
      await bench.context.stderr.write(`vmatlas: lab ${one.name}: ${error.message}${error.evidence === undefined ? '' : `\n${printable(error.evidence)}`}\n`);
    }
  };
  for (const entry of labs) {
    const { program } = reports[0] ?? {};
    if (entry.name !== OWN) await guarded(entry, async () => (await runLanguages(bench, entry.name, entry.languages)).reports);
    else if (program !== undefined) await guarded(entry, async () => [await runOwn(bench, [program])]);
  }
  const holding = reports.filter(({ holds }) => holds).length;
  const allHold = problems.length === 0 && holding === reports.length && reports.length > 0;
  if (bench.json) await bench.context.stdout.write(jsonText({ holds: allHold, reports, problems }));
  else await bench.context.stdout.write(`${bench.paint.bold(`${holding} of ${reports.length + problems.length} programs`)}: every check holds.\n`);
  return allHold ? EXIT_DONE : EXIT_NOT_SO;
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
