import { decodeCString } from './c-string.ts';
import { MiList, MiTuple, RESULT_CLASSES } from './mi-record.ts';
import type { MiRecord, MiResultClass, MiValue } from './mi-record.ts';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;
const EQUALS = 61;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_TUPLE = 123;
const CLOSE_TUPLE = 125;

/** gdb nests about eight deep. The limit keeps a hostile line from exhausting the JavaScript stack. */
const MAX_DEPTH = 200;
const MAX_EVIDENCE_CHARACTERS = 2000;
const NAME_SLOTS = 1024;

const noResults = new MiTuple([], []);
const resultClasses = new Map<string, MiResultClass>(RESULT_CLASSES.map((name) => [name, name]));
const asyncStreams = new Map<number, 'exec' | 'status' | 'notify'>([[42, 'exec'], [43, 'status'], [61, 'notify']]);
const streamChannels = new Map<number, 'console' | 'target' | 'log'>([[126, 'console'], [64, 'target'], [38, 'log']]);

class MiSyntaxError extends Error {}

/**
 * Parses single lines of a text that holds whole lines, each ended by LF. The LF is the sentinel that stops every scan, because gdb escapes it inside strings; so
 * no scan needs a bounds check. MI's own characters are all ASCII, so a line can be decoded before it is cut up.
 */
export class RecordParser {
  #text = '\n';
  #at = 0;
  #rawBytes = false;
  #depth = 0;
  /** Names repeat endlessly (`level`, `addr`, `func`): one string object for each spares most of the allocation. */
  readonly #names: (string | undefined)[] = Array.from({ length: NAME_SLOTS });

  /**
   * Parses the line of `text` that begins at `start`; the caller guarantees an LF after it. `rawBytes`: each character of `text` is a byte.
   * Never throws. undefined for an empty line.
   */
  parseLine(text: string, start: number, rawBytes: boolean): MiRecord | undefined {
    this.#text = text;
    this.#at = start;
    this.#rawBytes = rawBytes;
    this.#depth = 0;
    try {
      return this.#record(start);
    } catch (error) {
      if (!(error instanceof MiSyntaxError)) throw error;
      const lineEnd = text.indexOf('\n', start);
      return {
        kind: 'malformed',
        line: text.slice(start, Math.min(lineEnd, start + MAX_EVIDENCE_CHARACTERS)),
        position: this.#at - start,
        reason: error.message,
      };
    }
  }

  #record(start: number): MiRecord | undefined {
    const text = this.#text;
    let code = text.charCodeAt(start);
    if (code === LF || (code === CR && text.charCodeAt(start + 1) === LF)) return undefined;
    if (code === 40) return this.#prompt();
    const channel = streamChannels.get(code);
    if (channel !== undefined) {
      this.#at++;
      const streamed = this.#string();
      this.#lineEnd();
      return { kind: 'stream', channel, text: streamed };
    }
    const token = this.#token();
    code = text.charCodeAt(this.#at);
    const stream = asyncStreams.get(code);
    if (stream === undefined && code !== 94) throw new MiSyntaxError('not the start of an MI record');
    this.#at++;
    const className = this.#className();
    const results = text.charCodeAt(this.#at) === COMMA ? this.#resultsToLineEnd() : noResults;
    this.#lineEnd();
    if (stream !== undefined) return { kind: 'async', stream, token, class: className, results };
    const resultClass = resultClasses.get(className);
    if (resultClass === undefined) throw new MiSyntaxError('unknown result class');
    return { kind: 'result', token, class: resultClass, results };
  }

  #prompt(): MiRecord {
    if (!this.#text.startsWith('(gdb)', this.#at)) throw new MiSyntaxError('not the start of an MI record');
    this.#at += 5;
    while (this.#text.charCodeAt(this.#at) === 32) this.#at++;
    this.#lineEnd();
    return { kind: 'prompt' };
  }

  #token(): number | undefined {
    const start = this.#at;
    let value = 0;
    for (;;) {
      const digit = this.#text.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      this.#at++;
    }
    if (this.#at === start) return undefined;
    if (value > Number.MAX_SAFE_INTEGER) throw new MiSyntaxError('token too large');
    return value;
  }

  #className(): string {
    const start = this.#at;
    let hash = 0;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (!((code >= 97 && code <= 122) || code === 45)) break;
      hash = (hash * 31 + code) | 0;
      this.#at++;
    }
    if (this.#at === start) throw new MiSyntaxError('record without a class');
    return this.#intern(start, hash);
  }

  #resultsToLineEnd(): MiTuple {
    const names: string[] = [];
    const values: MiValue[] = [];
    while (this.#text.charCodeAt(this.#at) === COMMA) {
      this.#at++;
      this.#result(names, values);
    }
    return new MiTuple(names, values);
  }

