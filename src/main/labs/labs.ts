import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { Lab, LabCheckResult, LabLanguage, LabReport, LabRun, LabSourceFile, LabSummary } from '../../shared/model/lab.ts';
import type { CallContext } from '../../shared/rpc/contract.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { DebuggerLaunch } from '../target/debugger.ts';
import { buildLab, commandText } from './build/build-lab.ts';
import { OWN_LAB, planOwn } from './catalogue/13-own/lab.ts';
import { OWN_STAGE, ownStages } from './catalogue/13-own/own-main.ts';
import { CATALOGUE } from './catalogue/catalogue.ts';
import { runChecks, type Checklist } from './check/run-checks.ts';
import { appliesTo, checkFacts, folderOf, summaryOf, type LabDefinition, type LabProgramDefinition } from './lab-definition.ts';
import { LabProbe } from './probe/lab-probe.ts';
import { LiveRun, type Explain } from './run/live-run.ts';
import { placeStages } from './run/stages.ts';

export interface LabsParts {
  readonly manager: SessionManager;
  /** Says why a program is stopped. Without, checks leave that out. */
  readonly explain?: Explain;
  /** Folder with the programs of the labs (`01-regions/regions.c` …), and one for what is compiled. Without, no lab can be read or started. */
  readonly places: { readonly resources: string; readonly cache: string } | undefined;
}

/** The labs of one host, and those that are under way. */
export class Labs {
  readonly #parts: LabsParts;
  readonly #labs: readonly LabDefinition[] = [...CATALOGUE, OWN_LAB];
  readonly #runs = new Map<string, Checklist>();
  readonly #verifying = new Set<string>();

