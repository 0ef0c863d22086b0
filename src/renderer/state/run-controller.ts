import type { AddressRange } from '../../shared/address/range.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { CatchKind, RunChoices, RunControl, SignalHandling, WatchAccess } from '../../shared/model/run-control.ts';
import type { SessionState } from '../../shared/model/session.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import type { Act } from './acts.ts';
import type { SessionStore } from './session-store.ts';

export interface BreakpointWish {
  readonly location: string;
  readonly condition?: string;
  readonly temporary?: boolean;
  readonly hardware?: boolean;
  readonly ignoreCount?: number;
}

/** The verbs of run control. Each answers with whether it worked; a failure is a notice. */
export interface RunController {
  runTo(location: string): Promise<boolean>;
  restart(): Promise<boolean>;
  insertBreakpoint(wish: BreakpointWish): Promise<boolean>;
  watchRange(range: AddressRange, access: WatchAccess): Promise<boolean>;
  /** In the selected frame. */
  watchExpression(expression: string, access: WatchAccess, condition?: string): Promise<boolean>;
  insertCatchpoint(kind: CatchKind, what: readonly string[]): Promise<boolean>;
  editBreakpoint(number: string, change: { readonly condition?: string; readonly ignoreCount?: number }): Promise<boolean>;
  handleSignal(name: string, change: Partial<Pick<SignalHandling, 'stop' | 'print' | 'pass'>>): Promise<boolean>;
  choose(choices: Partial<RunChoices>): Promise<boolean>;
  record(on: boolean): Promise<boolean>;
  /** Of the selected frame. `needs-confirmation` is thrown, so that whoever edits can ask. */
  setRegister(name: string, value: bigint | Uint8Array, confirmed: boolean): Promise<boolean>;
}

export interface RunControllerParts {
  readonly clients: Clients;
  readonly store: SessionStore;
  readonly act: Act;
  /** Takes over the answer's state. */
  readonly follow: (state: SessionState) => void;
}

export function createRunController({ clients, store, act, follow }: RunControllerParts): RunController {
  const sessionId = (): string => {
    const { session } = store.getState();
    if (session === undefined) throw new VmatlasError({ code: 'no-such-session', message: 'Nothing is open.' });
    return session.sessionId;
  };
  const frame = (): { threadId: number; frameLevel: number } | undefined => {
    const { session, selectedThread, selectedFrame } = store.getState();
    return session?.phase === 'stopped' && selectedThread !== undefined ? { threadId: selectedThread, frameLevel: selectedFrame } : undefined;
  };
  const take = (runControl: RunControl): void => store.setState({ runControl });
  return {
    runTo: (location) => act('resume', async () => {
      const thread = frame()?.threadId;
      follow(await clients.sessions.runTo({ sessionId: sessionId(), location, ...(thread === undefined ? {} : { threadId: thread }) }));
    }),
    restart: () => act('restart', async () => follow(await clients.sessions.restart({ sessionId: sessionId() }))),
    insertBreakpoint: (wish) => act('insertBreakpoint', async () => {
      await clients.debug.insertBreakpoint({ sessionId: sessionId(), ...wish });
    }),
    watchRange: (range, access) => act('insertWatchpoint', async () => {
      await clients.debug.insertWatchpoint({ sessionId: sessionId(), subject: { kind: 'range', range }, access });
    }),
    watchExpression: (expression, access, condition = '') => act('insertWatchpoint', async () => {
      const at = frame();
      await clients.debug.insertWatchpoint({ sessionId: sessionId(), subject: { kind: 'expression', expression, threadId: at?.threadId, frameLevel: at?.frameLevel }, access, condition });
    }),
    insertCatchpoint: (kind, what) => act('insertCatchpoint', async () => {
      await clients.debug.insertCatchpoint({ sessionId: sessionId(), kind, what });
    }),
    editBreakpoint: (number, change) => act(`editBreakpoint ${number}`, async () => {
      await clients.debug.editBreakpoint({ sessionId: sessionId(), number, ...change });
    }),
    handleSignal: (name, change) => act(`handleSignal ${name}`, async () => {
      await clients.debug.handleSignal({ sessionId: sessionId(), name, ...change });
    }),
    choose: (choices) => act('choose', async () => take(await clients.debug.choose({ sessionId: sessionId(), ...choices }))),
    record: (on) => act('record', async () => take(await clients.debug.record({ sessionId: sessionId(), on }))),
    setRegister: async (name, value, confirmed) => {
      let asks: unknown;
      const done = await act('setRegister', async () => {
        const at = frame();
        if (at === undefined) throw new VmatlasError({ code: 'not-stopped', message: 'Registers can be written only while the program is stopped.' });
        try {
          const { registers } = await clients.debug.setRegister({ sessionId: sessionId(), ...at, name, value, confirmed });
          store.setState({ registers: registers.filter(({ group }) => group !== 'vector') });
        } catch (error) {
          if (!(error instanceof VmatlasError) || error.code !== 'needs-confirmation') throw error;
          asks = error;
        }
      });
      if (asks !== undefined) throw asks;
      return done;
    },
  };
}
