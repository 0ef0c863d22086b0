import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { WorkerAnswer, WorkerReply, WorkerRequest, WorkerTask } from './protocol.ts';

type Done = (answer: WorkerAnswer) => void;

/** One worker thread and the questions it has not answered. */
export class SearchWorker {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { readonly done: Done; readonly failed: (error: VmatlasError) => void }>();
  #nextId = 1;
  #ended: VmatlasError | undefined;

  constructor() {
    this.#worker = startWorker();
    this.#worker.unref();
    this.#worker.on('message', ({ id, answer }: WorkerReply) => this.#answered(id, answer));
    this.#worker.on('error', (error) => this.#end(new VmatlasError({ code: 'internal', message: 'A search thread failed.', evidence: String(error) }, { cause: error })));
    this.#worker.on('exit', () => this.#end(new VmatlasError({ code: 'cancelled', message: 'The search was cancelled.' })));
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Rejects with the answer's error, with `cancelled` when the thread is ended meanwhile. */
  ask(task: WorkerTask): Promise<Exclude<WorkerAnswer, { did: 'failed' }>> {
    return new Promise((resolve, reject) => {
      if (this.#ended) {
        reject(this.#ended);
        return;
      }
      const id = this.#nextId++;
      this.#pending.set(id, {
        done: (answer) => (answer.did === 'failed' ? reject(new VmatlasError(answer.facts)) : resolve(answer)),
        failed: reject,
      });
      // The process must not end under an unanswered question.
      this.#worker.ref();
      this.#worker.postMessage({ id, task } satisfies WorkerRequest);
    });
  }

  /** Ends the thread; what it was asked rejects with `cancelled`. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #answered(id: number, answer: WorkerAnswer): void {
    const asked = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    asked?.done(answer);
  }

  #end(error: VmatlasError): void {
    this.#ended ??= error;
    for (const { failed } of this.#pending.values()) failed(this.#ended);
    this.#pending.clear();
  }
}

/** The worker's file: out/main/workers/search.js beside the built code (which is in out/main or out/main/chunks). Run from the source, where Node 20 needs tsx in each thread. */
function startWorker(): Worker {
  const here = import.meta.dirname;
  const name = 'vmatlas-search';
  const built = [join(here, 'workers', 'search.js'), join(here, '..', 'workers', 'search.js')].find((path) => existsSync(path));
  if (built !== undefined) return new Worker(built, { name });
  const source = pathToFileURL(join(here, 'search.worker.ts')).href;
  return new Worker(`import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`, { name, eval: true });
}
