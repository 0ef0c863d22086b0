import { errorFacts, VmatlasError } from '../../shared/model/errors.ts';
import { liveThreadOf } from '../procfs/process-list.ts';
import { parseStat } from '../procfs/stat.ts';
import { tryReadProcText } from '../procfs/read-proc.ts';
import { spaceIsGone } from '../target/live/memory-reader.ts';
import { ProcessFiles } from '../target/live/process-files.ts';
import { JobScanner, ScanCancelled, SpaceGone } from './job-scanner.ts';
import { createMatcher } from './matchers/create-matcher.ts';
import type { SearchSetup, WorkerAnswer, WorkerTask } from './protocol.ts';
import { RefineScanner } from './refine-scanner.ts';

interface OpenSearch {
  readonly files: ProcessFiles;
  readonly scanner: JobScanner;
  readonly refiner: RefineScanner | undefined;
}

/** The worker's side of the protocol. Searches are told apart by number; each has its own open files and buffers. */
export class TaskRunner {
  readonly #open = new Map<number, OpenSearch>();

  /** Never throws: what goes wrong is an answer. */
  run(task: WorkerTask): WorkerAnswer {
    try {
      return this.#run(task);
    } catch (error) {
      return { did: 'failed', facts: factsOf(error, task) };
    }
  }

  #run(task: WorkerTask): WorkerAnswer {
    switch (task.do) {
      case 'open': return { did: 'open', keptBytes: this.#begin(task.search, task.setup) };
      case 'scan': return { did: 'scan', result: this.#get(task.search).scanner.run(task.start, task.end, task.mostHits) };
      case 'refine': {
        const { refiner } = this.#get(task.search);
        if (!refiner) throw new Error('this search refines nothing');
        return { did: 'refine', result: refiner.run(task.hits) };
      }
      case 'close':
        this.#open.get(task.search)?.files.close();
        this.#open.delete(task.search);
        return { did: 'close' };
    }
  }

  #begin(search: number, setup: SearchSetup): number {
    const { pid, pattern, align, segments, patches, touchNotPresent, cancelFlag, refine } = setup;
    const matcher = createMatcher(pattern, align);
    const files = new ProcessFiles(pid, memoryBase(pid));
    try {
      const source = { files, segments, patches, touchNotPresent, cancelled: () => Atomics.load(cancelFlag, 0) !== 0 };
      const refiner = refine && new RefineScanner(source, pattern, refine.keptBytes, refine.condition);
      this.#open.set(search, { files, scanner: new JobScanner(source, matcher), refiner });
    } catch (error) {
      files.close();
      throw error;
    }
    return matcher.keptBytes;
  }

  #get(search: number): OpenSearch {
    const open = this.#open.get(search);
    if (!open) throw new Error(`search ${search} is not open`);
    return open;
  }
}

/** A process whose first thread has ended shows its memory under one of its other threads only. */
function memoryBase(pid: number): string {
  const text = tryReadProcText(`/proc/${pid}/stat`);
  const tid = text !== undefined && parseStat(text).state === 'Z' ? liveThreadOf(pid) : undefined;
  return tid === undefined ? `/proc/${pid}` : `/proc/${pid}/task/${tid}`;
}

function factsOf(error: unknown, task: WorkerTask): ReturnType<typeof errorFacts> {
  if (error instanceof ScanCancelled) return new VmatlasError({ code: 'cancelled', message: 'The search was cancelled.' }).facts();
  if (error instanceof SpaceGone) return spaceIsGone(task.do === 'open' ? task.setup.pid : 0).facts();
  return errorFacts(error);
}
