import { Buffer } from 'node:buffer';
import { decodeCString } from './c-string.ts';
import { MiList, MiTuple, RESULT_CLASSES } from './mi-record.ts';
import type { MiRecord, MiResultClass, MiValue } from './mi-record.ts';
import { ShapeTree } from './tuple-shape.ts';
import type { TupleShape } from './tuple-shape.ts';

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
const FIRST_NON_ASCII = 128;

/** gdb nests about eight deep. The limit keeps a hostile line from exhausting the JavaScript stack. */
const MAX_DEPTH = 200;
const MAX_EVIDENCE_CHARACTERS = 2000;
const LONGEST_UTF8_BYTES = 4;

const PLAIN = 1;
/** PLAIN for the bytes that stand for themselves in a string. One look-up for each byte of a string is what most of the parser's time goes into. */
const inString = Uint8Array.from({ length: 256 }, (_, code) => (code === QUOTE || code === BACKSLASH || code === LF || code >= FIRST_NON_ASCII ? 0 : PLAIN));

const nothing = Buffer.alloc(0);
const noResults = new MiTuple([], []);
const resultClasses = new Map<string, MiResultClass>(RESULT_CLASSES.map((name) => [name, name]));
const asyncStreams = new Map<number, 'exec' | 'status' | 'notify'>([[42, 'exec'], [43, 'status'], [61, 'notify']]);
const streamChannels = new Map<number, 'console' | 'target' | 'log'>([[126, 'console'], [64, 'target'], [38, 'log']]);

class MiSyntaxError extends Error {}

/**
 * Parses lines of bytes, each ended by LF. The LF is the sentinel that stops every scan, because gdb escapes it inside strings; so no scan needs a bounds check. MI's own characters are all
 * ASCII, so bytes are scanned, and strings are cut out of a text that has one character for each byte; only those with an escape or a byte above 127 are decoded on their own.
 */
export class RecordParser {
  #bytes: Buffer = nothing;
  #text = '';
  #at = 0;
  #depth = 0;
  readonly #shapes = new ShapeTree();

