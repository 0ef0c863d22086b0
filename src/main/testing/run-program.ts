import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that printed `KEY VALUE` lines about itself, then `ready`, and now waits for its standard input to close. */
export interface RunningProgram {
  readonly pid: number;
  /** Values by key, in the program's own words. */
  readonly facts: ReadonlyMap<string, string>;
  /** A value that is an address in hex. */
  address(key: string): bigint;
  /** Writes a line to its standard input. */
  say(line: string): Promise<void>;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/** Starts a test program and waits for its `ready`. Rejects with what it printed when it ends before that. */
export async function runProgram(path: string, args: readonly string[] = []): Promise<RunningProgram> {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const facts = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') return running(child, facts);
    const space = line.indexOf(' ');
    facts.set(line.slice(0, space < 0 ? undefined : space), space < 0 ? '' : line.slice(space + 1));
  }
  throw new Error(`${path} ended before it was ready; it printed ${JSON.stringify([...facts])}`);
}

function running(child: ChildProcess, facts: ReadonlyMap<string, string>): RunningProgram {
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  return {
    pid,
    facts,
    address(key) {
      const value = facts.get(key);
      if (value === undefined) throw new Error(`the program did not print ${key}`);
      return BigInt(value);
    },
    async say(line) {
      const input = child.stdin;
      if (!input) throw new Error('the program has no standard input');
      await new Promise<void>((resolve, reject) => {
        input.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
      });
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
