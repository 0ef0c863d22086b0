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
type OwnWay = Pick<Command, 'disabledBecause' | 'run'>;

/** All commands by id. Views register theirs while they are mounted. */
export class CommandRegistry {
  readonly #commands = new Map<string, Command>();
  readonly #listeners = new Set<Listener>();
  /** The newest last. */
  readonly #own = new Map<string, readonly OwnWay[]>();

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
    const command = this.#commands.get(id);
    const own = this.#own.get(id)?.at(-1);
    return command === undefined || own === undefined ? command : { ...command, ...own };
  }

  /** A view that knows more does a command its own way while it is mounted. Answers how to end that. */
  override(id: string, own: OwnWay): () => void {
    this.#own.set(id, [...(this.#own.get(id) ?? []), own]);
    this.#changed();
    return () => {
      this.#own.set(id, (this.#own.get(id) ?? []).filter((one) => one !== own));
      this.#changed();
    };
  }

  all(): readonly Command[] {
    return [...this.#commands.keys()].flatMap((id) => this.get(id) ?? []);
  }

  /** The command bound to a chord, if any. */
  forKey(chord: string): Command | undefined {
    return this.all().find((command) => command.keys.includes(chord));
  }

  /** Runs a command unless it is disabled. True when it ran. */
  run(id: string): boolean {
    const command = this.get(id);
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
