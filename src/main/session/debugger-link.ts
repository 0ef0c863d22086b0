import type { TerminalName } from '../../shared/rpc/contracts/terminals.ts';
import type { Debugger, DebuggerEvent } from '../target/debugger.ts';
import { EventGate } from './event-gate.ts';
import { TerminalHub } from './terminal-hub.ts';

export interface LinkListener {
  event(event: DebuggerEvent): void;
  /** A terminal has appeared; all there are. */
  terminals(terminals: ReadonlyMap<TerminalName, TerminalHub>): void;
}

/** A session's debugger with what hangs on it: the gate for its events, and its terminals. */
export class DebuggerLink {
  readonly debugger: Debugger;
  readonly gate: EventGate;
  /** A target that exec'ed is being opened anew. */
  reopening = false;
  readonly #listener: LinkListener;
  readonly #stop: () => void;
  readonly #terminals = new Map<TerminalName, TerminalHub>();

  constructor(held: Debugger, listener: LinkListener) {
    this.debugger = held;
    this.#listener = listener;
    this.gate = new EventGate((event) => listener.event(event));
    this.#stop = held.onEvent((event) => {
      // The program's terminal comes with the launch; what it prints before the launch is answered must not be missed.
      this.findTerminals();
      this.gate.take(event);
    });
    this.findTerminals();
  }

  findTerminals(): void {
    const { console: own, program } = this.debugger;
    const before = this.#terminals.size;
    if (!this.#terminals.has('gdb')) this.#terminals.set('gdb', new TerminalHub(own));
    if (program && !this.#terminals.has('program')) this.#terminals.set('program', new TerminalHub(program));
    if (this.#terminals.size !== before) this.#listener.terminals(new Map(this.#terminals));
  }

  dispose(): void {
    this.#stop();
    for (const terminal of this.#terminals.values()) terminal.end();
  }
}
