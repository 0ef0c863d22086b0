import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { CliContext, HostRequest, LocalServices } from './context.ts';
import { errorText } from './run-cli.ts';

/*
 * The services and hosts behind the commands. Each is imported when it is wanted: `vmatlas --help` must not wait for gdb's driver or a web server to load.
 */

/** Services for a command that prints and ends. It opens nothing that the user would want to find in the list of recent targets. */
export async function startLocalServices(context: CliContext): Promise<LocalServices> {
  const [{ createLiveServices }, { localClients }] = await Promise.all([import('../common/live-services.ts'), import('../../../shared/rpc/clients.ts')]);
  const services = await createLiveServices({ hostKind: 'web', needDemo: false, env: context.env, remember: false, report: (problem) => report(context, problem) });
  const { clients, channel } = localClients(services.handlers);
  return {
    clients,
    async close() {
      channel.close();
      await services.dispose();
    },
  };
}

/** Runs a window, or the page's server alone, until it is closed or told to end. */
export async function runHostFor(context: CliContext, root: string, request: HostRequest): Promise<number> {
  const [{ runHost }, { chooseWindow, windowWish }] = await Promise.all([import('../common/run-host.ts'), import('../common/window-choice.ts')]);
  const window = request.window ? chooseWindow(windowWish(context.env), root, context.env) : ({ kind: 'none', why: undefined } as const);
  return runHost({
    open: request.open,
    window,
    root,
    env: context.env,
    createServices: async () => {
      const { createLiveServices } = await import('../common/live-services.ts');
      return createLiveServices({ hostKind: 'web', needDemo: request.open.kind === 'demo', env: context.env, report: (problem) => report(context, problem) });
    },
    serve: async (handlers) => {
      const [{ startWebHost, USUAL_PORT }, { rendererFolder }] = await Promise.all([import('../web/start-web-host.ts'), import('../common/product.ts')]);
      return startWebHost({
        handlers,
        ...(request.window ? { usualPort: USUAL_PORT } : { port: request.port }),
        ...(request.address === undefined ? {} : { address: request.address }),
        names: request.names,
        rendererDir: rendererFolder(root),
        reportError: (error) => report(context, { code: 'internal', message: 'A request failed by a mistake of vmatlas.', evidence: String(error) }),
      });
    },
    say: (line) => void context.stderr.write(`${line}\n`),
    printUrl: (url) => void context.stdout.write(request.json ? `${JSON.stringify({ url })}\n` : `${url}\n`),
    printError: (facts) => report(context, facts),
  });
}

function report(context: CliContext, problem: ErrorFacts): void {
  void context.stderr.write(errorText(problem));
}
