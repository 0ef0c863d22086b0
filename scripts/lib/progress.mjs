import { run } from './run.mjs';

/** A line about a silent command appears this often. */
const heartbeatMs = 15_000;

/**
 * Runs a long command quietly: says what it is doing at once, then now and then how long it has taken. All of its
 * output is printed only if it fails.
 * @param {string} what shown to the user, as in "Installing gdb"
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: (line: string) => void, cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, quietFailure?: boolean }} options
 * @returns {ReturnType<typeof run>}
 */
export async function runWithProgress(what, command, args, { log, quietFailure = false, ...options }) {
  log(`${what} …`);
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const timer = setInterval(() => log(`  still at it: ${what} (${seconds()} s)`), heartbeatMs);
  const result = await run(command, args, { ...options, output: 'keep' });
  clearInterval(timer);
  if (!result.ok && !quietFailure) {
    const reason = result.timedOut ? `no end after ${seconds()} s` : (result.error?.message ?? `exit status ${result.code ?? result.signal}`);
    log(result.text.trimEnd());
    log(`${what}: failed (${reason}).`);
  }
  return result;
}