  #lineEnd(): void {
    let code = this.#text.charCodeAt(this.#at);
    if (code === CR) code = this.#text.charCodeAt(this.#at + 1);
    if (code !== LF) throw new MiSyntaxError('text after the end of the record');
  }

  /** `name=value`, or a value alone, which gets the name ''. */
  #result(names: string[], values: MiValue[]): void {
    const code = this.#text.charCodeAt(this.#at);
    names.push(code === QUOTE || code === OPEN_TUPLE || code === OPEN_LIST ? '' : this.#name());
    values.push(this.#value());
  }

  /** A name and its `=`. */
  #name(): string {
    const text = this.#text;
    const start = this.#at;
    let at = start;
    let hash = 0;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === EQUALS) break;
      if (code < 32 || code === QUOTE || code === COMMA || code === OPEN_LIST || code === CLOSE_LIST || code === OPEN_TUPLE || code === CLOSE_TUPLE) {
        this.#at = at;
        throw new MiSyntaxError('expected a name and =');
      }
      hash = (hash * 31 + code) | 0;
      at++;
    }
    this.#at = at;
    if (at === start) throw new MiSyntaxError('empty name');
    const name = this.#intern(start, hash);
    this.#at = at + 1;
    return name;
  }

  /** `text[start, at)`, as the same string object as last time where possible. */
  #intern(start: number, hash: number): string {
    const slot = (hash ^ (hash >>> 10)) & (NAME_SLOTS - 1);
    const known = this.#names[slot];
    if (known !== undefined && known.length === this.#at - start && this.#text.startsWith(known, start)) return known;
    const name = this.#text.slice(start, this.#at);
    this.#names[slot] = name;
    return name;
  }

  #value(): MiValue {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) return this.#string();
    if (code === OPEN_TUPLE) return this.#tuple();
    if (code === OPEN_LIST) return this.#list();
    throw new MiSyntaxError('expected a string, a tuple or a list');
  }

  #string(): string {
    const text = this.#text;
    if (text.charCodeAt(this.#at) !== QUOTE) throw new MiSyntaxError('expected a string');
    const start = this.#at + 1;
    let at = start;
    let plain = true;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === LF) {
        this.#at = at;
        throw new MiSyntaxError('string without an end');
      }
      if (code === BACKSLASH) {
        plain = false;
        at++;
        // A backslash just before the LF escapes nothing: leave the sentinel for the next turn.
        if (text.charCodeAt(at) === LF) continue;
      }
      at++;
    }
    this.#at = at + 1;
    return plain && !this.#rawBytes ? text.slice(start, at) : decodeCString(text, start, at, this.#rawBytes);
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > MAX_DEPTH) throw new MiSyntaxError('nested too deep');
  }

  #tuple(): MiTuple {
    this.#enter();
    const names: string[] = [];
    const values: MiValue[] = [];
    if (this.#text.charCodeAt(this.#at) !== CLOSE_TUPLE) {
      this.#result(names, values);
      while (this.#text.charCodeAt(this.#at) === COMMA) {
        this.#at++;
        this.#result(names, values);
      }
      if (this.#text.charCodeAt(this.#at) !== CLOSE_TUPLE) throw new MiSyntaxError('tuple without an end');
    }
    this.#at++;
    this.#depth--;
    return new MiTuple(names, values);
  }

  #list(): MiList {
    this.#enter();
    const names: string[] = [];
    const values: MiValue[] = [];
    let named = false;
    if (this.#text.charCodeAt(this.#at) !== CLOSE_LIST) {
      for (;;) {
        this.#result(names, values);
        named ||= names[names.length - 1] !== '';
        if (this.#text.charCodeAt(this.#at) !== COMMA) break;
        this.#at++;
      }
      if (this.#text.charCodeAt(this.#at) !== CLOSE_LIST) throw new MiSyntaxError('list without an end');
    }
    this.#at++;
    this.#depth--;
    return new MiList(named ? names : undefined, values);
  }
}
