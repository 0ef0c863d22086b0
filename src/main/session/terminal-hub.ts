import { TERMINAL_HIGH_WATER_BYTES, TERMINAL_LOW_WATER_BYTES } from '../../shared/rpc/contracts/terminals.ts';
import type { TerminalChannel } from '../target/debugger.ts';
import { Emitter } from './emitter.ts';

/** What a terminal printed last, kept for a page that opens or reloads. */
export const BACKLOG_BYTES = 256 * 1024;

/**
 * Stands between a pseudo-terminal and the pages that show it: keeps the last bytes, and holds the writer back when a page can't follow.
 *
 *     pty ──► backlog (always) ──► page (once opened) ──► acknowledged
 *              paused when printed − acknowledged > HIGH, resumed when ≤ LOW
 *
 * A terminal that no page shows is read on and on, so that no program ever blocks for want of a window.
 */
export class TerminalHub {
  readonly #channel: TerminalChannel;
  readonly #dispose: (() => void)[];
  readonly #data = new Emitter<Uint8Array>();
  readonly #printed = new Emitter<void>();
  readonly #ended = new Emitter<void>();
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #open = false;
  #unacknowledged = 0;
  #paused = false;
  #over = false;

  /** Bytes for pages, from `open` on. */
  readonly onData = this.#data.on;
  readonly onEnded = this.#ended.on;
  /** Something was printed, whether a page shows it or not: `printed` has it. */
  readonly onPrinted = this.#printed.on;

  constructor(channel: TerminalChannel) {
    this.#channel = channel;
    this.#dispose = [channel.onData((data) => this.#take(data)), channel.onEnd(() => this.end())];
  }

  get ptyName(): string {
    return this.#channel.ptyName;
  }

  get ended(): boolean {
    return this.#over;
  }

  /** A page begins to show it: what it printed so far. Data follows from here on, none twice and none left out. */
  open(columns: number, rows: number): Uint8Array {
    this.#open = true;
    this.#unacknowledged = 0;
    this.#go();
    this.resize(columns, rows);
    return this.printed();
  }

  /** What it printed so far, as far as it is kept. Looking changes nothing for the pages. */
  printed(): Uint8Array {
    const all = new Uint8Array(this.#backlogBytes);
    let at = 0;
    for (const piece of this.#backlog) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  /** No page shows it any more. */
  leave(): void {
    this.#open = false;
    this.#unacknowledged = 0;
    this.#go();
  }

  write(data: Uint8Array): void {
    if (!this.#over && data.length > 0) this.#channel.write(data);
  }

  resize(columns: number, rows: number): void {
    if (!this.#over) this.#channel.resize(columns, rows);
  }

  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    if (this.#unacknowledged <= TERMINAL_LOW_WATER_BYTES) this.#go();
  }

  /** The pty is gone; the backlog stays. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    for (const dispose of this.#dispose) dispose();
    this.#ended.emit();
  }

  #take(data: Uint8Array): void {
    this.#backlog.push(data);
    this.#backlogBytes += data.length;
    this.#trim();
    this.#printed.emit();
    if (!this.#open) return;
    this.#unacknowledged += data.length;
    if (this.#unacknowledged > TERMINAL_HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true;
      this.#channel.pause();
    }
    this.#data.emit(data);
  }

  #trim(): void {
    let excess = this.#backlogBytes - BACKLOG_BYTES;
    let whole = 0;
    for (const piece of this.#backlog) {
      if (excess < piece.length) break;
      excess -= piece.length;
      whole++;
    }
    if (whole > 0) this.#backlog = this.#backlog.slice(whole);
    const first = this.#backlog[0];
    // A copy: a view would keep the whole piece in memory.
    if (excess > 0 && first) this.#backlog[0] = first.slice(excess);
    this.#backlogBytes = Math.min(this.#backlogBytes, BACKLOG_BYTES);
  }

  #go(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (!this.#over) this.#channel.resume();
  }
}
