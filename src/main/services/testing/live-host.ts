import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionState } from '../../../shared/model/session.ts';
import type { TerminalName } from '../../../shared/rpc/contracts/terminals.ts';
import { createServices, type ServiceSet } from '../create-services.ts';
import type { ServiceOptions } from '../service-options.ts';
import { callContext } from './fake-services.ts';
import { until } from './process-truth.ts';

/** The real services over /proc and gdb, as a page would use them: listening, with its terminals open. */
export class LiveHost {
  readonly services: ServiceSet;
  readonly context = callContext();
  readonly states: SessionState[] = [];
  readonly problems: unknown[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'vmatlas-live-'));
  readonly #printed = new Map<TerminalName, string>();

  constructor(demoProgram?: string, labs?: ServiceOptions['labs']) {
    this.services = createServices({
      hostKind: 'web', demoProgram, productVersion: 'test', recentsPath: join(this.folder, 'recent.json'), report: (problem) => this.problems.push(problem),
      ...(labs ? { labs } : {}),
    });
    const { sessions, terminals } = this.services.handlers;
    sessions.events.state((state) => this.states.push(state));
    terminals.events.data(({ terminal, data }) => this.#print(terminal, data));
  }

  get calls() {
    const { processes, sessions, map, memory, locate, debug, labs, terminals } = this.services.handlers;
    return { processes: processes.calls, sessions: sessions.calls, map: map.calls, memory: memory.calls, locate: locate.calls, debug: debug.calls, labs: labs.calls, terminals: terminals.calls };
  }

  /** Newest state of a session. */
  state(sessionId: string): SessionState {
    const last = this.states.findLast((state) => state.sessionId === sessionId);
    if (!last) throw new Error(`no state of ${sessionId}`);
    return last;
  }

  untilState(sessionId: string, what: string, holds: (state: SessionState) => boolean): Promise<void> {
    return until(`${what}; last state: ${JSON.stringify(this.state(sessionId), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`, () => holds(this.state(sessionId)));
  }

  async openTerminal(sessionId: string, terminal: TerminalName): Promise<void> {
    const { backlog } = await this.calls.terminals.open({ sessionId, terminal, columns: 200, rows: 50 }, this.context);
    this.#printed.set(terminal, '');
    this.#print(terminal, backlog);
  }

  /** What a terminal printed since it was opened, its backlog included. */
  printed(terminal: TerminalName): string {
    return this.#printed.get(terminal) ?? '';
  }

  async type(sessionId: string, terminal: TerminalName, text: string): Promise<void> {
    await this.calls.terminals.write({ sessionId, terminal, data: new TextEncoder().encode(text) }, this.context);
  }

  async dispose(): Promise<void> {
    await this.services.dispose();
    rmSync(this.folder, { recursive: true });
  }

  #print(terminal: TerminalName, data: Uint8Array): void {
    this.#printed.set(terminal, (this.#printed.get(terminal) ?? '') + new TextDecoder().decode(data));
  }
}
