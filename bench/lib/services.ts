import type { CallContext } from '../../src/shared/rpc/contract.ts';
import { localClients } from '../../src/shared/rpc/clients.ts';
import type { Clients, HandlerSet } from '../../src/shared/rpc/services.ts';
import { createServices } from '../../src/main/services/create-services.ts';

export interface BenchServices {
  /** The services themselves, as a host calls them. */
  readonly handlers: HandlerSet;
  /** The same through channel and codec, as a window sees them. */
  readonly clients: Clients;
  dispose(): Promise<void>;
}

/** For handlers called without a channel. */
export const context: CallContext = { signal: new AbortController().signal, progress: () => {} };

/** All services over the real /proc and the real gdb, as every host makes them. */
export function openServices(): BenchServices {
  const services = createServices({
    hostKind: 'web', demoProgram: undefined, productVersion: 'bench', remember: false, report: (problem) => console.error(problem.message),
  });
  const { clients, channel } = localClients(services.handlers);
  return {
    handlers: services.handlers,
    clients,
    async dispose() {
      channel.close();
      await services.dispose();
    },
  };
}
