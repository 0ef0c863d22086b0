import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { ErrorFacts } from '../../shared/model/errors.ts';
import type { RecentTarget } from '../../shared/rpc/contracts/processes.ts';

const MOST_RECENTS = 20;

const stored = z.object({
  version: z.literal(1),
  recent: z.array(
    z.object({ program: z.string(), args: z.array(z.string()), cwd: z.string(), how: z.enum(['launch', 'observe']), lastOpenedMs: z.number() }),
  ),
});

/** `$XDG_STATE_HOME/vmatlas/recent.json`, or in ~/.local/state when that is unset or relative (XDG Base Directory Specification). */
export function defaultRecentsPath(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_STATE_HOME'];
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.local/state'), 'vmatlas', 'recent.json');
}

/** What was opened last, newest first, kept in a file. The file is read anew each time: another host may have written it. */
export class Recents {
  readonly #path: string;
  readonly #remember: boolean;
  readonly #report: (problem: ErrorFacts) => void;
  #last: Promise<unknown> = Promise.resolve();

  constructor(path: string, report: (problem: ErrorFacts) => void, remember = true) {
    this.#remember = remember;
    this.#path = path;
    this.#report = report;
  }

  list(): Promise<readonly RecentTarget[]> {
    return this.#queued(() => this.#read());
  }

  /** Never rejects: that a target is remembered is not worth failing to open it. */
  add(target: RecentTarget): Promise<void> {
    if (!this.#remember) return Promise.resolve();
    return this.#change((recents) => [target, ...recents.filter((other) => !isSame(other, target))].slice(0, MOST_RECENTS));
  }

  forget(program: string): Promise<void> {
    return this.#change((recents) => recents.filter((other) => other.program !== program));
  }

  #change(make: (recents: readonly RecentTarget[]) => readonly RecentTarget[]): Promise<void> {
    return this.#queued(async () => {
      try {
        const next = make(await this.#read());
        await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
        // Written aside and put in place whole: a crash leaves the old file or the new one, never half of one. 0600: command lines may hold secrets.
        const aside = `${this.#path}.${process.pid}`;
        await writeFile(aside, `${JSON.stringify({ version: 1, recent: next }, undefined, 2)}\n`, { mode: 0o600 });
        await rename(aside, this.#path);
      } catch (error) {
        this.#report({ code: 'io-error', message: 'The list of recent targets could not be saved.', evidence: String(error), remedy: `Check that ${this.#path} can be written.` });
      }
    });
  }

  async #read(): Promise<readonly RecentTarget[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (!isMissing(error)) this.#report({ code: 'io-error', message: 'The list of recent targets could not be read.', evidence: String(error) });
      return [];
    }
    const problem = (evidence: string): void =>
      this.#report({ code: 'malformed-input', message: 'The list of recent targets was damaged; a new one is begun.', evidence: `${this.#path}: ${evidence}` });
    try {
      const outcome = stored.safeParse(JSON.parse(text));
      if (outcome.success) return outcome.data.recent;
      problem(z.prettifyError(outcome.error));
    } catch (error) {
      problem(String(error));
    }
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

function isSame(a: RecentTarget, b: RecentTarget): boolean {
  return a.how === b.how && a.program === b.program && a.args.length === b.args.length && a.args.every((argument, i) => argument === b.args[i]);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
