import { z } from 'zod';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ServiceHandlers, Unsubscribe } from '../../shared/rpc/contract.ts';
import type { TerminalName, TerminalsContract } from '../../shared/rpc/contracts/terminals.ts';
import type { Session } from '../session/session.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { TerminalHub } from '../session/terminal-hub.ts';
import { acrossSessions } from './across-sessions.ts';
import { checked, sessionId } from './validate.ts';

const terminal = z.enum(['gdb', 'program']);
/** A pty's size is two unsigned shorts (ioctl_tty(2), struct winsize); below 1 a terminal has no cell. */
const cells = z.int().min(1).max(0xffff);

export function terminalsService(manager: SessionManager): ServiceHandlers<TerminalsContract> {
  const hubOf = (params: { readonly sessionId: string; readonly terminal: TerminalName }): TerminalHub => {
    const hub = manager.get(params.sessionId).terminals.get(params.terminal);
    if (hub) return hub;
    throw new VmatlasError({
      code: 'unsupported',
      message: params.terminal === 'gdb' ? 'There is no gdb console: gdb is not attached.' : 'This process keeps its own terminal; only launched programs have one here.',
    });
  };
  let pages = 0;

  return {
    calls: {
      open: checked('terminals.open', z.object({ sessionId, terminal, columns: cells, rows: cells }), (params) => {
        const hub = hubOf(params);
        return { backlog: hub.open(params.columns, params.rows), ptyName: hub.ptyName, ended: hub.ended };
      }),
      write: checked('terminals.write', z.object({ sessionId, terminal, data: z.instanceof(Uint8Array) }), (params) => {
        hubOf(params).write(params.data);
        return null;
      }),
      resize: checked('terminals.resize', z.object({ sessionId, terminal, columns: cells, rows: cells }), (params) => {
        hubOf(params).resize(params.columns, params.rows);
        return null;
      }),
      acknowledge: checked('terminals.acknowledge', z.object({ sessionId, terminal, bytes: z.int().min(0).max(0x7fff_ffff) }), (params) => {
        hubOf(params).acknowledge(params.bytes);
        return null;
      }),
    },
    events: {
      data: (emit) => {
        pages++;
        const stop = eachHub(manager, (session, name, hub) => hub.onData((data) => emit({ sessionId: session.id, terminal: name, data })));
        return () => {
          stop();
          pages--;
          // The last page has gone: nobody acknowledges any more, and no program may block for that.
          if (pages === 0) for (const session of manager.list()) for (const hub of session.terminals.values()) hub.leave();
        };
      },
      ended: (emit) => eachHub(manager, (session, name, hub) => hub.onEnded(() => emit({ sessionId: session.id, terminal: name }))),
    },
  };
}

/** Subscribes to every terminal of every session, those to come included: a new gdb has new terminals. */
function eachHub(manager: SessionManager, subscribe: (session: Session, name: TerminalName, hub: TerminalHub) => Unsubscribe): Unsubscribe {
  return acrossSessions(manager, (session) => {
    const known = new Map<TerminalHub, Unsubscribe>();
    const add = (terminals: ReadonlyMap<TerminalName, TerminalHub>): void => {
      for (const [name, hub] of terminals) if (!known.has(hub)) known.set(hub, subscribe(session, name, hub));
    };
    add(session.terminals);
    const stop = session.onTerminals(add);
    return () => {
      stop();
      for (const end of known.values()) end();
    };
  });
}
