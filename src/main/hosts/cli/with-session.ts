import { VmatlasError } from '../../../shared/model/errors.ts';
import type { Address } from '../../../shared/address/address.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import type { CliContext } from './context.ts';

export interface OpenSession {
  readonly clients: Clients;
  readonly sessionId: string;
  readonly state: SessionState;
}

export interface SessionOptions {
  /** Attach gdb while the work goes on: the process stops for that time, and runs on after. */
  readonly attach?: boolean;
}

/** Looks at a process for the time of one command. The session is closed, and the process let go, however the work ends. */
export async function withSession<T>(context: CliContext, pid: number, options: SessionOptions, work: (session: OpenSession) => Promise<T>): Promise<T> {
  const services = await context.startServices();
  try {
    const { clients } = services;
    let state = await clients.sessions.observe({ pid });
    const { sessionId } = state;
    try {
      if (options.attach) state = await clients.sessions.attach({ sessionId });
      return await work({ clients, sessionId, state });
    } finally {
      await clients.sessions.close({ sessionId });
    }
  } finally {
    await services.close();
  }
}

/** The address a location means. Throws `unknown-location`, `ambiguous-location`, or `not-attached` for what only gdb can tell. */
export async function resolveLocation({ clients, sessionId }: OpenSession, text: string): Promise<Address> {
  try {
    const { address } = await clients.locate.resolve({ sessionId, text });
    return address;
  } catch (error) {
    if (!(error instanceof VmatlasError) || error.code !== 'not-attached') throw error;
    const message = `${text} can only be told with gdb attached.`;
    throw new VmatlasError({ ...error.facts(), message, remedy: 'Add --attach: the process stops for a moment, and runs on.' }, { cause: error });
  }
}

/** The target of a state that has one. */
export function targetOf({ state }: OpenSession): NonNullable<SessionState['target']> {
  if (state.target) return state.target;
  throw new VmatlasError({ code: 'target-lost', message: 'The process was lost while it was opened.', evidence: `session phase ${state.phase}` });
}
