import { createRequire } from 'node:module';
import { z } from 'zod';

/**
 * node-pty's native module, used directly. Its JavaScript wrapper does not fit: `open()` reads the slave side itself and so steals what is meant for gdb, its `write()`
 * on such a terminal is broken (node-pty 1.1.0), and its write queue spins at full speed while the other side does not read.
 */
// Not called `require`: the build adds a constant of that name to each chunk.
const loadNative = createRequire(import.meta.url);

export interface OpenedPty {
  readonly master: number;
  readonly slave: number;
  /** `/dev/pts/7` */
  readonly name: string;
}

export interface ForkedPty {
  readonly master: number;
  readonly pid: number;
  readonly name: string;
}

export interface ForkRequest {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  readonly onExit: (status: number, signal: number) => void;
}

type NativeFunction = (...args: unknown[]) => unknown;
const nativeFunction = z.custom<NativeFunction>((value) => typeof value === 'function');
const nativeModule = z.object({ module: z.object({ fork: nativeFunction, open: nativeFunction, resize: nativeFunction }) });
const utils = z.object({ loadNativeModule: nativeFunction });
const opened = z.object({ master: z.number().int(), slave: z.number().int(), pty: z.string() });
const forked = z.object({ fd: z.number().int(), pid: z.number().int(), pty: z.string() });

let loaded: z.infer<typeof nativeModule>['module'] | undefined;

function native(): z.infer<typeof nativeModule>['module'] {
  loaded ??= nativeModule.parse(utils.parse(loadNative('node-pty/lib/utils.js')).loadNativeModule('pty')).module;
  return loaded;
}

/** A terminal pair. Both fds belong to the caller; neither has close-on-exec, so whoever spawns a child must close them there. */
export function openPty(columns: number, rows: number): OpenedPty {
  const pair = opened.parse(native().open(columns, rows));
  return { master: pair.master, slave: pair.slave, name: pair.pty };
}

/** A process in a session of its own whose controlling terminal is a new pty: when the last master fd goes, it gets SIGHUP. */
export function forkPty(request: ForkRequest): ForkedPty {
  const env = Object.entries(request.env).map(([name, value]) => `${name}=${value}`);
  const unusedHelper = '';
  const result = forked.parse(
    native().fork(request.file, [...request.args], env, request.cwd, request.columns, request.rows, -1, -1, true, unusedHelper, request.onExit),
  );
  return { master: result.fd, pid: result.pid, name: result.pty };
}

export function resizePty(master: number, columns: number, rows: number): void {
  native().resize(master, columns, rows);
}
