import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { productRoot, productVersion } from '../common/product.ts';
import type { CliContext, Sink } from './context.ts';
import { runHostFor, startLocalServices } from './real-hosts.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { runCli } from './run-cli.ts';

/** The program behind bin/vmatlas.mjs. */
const root = productRoot();
const context: CliContext = {
  stdout: streamSink(process.stdout, process.stdout.isTTY),
  stderr: streamSink(process.stderr, process.stderr.isTTY),
  env: process.env,
  cwd: process.cwd(),
  version: productVersion(root),
  startServices: () => startLocalServices(context),
  runHost: (request) => runHostFor(context, root, request),
};

// `vmatlas map PID | head` closes the pipe early: that is the reader's right, and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_DONE);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), context);

function streamSink(stream: Writable, isTerminal: boolean): Sink {
  return {
    isTerminal,
    async write(data) {
      if (data.length > 0 && !stream.write(data)) await once(stream, 'drain');
    },
  };
}
