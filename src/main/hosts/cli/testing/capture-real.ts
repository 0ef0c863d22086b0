import { startLocalServices } from '../real-hosts.ts';
import type { CliContext } from '../context.ts';
import { capture, type Captured } from './capture.ts';

/** Runs a command line over the real services: /proc, and gdb where a command attaches. */
export function captureReal(...argv: string[]): Promise<Captured> {
  const problems: string[] = [];
  const context: CliContext = {
    stdout: { isTerminal: false, write: () => Promise.resolve() },
    stderr: { isTerminal: false, write: (data) => Promise.resolve(void problems.push(data.toString())) },
    env: process.env,
    cwd: process.cwd(),
    version: 'test',
    startServices: () => Promise.reject(new Error('not this one')),
    runHost: () => Promise.reject(new Error('no host in this test')),
  };
  return capture(argv, { startServices: () => startLocalServices(context) }).then((captured) => ({ ...captured, err: captured.err + problems.join('') }));
}
