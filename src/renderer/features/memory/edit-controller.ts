import type { Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { EditList } from '../../../shared/model/memory-edit.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Notices } from '../../state/notices.ts';

/** A write that waits for the user's word. */
export interface PendingWrite {
  readonly start: Address;
  readonly bytes: Uint8Array;
  readonly label: string;
  /** What would happen. */
  readonly words: string;
}

export interface EditState {
  readonly edits: EditList;
  readonly pending: PendingWrite | undefined;
}

const NONE: EditState = { edits: { done: [], undone: [], words: '' }, pending: undefined };

/** The user's writes: asks before a private copy is made, and keeps the host's list of what can be undone. */
export class EditController {
  readonly #app: AppState;
  readonly #notices: Notices;
  readonly #listeners = new Set<() => void>();
  readonly #disposers: (() => void)[];
  #sessionId: string | undefined;
  /** A yes counts for its region for as long as the session lasts: asking for every byte would teach to say yes. */
  readonly #confirmed = new Set<Address>();
  state: EditState = NONE;

  constructor(app: AppState, notices: Notices) {
    this.#app = app;
    this.#notices = notices;
    this.#disposers = [
      app.clients.memory.on('edited', ({ sessionId, edits }) => {
        if (sessionId === this.#sessionId) this.#set({ ...this.state, edits });
      }),
      app.session.subscribe(() => this.#follow()),
    ];
    this.#follow();
  }

  dispose(): void {
    for (const dispose of this.#disposers) dispose();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Writes, or asks first. Resolves when it is written, refused (told to the user) or waiting for the answer. */
  async write(start: Address, bytes: Uint8Array, label: string): Promise<void> {
    const sessionId = this.#sessionId;
    if (sessionId === undefined || bytes.length === 0) return;
    const region = this.#app.session.getState().regions?.regionAt(start)?.start;
    try {
      await this.#app.clients.memory.write({ sessionId, start, bytes, label, privateCopy: region !== undefined && this.#confirmed.has(region) });
    } catch (error) {
      if (error instanceof VmatlasError && error.code === 'needs-confirmation') this.#set({ ...this.state, pending: { start, bytes, label, words: error.message } });
      else this.#notices.error(error);
    }
  }

  async answer(yes: boolean): Promise<void> {
    const { pending } = this.state;
    this.#set({ ...this.state, pending: undefined });
    if (!yes || pending === undefined) return;
    const region = this.#app.session.getState().regions?.regionAt(pending.start)?.start;
    if (region !== undefined) this.#confirmed.add(region);
    await this.write(pending.start, pending.bytes, pending.label);
  }

  readonly undo = (): void => this.#call('undo');
  readonly redo = (): void => this.#call('redo');
  readonly undoAll = (): void => this.#call('undoAll');

  #call(name: 'undo' | 'redo' | 'undoAll'): void {
    const sessionId = this.#sessionId;
    if (sessionId === undefined) return;
    this.#app.clients.memory[name]({ sessionId }).catch((error: unknown) => this.#notices.error(error));
  }

  #follow(): void {
    const sessionId = this.#app.session.getState().session?.sessionId;
    if (sessionId === this.#sessionId) return;
    this.#sessionId = sessionId;
    this.#confirmed.clear();
    this.#set(NONE);
    if (sessionId === undefined) return;
    this.#app.clients.memory.edits({ sessionId }).then((edits) => {
      if (sessionId === this.#sessionId) this.#set({ ...this.state, edits });
    }).catch((error: unknown) => this.#notices.failedQuestion(error));
  }

  #set(state: EditState): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}
