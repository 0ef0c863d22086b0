/** A thing the user can do: palette, menus, keys and buttons all run the same command. */
export interface Command {
  /** `run.continue` */
  readonly id: string;
  /** `Continue` */
  readonly title: string;
  readonly group: string;
  /** Key chords such as `F5`, `Ctrl+G`, `Alt+ArrowLeft`; the first is shown. */
  readonly keys: readonly string[];
  /** Why it can't run now, in words; undefined when it can. */
  readonly disabledBecause: () => string | undefined;
  readonly run: () => void;
}

type Listener = () => void;

/** All commands by id. Views register theirs while they are mounted. */
export class CommandRegistry {
  readonly #commands = new Map<string, Command>();
  readonly #listeners = new Set<Listener>();

  register(command: Command): () => void {
    if (this.#commands.has(command.id)) throw new Error(`command ${command.id} is registered twice`);
    this.#commands.set(command.id, command);
    this.#changed();
    return () => {
      if (this.#commands.get(command.id) === command) {
        this.#commands.delete(command.id);
        this.#changed();
      }
    };
  }

  get(id: string): Command | undefined {
    return this.#commands.get(id);
  }

  all(): readonly Command[] {
    return [...this.#commands.values()];
  }

  /** The command bound to a chord, if any. */
  forKey(chord: string): Command | undefined {
    return this.all().find((command) => command.keys.includes(chord));
  }

  /** Runs a command unless it is disabled. True when it ran. */
  run(id: string): boolean {
    const command = this.#commands.get(id);
    if (command === undefined || command.disabledBecause() !== undefined) return false;
    command.run();
    return true;
  }

  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
