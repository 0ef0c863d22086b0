import { Buffer } from 'node:buffer';
import type { MiRecord } from './mi-record.ts';
import { RecordParser } from './record-parser.ts';

const LF = 10;
/** gdb's longest honest line is a few megabytes. Past this the rest of the line is thrown away, so that memory stays bounded. */
const DEFAULT_MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface MiStreamOptions {
  readonly maxLineBytes?: number;
}

/**
 * Bytes in, records out. Data may be split anywhere, also inside a UTF-8 character: only whole lines are parsed. All whole lines of a chunk are parsed in one go.
 */
export class MiStream {
  readonly #parser = new RecordParser();
  readonly #maxLineBytes: number;
  /** Pieces of a line whose LF has not come yet. */
  #partial: Uint8Array[] = [];
  #partialBytes = 0;
  #discarding = false;

  constructor(options: MiStreamOptions = {}) {
    this.#maxLineBytes = options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES;
  }

  /** Takes a chunk and returns the records that it completes. Keeps no reference to `chunk` beyond the call. Never throws. */
  push(chunk: Uint8Array): MiRecord[] {
    const records: MiRecord[] = [];
    const lastLf = chunk.lastIndexOf(LF);
    if (lastLf < 0) {
      this.#keep(chunk, records);
      return records;
    }
    let whole = chunk.subarray(0, lastLf + 1);
    if (this.#discarding) {
      whole = whole.subarray(whole.indexOf(LF) + 1);
      this.#discarding = false;
    } else if (this.#partialBytes > 0) {
      const firstEnd = whole.indexOf(LF) + 1;
      this.#parse(this.#joinPartial(whole.subarray(0, firstEnd)), records);
      whole = whole.subarray(firstEnd);
    }
    if (whole.length > 0) this.#parse(whole, records);
    this.#keep(chunk.subarray(lastLf + 1), records);
    return records;
  }

  /** What is left when gdb's terminal closes: an unfinished line is malformed, nothing else is. */
  end(): MiRecord[] {
    const records: MiRecord[] = [];
    if (this.#partialBytes > 0) this.#parse(this.#joinPartial(Uint8Array.of(LF)), records);
    return records;
  }

  #keep(rest: Uint8Array, records: MiRecord[]): void {
    if (rest.length === 0 || this.#discarding) return;
    if (this.#partialBytes + rest.length > this.#maxLineBytes) {
      const head = new TextDecoder('latin1').decode((this.#partial[0] ?? rest).subarray(0, 200));
      records.push({ kind: 'malformed', line: head, position: this.#partialBytes, reason: `line longer than ${this.#maxLineBytes} bytes` });
      this.#partial = [];
      this.#partialBytes = 0;
      this.#discarding = true;
      return;
    }
    this.#partial.push(rest.slice());
    this.#partialBytes += rest.length;
  }

  #joinPartial(tail: Uint8Array): Uint8Array {
    const joined = new Uint8Array(this.#partialBytes + tail.length);
    let at = 0;
    for (const piece of this.#partial) {
      joined.set(piece, at);
      at += piece.length;
    }
    joined.set(tail, at);
    this.#partial = [];
    this.#partialBytes = 0;
    return joined;
  }

  #parse(lines: Uint8Array, records: MiRecord[]): void {
    this.#parser.parse(Buffer.from(lines.buffer, lines.byteOffset, lines.length), records);
  }
}
