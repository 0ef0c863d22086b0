import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { LabProgress, LabReport } from '../../shared/model/lab.ts';

const names = z.array(z.string());
const entry = z.object({
  lab: z.string(),
  predictions: z.record(z.string(), z.number()),
  held: z.object({ 'c': names.optional(), 'rust': names.optional(), 'rust+c': names.optional(), 'own': names.optional() }),
  lastVerifiedMs: z.number().optional(),
});
const stored = z.object({ version: z.literal(1), labs: z.array(entry) });

/** What is remembered of labs, kept in a file. It is read anew each time: another host may have written it. */
export class LabProgressFile {
  readonly #path: string;
  readonly #remember: boolean;
  readonly #report: (problem: ErrorFacts) => void;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, report: (problem: ErrorFacts) => void, remember: boolean) {
    this.#path = path;
    this.#report = report;
    this.#remember = remember;
  }

  list(): Promise<readonly LabProgress[]> {
    return this.#queued(() => this.#read());
  }

  predict(lab: string, prediction: string, option: number): Promise<LabProgress> {
    return this.#change(lab, (progress) => ({ ...progress, predictions: { ...progress.predictions, [prediction]: option } }));
  }

  /** Checks that were verified now, `only` some of them or all. */
  verified({ lab, language, results }: LabReport, nowMs: number): Promise<LabProgress> {
    const looked = new Set(results.map(({ id }) => id));
    return this.#change(lab, (progress) => {
      const others = (progress.held[language] ?? []).filter((id) => !looked.has(id));
      const held = [...others, ...results.filter(({ state }) => state === 'holds').map(({ id }) => id)];
      return { ...progress, held: { ...progress.held, [language]: held }, lastVerifiedMs: nowMs };
    });
  }

  async forget(lab: string): Promise<void> {
    await this.#queued(async () => this.#write((await this.#read()).filter((one) => one.lab !== lab)));
  }

  #change(lab: string, make: (progress: LabProgress) => LabProgress): Promise<LabProgress> {
    return this.#queued(async () => {
      const all = await this.#read();
      const next = make(all.find((one) => one.lab === lab) ?? { lab, predictions: {}, held: {}, lastVerifiedMs: undefined });
      await this.#write([...all.filter((one) => one.lab !== lab), next]);
      return next;
    });
  }

  /** Never rejects: that progress is remembered is not worth failing a check for. */
  async #write(labs: readonly LabProgress[]): Promise<void> {
    if (!this.#remember) return;
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      // Written aside and put in place whole: a crash leaves the old file or the new one.
      const aside = `${this.#path}.${process.pid}`;
      await writeFile(aside, `${JSON.stringify({ version: 1, labs }, undefined, 2)}\n`, { mode: 0o600 });
      await rename(aside, this.#path);
    } catch (error) {
      this.#report({ code: 'io-error', message: 'The progress in the labs could not be saved.', evidence: String(error), remedy: `Check that ${this.#path} can be written.` });
    }
  }

  async #read(): Promise<readonly LabProgress[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (!isMissing(error)) this.#report({ code: 'io-error', message: 'The progress in the labs could not be read.', evidence: String(error) });
      return [];
    }
    const outcome = stored.safeParse(parseJson(text));
    if (outcome.success) return outcome.data.labs.map((one) => ({ ...one, lastVerifiedMs: one.lastVerifiedMs }));
    this.#report({ code: 'malformed-input', message: 'The file of progress in the labs was damaged; a new one is begun.', evidence: `${this.#path}: ${z.prettifyError(outcome.error)}` });
    // Told once: the damaged file is gone after this.
    await rm(this.#path, { force: true });
    return [];
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: the schema says so
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
