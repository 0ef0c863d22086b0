import type { Clients } from '../../../shared/rpc/services.ts';
import type { WhatToOpen } from '../common/what-to-open.ts';

/** Where a command prints. Resolves when the bytes are handed over, so that gigabytes do not pile up. */
export interface Sink {
  write(data: string | Uint8Array): Promise<void>;
  readonly isTerminal: boolean;
}

/** The services of this process, and their end: sessions closed, debuggers let go. */
export interface LocalServices {
  readonly clients: Clients;
  close(): Promise<void>;
}

/** A host to run until it is closed. */
export interface HostRequest {
  readonly open: WhatToOpen;
  /** False: serve the page and print its address. */
  readonly window: boolean;
  /** 0: any free port. */
  readonly port: number;
  /** Address to listen on; undefined for the loopback. */
  readonly address: string | undefined;
  /** Further names that browsers may call this host by. */
  readonly names: readonly string[];
  /** Print the address as {"url"}. */
  readonly json: boolean;
}

/** Everything a command touches outside itself. Tests give their own. */
export interface CliContext {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly version: string;
  /** Made when a command needs them: `--help` starts nothing. */
  startServices(): Promise<LocalServices>;
  /** Resolves with the exit code when the window is closed or a signal ends it. */
  runHost(request: HostRequest): Promise<number>;
}
