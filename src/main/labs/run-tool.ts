import { spawn } from 'node:child_process';
import { closedCommand } from '../config/closed-command.ts';
import { cancelled } from './within.ts';

export interface ToolResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a tool to its end, in the C locale so that its words are known. Rejects with the plain system error when it cannot be started, and with `cancelled`, when it is ended. */
export async function runTool(file: string, args: readonly string[], options: { readonly cwd?: string; readonly signal?: AbortSignal } = {}): Promise<ToolResult> {
  const command = closedCommand(file, args);
  const { cwd, signal } = options;
  if (signal?.aborted) throw cancelled();
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, { ...(cwd === undefined ? {} : { cwd }), env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (): void => void child.kill('SIGTERM');
    signal?.addEventListener('abort', end, { once: true });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    child.on('error', reject);
    child.on('close', (status) => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(cancelled());
      else resolve({ status, stdout, stderr });
    });
  });
}