  /** Parses whole lines: `lines` ends with LF. Keeps no reference to it. Never throws. */
  parse(lines: Buffer, records: MiRecord[]): void {
    this.#bytes = lines;
    this.#text = lines.toString('latin1');
    for (let start = 0; start < lines.length; ) {
      const record = this.#line(start);
      if (record !== undefined) records.push(record);
      // What was parsed ends just before its LF; a malformed line is skipped to it.
      start = (record?.kind === 'malformed' ? lines.indexOf(LF, start) : this.#at) + 1;
    }
    this.#bytes = nothing;
    this.#text = '';
  }

  /** undefined for an empty line. */
  #line(start: number): MiRecord | undefined {
    this.#at = start;
    this.#depth = 0;
    try {
      return this.#record(start);
    } catch (error) {
      if (!(error instanceof MiSyntaxError)) throw error;
      const bytes = this.#bytes;
      const evidenceEnd = Math.min(bytes.indexOf(LF, start), start + MAX_EVIDENCE_CHARACTERS * LONGEST_UTF8_BYTES);
      return {
        kind: 'malformed',
        line: bytes.toString('utf8', start, evidenceEnd).slice(0, MAX_EVIDENCE_CHARACTERS),
        position: bytes.toString('utf8', start, this.#at).length,
        reason: error.message,
      };
    }
  }

  #record(start: number): MiRecord | undefined {
    const bytes = this.#bytes;
    let code = bytes[start];
    if (code === LF || (code === CR && bytes[start + 1] === LF)) {
      this.#lineEnd();
      return undefined;
    }
    if (code === 40) return this.#prompt();
    const channel = streamChannels.get(code ?? LF);
    if (channel !== undefined) {
      this.#at++;
      const streamed = this.#string();
      this.#lineEnd();
      return { kind: 'stream', channel, text: streamed };
    }
    const token = this.#token();
    code = bytes[this.#at];
    const stream = asyncStreams.get(code ?? LF);
    if (stream === undefined && code !== 94) throw new MiSyntaxError('not the start of an MI record');
    this.#at++;
    const className = this.#className();
    const results = bytes[this.#at] === COMMA ? this.#resultsToLineEnd() : noResults;
    this.#lineEnd();
    if (stream !== undefined) return { kind: 'async', stream, token, class: className, results };
    const resultClass = resultClasses.get(className);
    if (resultClass === undefined) throw new MiSyntaxError('unknown result class');
    return { kind: 'result', token, class: resultClass, results };
  }

  #prompt(): MiRecord {
    if (!this.#text.startsWith('(gdb)', this.#at)) throw new MiSyntaxError('not the start of an MI record');
    this.#at += 5;
    while (this.#bytes[this.#at] === 32) this.#at++;
    this.#lineEnd();
    return { kind: 'prompt' };
  }

  #token(): number | undefined {
    const start = this.#at;
    let value = 0;
    for (;;) {
      const digit = (this.#bytes[this.#at] ?? LF) - 48;
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
    for (;;) {
      const code = this.#bytes[this.#at] ?? LF;
      if (!((code >= 97 && code <= 122) || code === 45)) break;
      this.#at++;
    }
    if (this.#at === start) throw new MiSyntaxError('record without a class');
    return this.#text.slice(start, this.#at);
  }

  #resultsToLineEnd(): MiTuple {
    this.#at++;
    return this.#tupleBody();
  }

  /** Moves to the LF. */
  #lineEnd(): void {
    if (this.#bytes[this.#at] === CR && this.#bytes[this.#at + 1] === LF) this.#at++;
    if (this.#bytes[this.#at] !== LF) throw new MiSyntaxError('text after the end of the record');
  }

  /** Is this where a value begins that has no name? */
  #atValue(): boolean {
    const code = this.#bytes[this.#at];
    return code === QUOTE || code === OPEN_TUPLE || code === OPEN_LIST;
  }

  /** Takes the last name of `shape` and its `=` if they are what comes now. */
  #takes(shape: TupleShape): boolean {
    const bytes = this.#bytes;
    const { encoded } = shape;
    const start = this.#at;
    for (let index = 0; index < encoded.length; index++) if (bytes[start + index] !== encoded[index]) return false;
    this.#at = start + encoded.length;
    return encoded.length > 0;
  }

  /** Takes the next name if it has followed `shape` before: the shape with it. */
  #following(shape: TupleShape): TupleShape | undefined {
    if (shape.likely !== undefined && this.#takes(shape.likely)) return shape.likely;
    for (const next of shape.next) {
      if (!this.#takes(next)) continue;
      shape.likely = next;
      return next;
    }
    return undefined;
  }

  /** A name and its `=`; '' for a value without a name. */
  #name(): string {
    if (this.#atValue()) return '';
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let ascii = true;
    for (;;) {
      const code = bytes[at] ?? LF;
      if (code === EQUALS) break;
      if (code < 32 || code === QUOTE || code === COMMA || code === OPEN_LIST || code === CLOSE_LIST || code === OPEN_TUPLE || code === CLOSE_TUPLE) {
        this.#at = at;
        throw new MiSyntaxError('expected a name and =');
      }
      if (code >= FIRST_NON_ASCII) ascii = false;
      at++;
    }
    this.#at = at;
    if (at === start) throw new MiSyntaxError('empty name');
    this.#at = at + 1;
    return ascii ? this.#text.slice(start, at) : bytes.toString('utf8', start, at);
  }

  #value(): MiValue {
    const code = this.#bytes[this.#at];
    if (code === QUOTE) return this.#string();
    if (code === OPEN_TUPLE) return this.#tuple();
    if (code === OPEN_LIST) return this.#list();
    throw new MiSyntaxError('expected a string, a tuple or a list');
  }

  #string(): string {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) throw new MiSyntaxError('expected a string');
    const start = this.#at + 1;
    let at = start;
    let plain = true;
    for (;;) {
      const code = bytes[at] ?? LF;
      if (inString[code] === PLAIN) {
        at++;
        continue;
      }
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        plain = false;
        at++;
        // A backslash just before the LF escapes nothing: leave the sentinel for the next turn.
        if (bytes[at] === LF) continue;
      } else if (code >= FIRST_NON_ASCII) {
        plain = false;
      } else if (code === LF) {
        this.#at = at;
        throw new MiSyntaxError('string without an end');
      }
      at++;
    }
    this.#at = at + 1;
    return plain ? this.#text.slice(start, at) : decodeCString(bytes, start, at);
  }

  #enter(): void {
    this.#at++;
    if (++this.#depth > MAX_DEPTH) throw new MiSyntaxError('nested too deep');
  }

  #tuple(): MiTuple {
    this.#enter();
    let tuple = noResults;
    if (this.#bytes[this.#at] !== CLOSE_TUPLE) {
      tuple = this.#tupleBody();
      if (this.#bytes[this.#at] !== CLOSE_TUPLE) throw new MiSyntaxError('tuple without an end');
    }
    this.#at++;
    this.#depth--;
    return tuple;
  }

  /** One or more `name=value`, up to what is not a comma. */
  #tupleBody(): MiTuple {
    const first = this.#following(this.#shapes.root) ?? this.#shapes.extend(this.#shapes.root, this.#name());
    // Made at the size that tuples with this first name had last time: growing arrays leave twice the garbage.
    // oxlint-disable-next-line unicorn/no-new-array -- the argument is the length; Array.from would fill it first
    const values = new Array<MiValue>(first.usualLength);
    let count = 0;
    let shape = first;
    /** Names of a tuple that is too long for a shape. */
    let names: string[] | undefined;
    for (;;) {
      values[count++] = this.#value();
      if (this.#bytes[this.#at] !== COMMA) break;
      this.#at++;
      const next = this.#following(shape);
      if (next !== undefined) shape = next;
      else if (names === undefined && !shape.isDeepest) shape = this.#shapes.extend(shape, this.#name());
      else (names ??= [...shape.names]).push(this.#name());
    }
    if (values.length !== count) values.length = count;
    first.usualLength = Math.min(count, shape.names.length);
    return new MiTuple(names ?? shape.names, values);
  }

  #list(): MiList {
    this.#enter();
    const values: MiValue[] = [];
    let names: string[] | undefined;
    /** gdb gives all of a list the same name. */
    let shape: TupleShape | undefined;
    if (this.#bytes[this.#at] !== CLOSE_LIST) {
      for (;;) {
        if (shape === undefined || !this.#takes(shape)) {
          const name = this.#name();
          shape = name === '' ? undefined : this.#shapes.extend(this.#shapes.root, name);
          if (name !== '') names ??= values.map(() => '');
        }
        names?.push(shape?.names[0] ?? '');
        values.push(this.#value());
        if (this.#bytes[this.#at] !== COMMA) break;
        this.#at++;
      }
      if (this.#bytes[this.#at] !== CLOSE_LIST) throw new MiSyntaxError('list without an end');
    }
    this.#at++;
    this.#depth--;
    return new MiList(names, values);
  }
}
