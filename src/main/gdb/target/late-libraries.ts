import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { readLibrarySymbols } from '../mi-commands/setup-commands.ts';
import { holds } from './mapped-libraries.ts';
import type { MappedLibrary } from './mapped-libraries.ts';

/** By then the first picture has been asked for and drawn. */
const QUIET_MS = 500;
/** gdb answers nothing else meanwhile, so a question waits for this many at most: some 20 ms. */
const AT_ONCE = 8;

/**
 * Libraries whose symbols gdb has not read, because the process would have stood still for it. What a frame needs is read when the frame is seen; the rest a moment after the attach, a few
 * at a time, while the process is stopped anyway.
 */
export class LateLibraries {
  readonly #connection: MiConnection;
  readonly #isStopped: () => boolean;
  #unread: readonly MappedLibrary[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** How many reads have been sent. */
  #reads = 0;
  /** The last of them. */
  #reading: Promise<void> = Promise.resolve();

  constructor(connection: MiConnection, isStopped: () => boolean) {
    this.#connection = connection;
    this.#isStopped = isStopped;
  }

  /** gdb holds a process and has not read these of its libraries. */
  begin(unread: readonly MappedLibrary[]): void {
    this.end();
    this.#unread = unread;
    this.wake();
  }

  /** No target any more, or soon. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unread = [];
  }

  /** The process has stopped: a good moment, but not at once. */
  wake(): void {
    if (this.#unread.length === 0 || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#readOn();
    }, QUIET_MS).unref();
  }

  /**
   * Asks about frames until the answer holds: without a library's unwind tables gdb guesses the frames that are further out. Asks anew when a place in the answer is in an unread library,
   * which is read first, and when libraries were read meanwhile. There is an end to it because no library is read twice.
   */
  async holding<T>(ask: () => Promise<T>, placesIn: (answer: T) => readonly bigint[]): Promise<T> {
    for (;;) {
      const reads = this.#reads;
      const answer = await ask();
      const places = placesIn(answer);
      const wanted = this.#unread.filter((library) => places.some((place) => holds(library, place)));
      if (wanted.length > 0) await this.#read(wanted);
      if (reads === this.#reads) return answer;
    }
  }

  /** Reads all that is left: for what may concern any library, such as a breakpoint on a name. */
  async readAll(): Promise<void> {
    if (this.#unread.length > 0) await this.#read(this.#unread);
    else await this.#reading;
  }

  async #readOn(): Promise<void> {
    while (this.#unread.length > 0 && this.#isStopped()) await this.#read(this.#unread.slice(0, AT_ONCE));
  }

  #read(libraries: readonly MappedLibrary[]): Promise<void> {
    this.#unread = this.#unread.filter((library) => !libraries.includes(library));
    this.#reads++;
    this.#reading = this.#connection.run(readLibrarySymbols(libraries.map(({ path }) => path))).catch(ignoreRefusal);
    return this.#reading;
  }
}

/** gdb could not read something, or is gone: it says so where it matters. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof VmatlasError)) throw error;
}
