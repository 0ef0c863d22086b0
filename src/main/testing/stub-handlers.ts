import { VmatlasError } from '../../shared/model/errors.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { SessionsContract } from '../../shared/rpc/contracts/sessions.ts';
import type { Contract, ServiceHandlers } from '../../shared/rpc/contract.ts';
import type { HandlerSet } from '../../shared/rpc/services.ts';

/** A session's state for tests that only pass it on. */
export function stubSession(changes: Partial<SessionState> = {}): SessionState {
  return {
    sessionId: 's1', phase: 'observing', target: undefined, launched: false, gdbVersion: undefined, stop: undefined, stopCount: 0, generation: 1,
    ending: undefined, problem: undefined, capabilities: [], ...changes,
  };
}

/** Handlers that refuse everything, but for the session calls a test gives. */
export function stubHandlers(sessions: Partial<ServiceHandlers<SessionsContract>['calls']> = {}): HandlerSet {
  return {
    processes: stubService(),
    sessions: stubService(sessions),
    map: stubService(),
    memory: stubService(),
    pages: stubService(),
    locate: stubService(),
    debug: stubService(),
    search: stubService(),
    symbols: stubService(),
    code: stubService(),
    stack: stubService(),
    explain: stubService(),
    labs: stubService(),
    terminals: stubService(),
  };
}

function stubService<C extends Contract>(calls: Partial<ServiceHandlers<C>['calls']> = {}): ServiceHandlers<C> {
  // Proxies, so that a contract may grow without every test having to know.
  const stub = {
    calls: new Proxy(calls, { get: (given, name) => Reflect.get(given, name) ?? refuse }),
    events: new Proxy({}, { get: () => silent }),
  };
  return stub as ServiceHandlers<C>;
}

function refuse(): never {
  throw new VmatlasError({ code: 'unsupported', message: 'Not in this test.' });
}

function silent(): () => void {
  return () => {};
}
