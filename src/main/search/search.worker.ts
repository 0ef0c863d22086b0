import { parentPort } from 'node:worker_threads';
import type { WorkerReply, WorkerRequest } from './protocol.ts';
import { TaskRunner } from './task-runner.ts';

/** Entry of a search worker: one task after the other, each answered once. */
const runner = new TaskRunner();
const port = parentPort;
if (!port) throw new Error('search.worker runs as a worker thread only');
port.on('message', ({ id, task }: WorkerRequest) => {
  const answer = runner.run(task);
  const moved = answer.did === 'scan' || answer.did === 'refine' ? [answer.result.addresses.buffer, answer.result.kept.buffer] : [];
  port.postMessage({ id, answer } satisfies WorkerReply, moved as ArrayBuffer[]);
});
