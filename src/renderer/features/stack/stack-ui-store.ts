/** What the user chose in the view. It outlives the view's being hidden, not the window. */
export interface StackUi {
  readonly rows: 'slots' | 'words';
  readonly shown: 'one' | 'all';
  /** By frame key: the user's wish where it differs from what is shown of itself. */
  readonly frames: ReadonlyMap<string, boolean>;
  /** Runs of repeated frames that are open, by the number of their frames from the outside. */
  readonly runs: ReadonlySet<string>;
  /** Long slots that are open, by address. */
  readonly slots: ReadonlySet<string>;
  readonly initialOpen: boolean;
  /** A frame chosen in this view alone: one that gdb cannot select (deep in a recursion the unwind tables found it), or has not selected yet. */
  readonly deep: {
    readonly level: number;
    readonly stopCount: number;
    /** Everybody's choice meanwhile: another one ends this one. */
    readonly beside: number;
  } | undefined;
  /** Thread by the kernel's number, for a process that gdb does not hold. */
  readonly tid: number | undefined;
}

const FIRST: StackUi = { rows: 'slots', shown: 'one', frames: new Map(), runs: new Set(), slots: new Set(), initialOpen: false, deep: undefined, tid: undefined };

export class StackUiStore {
  #state = FIRST;
  readonly #listeners = new Set<() => void>();
  /** Levels that this view made everybody's choice, until they are. */
  readonly asked = new Set<number>();

  readonly get = (): StackUi => this.#state;

  readonly update = (change: Partial<StackUi>): void => {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  };

  readonly openFrame = (key: string, isOpen: boolean): void => this.update({ frames: new Map(this.#state.frames).set(key, isOpen) });

  readonly toggleRun = (key: string): void => this.update({ runs: toggled(this.#state.runs, key) });

  readonly toggleSlot = (key: string): void => this.update({ slots: toggled(this.#state.slots, key) });

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(key)) next.add(key);
  return next;
}
