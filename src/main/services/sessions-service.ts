import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { RESUME_KINDS } from '../../shared/model/debug.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { LaunchSpec, SessionsContract } from '../../shared/rpc/contracts/sessions.ts';
import type { DebuggerLaunch } from '../target/debugger.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { Listeners } from './listeners.ts';
import type { Recents } from './recents.ts';
import { checked, execText, nothing, ofSession, oneLine, pid, sessionId, threadId } from './validate.ts';

/** The demo's deepest point: the label `done` in checksum, where its locals are live (resources/demo/README.md). */
export const DEMO_STOP = 'checksum:done';

const launchSpec = z.object({
  program: execText.min(1),
  args: z.array(execText).max(10_000),
  cwd: execText,
  env: z.record(execText.min(1).refine((name) => !name.includes('='), 'must not contain ='), execText),
  stopAt: oneLine,
});

export interface SessionsDependencies {
  readonly manager: SessionManager;
  readonly recents: Recents;
  readonly listeners: Listeners;
  readonly demoProgram: string | undefined;
}

export function sessionsService({ manager, recents, listeners, demoProgram }: SessionsDependencies): ServiceHandlers<SessionsContract> {
  const command = (name: string, run: (session: Session) => Promise<void>) =>
    checked(`sessions.${name}`, ofSession, async (params): Promise<SessionState> => {
      const session = manager.get(params.sessionId);
      await run(session);
      return session.state;
    });

  const launch = async (spec: LaunchSpec): Promise<SessionState> => {
    const resolved = await resolveLaunch(spec);
    const session = await manager.launch(resolved);
    await recents.add({ program: resolved.program, args: resolved.args, cwd: resolved.cwd, how: 'launch', lastOpenedMs: Date.now() });
    return session.state;
  };

  return {
    calls: {
      list: checked('sessions.list', nothing, () => manager.list().map((session) => session.state)),
      observe: checked('sessions.observe', z.object({ pid }), async (params) => {
        const session = await manager.observe(params.pid);
        const { exe, command: line } = session.state.target ?? { exe: '', command: '' };
        if (exe !== '') await recents.add({ program: exe, args: line.split(' ').slice(1), cwd: '', how: 'observe', lastOpenedMs: Date.now() });
        return session.state;
      }),
      launch: checked('sessions.launch', launchSpec, launch),
      launchDemo: checked('sessions.launchDemo', nothing, () => {
        if (demoProgram === undefined) {
          throw new VmatlasError({
            code: 'executable-missing', message: 'The bundled demo program is not compiled.', remedy: 'Install a C compiler (gcc or clang) and start vmatlas again with npm start.',
          });
        }
        return launch({ program: demoProgram, args: [], cwd: '', env: {}, stopAt: DEMO_STOP });
      }),
      attach: command('attach', (session) => session.attach()),
      detach: command('detach', (session) => session.detach()),
      kill: command('kill', (session) => session.kill()),
      interrupt: command('interrupt', (session) => session.interrupt()),
      refresh: command('refresh', (session) => session.refresh()),
      resume: checked('sessions.resume', z.object({ sessionId, kind: z.enum(RESUME_KINDS), threadId: threadId.optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        await session.resume(params.kind, params.threadId);
        return session.state;
      }),
      runTo: checked('sessions.runTo', z.object({ sessionId, location: oneLine.min(1), threadId: threadId.optional() }), async (params) => {
        const session = manager.get(params.sessionId);
        await session.runTo(params.location, params.threadId);
        return session.state;
      }),
      restart: command('restart', (session) => session.restart()),
      close: checked('sessions.close', ofSession, async (params) => {
        await manager.close(params.sessionId);
        return null;
      }),
    },
    events: {
      state: (emit) => listeners.counted(manager.onState(emit)),
      closed: (emit) => manager.onClosed((id) => emit({ sessionId: id })),
    },
  };
}

/** Finds the program as a shell would (a name without `/` in PATH), and checks what can be checked before gdb is started for it. */
export async function resolveLaunch(spec: LaunchSpec): Promise<DebuggerLaunch> {
  const cwd = resolve(spec.cwd === '' ? process.cwd() : spec.cwd);
  if (!(await isKind(cwd, 'directory'))) throw new VmatlasError({ code: 'launch-failed', message: `There is no folder ${cwd} to start in.` });
  const program = await findProgram(spec.program, cwd);
  return { ...spec, program, cwd };
}

async function findProgram(name: string, cwd: string): Promise<string> {
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : join(cwd, name)]
    : [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, name)), join(cwd, name)];
  let notExecutable: string | undefined;
  for (const candidate of candidates) {
    if (!(await isKind(candidate, 'file'))) continue;
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      notExecutable ??= candidate; // told below, if no other candidate serves
    }
  }
  if (notExecutable !== undefined) {
    throw new VmatlasError({ code: 'permission-denied', message: `${notExecutable} may not be executed.`, remedy: `chmod +x ${notExecutable}` });
  }
  throw new VmatlasError({
    code: 'executable-missing', message: `There is no program ${name}.`, evidence: candidates.length === 1 ? `looked for ${candidates[0]}` : 'looked in PATH and in the working folder',
  });
}

async function isKind(path: string, kind: 'file' | 'directory'): Promise<boolean> {
  try {
    const found = await stat(path);
    return kind === 'file' ? found.isFile() : found.isDirectory();
  } catch {
    return false; // missing or out of reach: the caller says which path
  }
}