  constructor(parts: LabsParts) {
    this.#parts = parts;
    parts.manager.onClosed((sessionId) => this.#runs.delete(sessionId));
  }

  list(): readonly LabSummary[] {
    return this.#labs.map(summaryOf);
  }

  async get(name: string): Promise<Lab> {
    const lab = this.#find(name);
    const programs = lab === OWN_LAB ? [] : await Promise.all(lab.programs.map(async (program) => ({
      language: program.language, files: await this.#sources(lab, program), commands: program.build.map((step) => commandText(step)),
    })));
    const { intro, sources, predictions, steps } = lab;
    return { ...summaryOf(lab), intro, sources, programs, predictions, steps, checks: lab.checks.map(checkFacts) };
  }

  runs(): readonly LabRun[] {
    return [...this.#runs.values()].map(runFacts);
  }

  /** Compiles and starts a lab's program, and brings it to the lab's first stage. */
  async start(name: string, language: LabLanguage, context: CallContext): Promise<LabRun> {
    const lab = this.#find(name);
    const definition = lab.programs.find((program) => program.language === language);
    if (!definition || lab === OWN_LAB) {
      throw new VmatlasError({ code: 'invalid-argument', message: `Lab ${name} is not written in ${language}.`, evidence: `it is in ${lab.programs.map((program) => program.language).join(', ')}` });
    }
    const folder = folderOf(lab);
    const built = await buildLab(definition, { sources: join(this.#places.resources, folder), cache: this.#places.cache, name: `${folder}-${language}` }, context);
    const stages = placeStages(lab.stages.filter((stage) => appliesTo(stage, language)), built.folder, definition.files);
    context.progress({ done: 1, total: 2, words: 'Starting the program under gdb' });
    return this.#launch({ program: built.program, args: definition.args ?? [], cwd: built.folder, env: {}, stopAt: stages[0]?.location ?? 'main' }, async (session) => {
      const checks = lab.checks.filter((check) => appliesTo(check, language));
      const run = new LiveRun({ session, lab: lab.name, language, program: exeOf(session), built: built.built, stages, explain: this.#parts.explain });
      if (stages[0] && run.stage !== stages[0].id) throw notThere(session, stages[0].words);
      await run.insertBreakpoints();
      return { run, checks, notes: [] };
    });
  }

  /** Starts a program of the user's and makes a checklist for it. */
  async startOwn(spec: { readonly program: string; readonly args: readonly string[]; readonly cwd: string }, context: CallContext): Promise<LabRun> {
    context.progress({ done: 0, total: 2, words: `Starting ${basename(spec.program)} under gdb` });
    return this.#launch({ ...spec, env: {}, stopAt: 'main' }, async (session) => {
      const stages = placeStages(await ownStages(session), '', []);
      const run = new LiveRun({ session, lab: OWN_LAB.name, language: 'own', program: exeOf(session), built: new Map(), stages, explain: undefined });
      await run.toStage(OWN_STAGE, context.signal);
      context.progress({ done: 1, total: 2, words: 'Reading its debug information' });
      return { run, ...(await planOwn(new LabProbe(run, context.signal))) };
    });
  }

  /** Checks everything on the live process. */
  async verify(
    { sessionId, only, putBack = true }: { readonly sessionId: string; readonly only?: readonly string[] | undefined; readonly putBack?: boolean | undefined }, context: CallContext,
    told: (result: LabCheckResult) => void,
  ): Promise<LabReport> {
    const list = this.#list(sessionId);
    const unknown = only?.find((id) => !list.checks.some((check) => check.id === id));
    if (unknown !== undefined) throw new VmatlasError({ code: 'invalid-argument', message: `This lab has no check ${unknown}.`, evidence: list.checks.map(({ id }) => id).join(', ') });
    if (this.#verifying.has(sessionId)) throw new VmatlasError({ code: 'wrong-state', message: 'This lab is being verified already.', remedy: 'Wait for it, or cancel it.' });
    this.#verifying.add(sessionId);
    try {
      const report = await runChecks(list, {
        only, putBack, signal: context.signal,
        told: (result, done, total) => {
          told(result);
          context.progress({ done, total, words: result.title });
        },
      });
      // Closed meanwhile: what the last checks could not see then says nothing about the lab.
      if (list.run.session.isClosing) throw new VmatlasError({ code: 'no-such-session', message: 'The session was closed while it was verified.', evidence: `session id ${sessionId}` });
      return report;
    } finally {
      this.#verifying.delete(sessionId);
    }
  }

  /** A probe of a run, to resolve a place. */
  probe(sessionId: string, signal: AbortSignal): LabProbe {
    return new LabProbe(this.#list(sessionId).run, signal);
  }

  /** Throws `unknown-lab`, or `invalid-argument` when the lab has no such prediction or option. */
  checkPrediction(name: string, prediction: string, option: number): void {
    const found = this.#find(name).predictions.find(({ id }) => id === prediction);
    if (!found || option >= found.options.length) throw new VmatlasError({ code: 'invalid-argument', message: `Lab ${name} has no option ${option} of a prediction ${prediction}.` });
  }

  get #places(): NonNullable<LabsParts['places']> {
    if (this.#parts.places) return this.#parts.places;
    throw new VmatlasError({ code: 'not-built', message: 'The programs of the labs are not there.' });
  }

  #find(name: string): LabDefinition {
    const lab = this.#labs.find((one) => one.name === name || String(one.number) === name);
    if (lab) return lab;
    throw new VmatlasError({ code: 'unknown-lab', message: `There is no lab ${name}.`, evidence: this.#labs.map((one) => one.name).join(', '), remedy: 'vmatlas lab lists them.' });
  }

  #list(sessionId: string): Checklist {
    this.#parts.manager.get(sessionId);
    const list = this.#runs.get(sessionId);
    if (list) return list;
    throw new VmatlasError({ code: 'wrong-state', message: 'This session does not belong to a lab.', remedy: 'Start the lab, and verify that session.' });
  }

  async #launch(spec: DebuggerLaunch, make: (session: Session) => Promise<Checklist>): Promise<LabRun> {
    const { manager } = this.#parts;
    const session = await manager.launch(spec);
    try {
      const list = await make(session);
      this.#runs.set(session.id, list);
      return runFacts(list);
    } catch (error) {
      await manager.close(session.id);
      throw error;
    }
  }

  async #sources(lab: LabDefinition, { files }: LabProgramDefinition): Promise<readonly LabSourceFile[]> {
    return Promise.all(files.map(async (name) => ({ name, language: languageOf(name), text: await readFile(join(this.#places.resources, folderOf(lab), name), 'utf8') })));
  }
}

function runFacts({ run, checks, notes }: Checklist): LabRun {
  return { sessionId: run.session.id, lab: run.lab, language: run.language, program: run.program, checks: checks.map(checkFacts), notes };
}

function languageOf(file: string): LabSourceFile['language'] {
  return /\.[ch]$/.test(file) ? 'c' : file.endsWith('.rs') ? 'rust' : 'other';
}

function notThere(session: Session, wanted: string): VmatlasError {
  const { stop, ending, phase } = session.state;
  return new VmatlasError({ code: 'launch-failed', message: `The program did not come to ${wanted}.`, evidence: ending ?? stop?.words ?? `the session is ${phase}` });
}

/** The file as maps names it: without the symbolic links of the path that it was started by. */
function exeOf(session: Session): string {
  return session.state.target?.exe ?? '';
}
