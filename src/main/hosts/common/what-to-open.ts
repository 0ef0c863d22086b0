import { resolve } from 'node:path';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import type { LaunchSpec } from '../../../shared/rpc/contracts/sessions.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { findOnPath, isExecutableFile } from './find-program.ts';

/** What a window shows when it opens. */
export type WhatToOpen =
  | { readonly kind: 'empty' }
  | { readonly kind: 'demo' }
  /** Looked at without stopping; with `attach`, gdb stops it. */
  | { readonly kind: 'pid'; readonly pid: number; readonly attach: boolean }
  | { readonly kind: 'launch'; readonly spec: LaunchSpec };

/** The command line's words, already split by the command line's own parser. */
export interface OpenWords {
  readonly demo?: boolean;
  readonly attach?: boolean;
  /** The TARGET word. */
  readonly target?: string | undefined;
  /** PROGRAM ARGS… after `--`. */
  readonly command?: readonly string[];
  /** Where a launched program stops first; `main` unless told otherwise, '' to run on. */
  readonly stopAt?: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Throws `usage` for words that contradict each other or name nothing, `executable-missing` for a program that is not there. */
export function parseWhatToOpen(words: OpenWords): WhatToOpen {
  const { target, command = [], demo = false } = words;
  const given = [demo ? '--demo' : '', target ?? '', command.length > 0 ? '-- PROGRAM' : ''].filter((word) => word !== '');
  if (given.length > 1) throw usage(`Open one thing, not ${given.join(' and ')}.`);
  if (demo) return { kind: 'demo' };
  const [program, ...args] = command;
  if (program !== undefined) {
    return { kind: 'launch', spec: { program: findProgram(program, words), args, cwd: words.cwd, env: {}, stopAt: words.stopAt ?? 'main' } };
  }
  if (target === undefined) return { kind: 'empty' };
  const pid = Number(target);
  if (!/^\d+$/.test(target) || !Number.isSafeInteger(pid) || pid < 1) throw usage(`'${target}' is not a process id.`, `To start a program: vmatlas open -- ${target}`);
  return { kind: 'pid', pid, attach: words.attach ?? false };
}

/**
 * What `electron FOLDER --demo`, `electron FOLDER PID` or `electron FOLDER -- PROGRAM ARGS…` opens, for whoever starts Electron by hand; vmatlas itself uses
 * OPEN_VARIABLE. Electron's and Chromium's own switches, before the folder or after, are passed over. Throws as parseWhatToOpen does.
 * @param argv process.argv of Electron's main process
 */
export function openFromElectronArguments(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): WhatToOpen {
  const folder = argv.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  const words = folder < 0 ? [] : argv.slice(folder + 1);
  const dashes = words.indexOf('--');
  const own = dashes < 0 ? words : words.slice(0, dashes);
  const command = dashes < 0 ? [] : words.slice(dashes + 1);
  const target = own.find((word) => !word.startsWith('-'));
  return parseWhatToOpen({ demo: own.includes('--demo'), attach: own.includes('--attach'), target, command, cwd, env });
}

/** As a shell finds it: a path from here, a bare name on PATH; then, unlike a shell, here. */
function findProgram(program: string, { cwd, env }: OpenWords): string {
  const here = resolve(cwd, program);
  const found = program.includes('/') ? here : (findOnPath(program, env) ?? here);
  if (isExecutableFile(found)) return found;
  throw new VmatlasError({ code: 'executable-missing', message: `There is no program ${program} that can be run.`, evidence: found });
}

/** Carries what to open to another process of ours, in an environment variable: a command line is for everybody to read. */
export const OPEN_VARIABLE = 'VMATLAS_OPEN';

export function writeWhatToOpen(open: WhatToOpen): string {
  return JSON.stringify(open);
}

/** Reads what `writeWhatToOpen` wrote; nothing is `empty`. Throws `malformed-input` for anything else: it comes from outside. */
export function readWhatToOpen(text: string | undefined): WhatToOpen {
  if (text === undefined || text === '') return { kind: 'empty' };
  let open: unknown;
  try {
    open = JSON.parse(text);
  } catch (error) {
    throw malformed(text, error);
  }
  if (!isRecord(open)) throw malformed(text);
  if (open['kind'] === 'empty' || open['kind'] === 'demo') return { kind: open['kind'] };
  const { pid, attach, spec } = open;
  if (open['kind'] === 'pid' && typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 && typeof attach === 'boolean') return { kind: 'pid', pid, attach };
  if (open['kind'] === 'launch' && isLaunchSpec(spec)) return { kind: 'launch', spec };
  throw malformed(text);
}

/** Opens it through the services. Resolves with the session, undefined when nothing was to be opened; rejects with the codes of opening a target. */
export async function openTarget(clients: Clients, open: WhatToOpen): Promise<SessionState | undefined> {
  switch (open.kind) {
    case 'empty':
      return undefined;
    case 'demo':
      return clients.sessions.launchDemo({});
    case 'launch':
      return clients.sessions.launch(open.spec);
    case 'pid': {
      const session = await clients.sessions.observe({ pid: open.pid });
      return open.attach ? clients.sessions.attach({ sessionId: session.sessionId }) : session;
    }
  }
}

function isLaunchSpec(value: unknown): value is LaunchSpec {
  if (!isRecord(value)) return false;
  const { program, args, cwd, env, stopAt } = value;
  const texts = Array.isArray(args) && args.every((arg) => typeof arg === 'string') && isRecord(env) && Object.values(env).every((text) => typeof text === 'string');
  return texts && typeof program === 'string' && typeof cwd === 'string' && typeof stopAt === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function usage(message: string, remedy?: string): VmatlasError {
  return new VmatlasError({ code: 'usage', message, ...(remedy === undefined ? {} : { remedy }) });
}

function malformed(text: string, cause?: unknown): VmatlasError {
  return new VmatlasError({ code: 'malformed-input', message: 'What to open was not understood.', evidence: text.slice(0, 200) }, { cause });
}
