import { ChannelServer, type HandlerTable } from '../../../../shared/rpc/channel-server.ts';
import { createClients } from '../../../../shared/rpc/clients.ts';
import { createPortPair } from '../../../../shared/rpc/port-pair.ts';
import type { CliContext, HostRequest, LocalServices, Sink } from '../context.ts';
import { runCli } from '../run-cli.ts';

class CapturingSink implements Sink {
  readonly isTerminal: boolean;
  readonly #parts: Buffer[] = [];

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  write(data: string | Uint8Array): Promise<void> {
    this.#parts.push(Buffer.from(data));
    return Promise.resolve();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly outBytes: Buffer;
  readonly err: string;
  /** What runHost was asked for. */
  readonly host: HostRequest | undefined;
  /** Services that were started and not closed again. */
  readonly servicesLeft: number;
}

export interface CaptureOptions {
  /** Handlers that answer instead of the real services. */
  readonly handlers?: HandlerTable;
  readonly startServices?: () => Promise<LocalServices>;
  readonly isTerminal?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command line in this process and keeps what it prints. */
export async function capture(argv: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  const stdout = new CapturingSink(options.isTerminal ?? false);
  const stderr = new CapturingSink(options.isTerminal ?? false);
  let host: HostRequest | undefined;
  let servicesLeft = 0;
  const start = options.startServices ?? (() => Promise.resolve(servicesOver(options.handlers ?? {})));
  const context: CliContext = {
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: process.cwd(),
    version: '1.2.3',
    async startServices() {
      const services = await start();
      servicesLeft++;
      return {
        clients: services.clients,
        async close() {
          servicesLeft--;
          await services.close();
        },
      };
    },
    runHost(request) {
      host = request;
      return Promise.resolve(0);
    },
  };
  const code = await runCli(argv, context);
  return { code, out: stdout.bytes.toString(), outBytes: stdout.bytes, err: stderr.bytes.toString(), host, servicesLeft };
}

/** Clients of any handlers, through the real codec. */
function servicesOver(handlers: HandlerTable): LocalServices {
  const [near, far] = createPortPair();
  void new ChannelServer(far, handlers);
  const { clients, channel } = createClients(near);
  return {
    clients,
    close() {
      channel.close();
      return Promise.resolve();
    },
  };
}
