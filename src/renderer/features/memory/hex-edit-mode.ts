import type { Address } from '../../../shared/address/address.ts';
import type { AppState } from '../../state/app-state.ts';
import type { EditController } from './edit-controller.ts';
import { hexByte } from './hex-ink.ts';

/** Typing over the bytes: while it is on, hex digits write the byte at the cursor. */
export class HexEditMode {
  readonly #app: AppState;
  readonly #edits: EditController;
  readonly #redraw: () => void;
  readonly #advance: (cursor: Address) => void;
  readonly #listeners = new Set<() => void>();
  /** The first digit of the byte at the cursor, once typed; undefined while not editing. */
  state: { digit: string } | undefined;

  constructor(app: AppState, edits: EditController, redraw: () => void, advance: (cursor: Address) => void) {
    this.#app = app;
    this.#edits = edits;
    this.#redraw = redraw;
    this.#advance = advance;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(on: boolean): void {
    if (on === (this.state !== undefined)) return;
    this.state = on ? { digit: '' } : undefined;
    this.#redraw();
    for (const listener of this.#listeners) listener();
  }

  forgetDigit(): void {
    if (this.state !== undefined) this.state.digit = '';
  }

  /** True when the key was ours: hex digits, Backspace, Escape, and Ctrl Z, Ctrl Y, Ctrl Shift Z. */
  key(event: KeyboardEvent): boolean {
    const { state } = this;
    if (event.altKey || event.metaKey) return false;
    if (event.ctrlKey) {
      const key = event.key.toLowerCase();
      if (key === 'z') (event.shiftKey ? this.#edits.redo : this.#edits.undo)();
      else if (key === 'y') this.#edits.redo();
      else return false;
      return true;
    }
    if (state === undefined) return false;
    const cursor = this.#app.cursor.getState().address;
    if (event.key === 'Escape' && state.digit === '') this.set(false);
    else if (event.key === 'Escape' || event.key === 'Backspace') state.digit = '';
    else if (/^[0-9a-fA-F]$/.test(event.key) && cursor !== undefined) this.#type(state, event.key.toLowerCase(), cursor);
    else return false;
    this.#redraw();
    return true;
  }

  #type(state: { digit: string }, digit: string, cursor: Address): void {
    if (state.digit === '') {
      state.digit = digit;
      return;
    }
    const value = Number.parseInt(state.digit + digit, 16);
    state.digit = '';
    const old = this.#app.memory.byteAt(cursor);
    void this.#edits.write(cursor, Uint8Array.of(value), `byte at 0x${cursor.toString(16)}: ${old === undefined ? '??' : hexByte(old)} → ${hexByte(value)}`);
    this.#advance(cursor);
  }
}
