import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a command to its end.
 *
 * `output` says where what it prints goes: straight to our own terminal ('show'), nowhere but into the result ('keep'),
 * or both ('both'). Standard input is always closed: set-up must never wait for an answer nobody is there to give.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ output?: 'show' | 'keep' | 'both', cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
 * @returns {Promise<{ ok: boolean, code: number | null, signal: NodeJS.Signals | null, timedOut: boolean, text: string, error?: Error }>}
 */
export function run(command, args, { output = 'keep', cwd = root, env = process.env, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const kept = output !== 'show';
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', kept ? 'pipe' : 'inherit', kept ? 'pipe' : 'inherit'] });
    /** @type {Buffer[]} */
    const chunks = [];
    let timedOut = false;
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => {
      timedOut = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 5000).unref();
    }, timeoutMs);
    child.stdout?.on('data', (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      if (output === 'both') process.stdout.write(chunk);
    });
    child.stderr?.on('data', (/** @type {Buffer} */ chunk) => {
      chunks.push(chunk);
      if (output === 'both') process.stderr.write(chunk);
    });
    const text = () => Buffer.concat(chunks).toString('utf8');
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, code: null, signal: null, timedOut, text: text(), error });
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ok: code === 0 && !timedOut, code, signal, timedOut, text: text() });
    });
  });
}
