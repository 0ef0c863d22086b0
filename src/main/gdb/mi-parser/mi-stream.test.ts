import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCString } from './c-string.ts';
import { MiList, MiTuple } from './mi-record.ts';
import type { MiRecord, MiValue } from './mi-record.ts';
import { MiStream } from './mi-stream.ts';
import { printMiRecord, printMiValue } from './print-mi.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const parse = (text: string): MiRecord[] => new MiStream().push(encode(text));
const parseOne = (line: string): MiRecord | undefined => parse(`${line}\n`)[0];
const bytes = (...parts: (string | number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...encode(part)] : part)));

function tuple(...entries: [string, MiValue][]): MiTuple {
  return new MiTuple(entries.map(([name]) => name), entries.map(([, value]) => value));
}

describe('each kind of record', () => {
  it('result records of every class, with and without token and results', () => {
    expect(parseOne('^done')).toEqual({ kind: 'result', token: undefined, class: 'done', results: tuple() });
    expect(parseOne('12^running')).toEqual({ kind: 'result', token: 12, class: 'running', results: tuple() });
    expect(parseOne('3^connected')).toEqual({ kind: 'result', token: 3, class: 'connected', results: tuple() });
    expect(parseOne('4^exit')).toEqual({ kind: 'result', token: 4, class: 'exit', results: tuple() });
    expect(parseOne('5^error,msg="No symbol \\"x\\" in current context.",code="undefined-command"')).toEqual({
      kind: 'result', token: 5, class: 'error', results: tuple(['msg', 'No symbol "x" in current context.'], ['code', 'undefined-command']),
    });
  });

  it('async records of the three streams', () => {
    expect(parseOne('*running,thread-id="all"')).toEqual({ kind: 'async', stream: 'exec', token: undefined, class: 'running', results: tuple(['thread-id', 'all']) });
    expect(parseOne('7+download,{section=".text",total="9"}')).toEqual({
      kind: 'async', stream: 'status', token: 7, class: 'download', results: tuple(['', tuple(['section', '.text'], ['total', '9'])]),
    });
    expect(parseOne('=thread-exited,id="1",group-id="i1"')).toEqual({
      kind: 'async', stream: 'notify', token: undefined, class: 'thread-exited', results: tuple(['id', '1'], ['group-id', 'i1']),
    });
  });

  it('stream records of the three channels, and the prompt', () => {
    expect(parse('~"a\\n"\n@"b"\n&"c\\t"\n(gdb) \n(gdb)\r\n')).toEqual([
      { kind: 'stream', channel: 'console', text: 'a\n' },
      { kind: 'stream', channel: 'target', text: 'b' },
      { kind: 'stream', channel: 'log', text: 'c\t' },
      { kind: 'prompt' },
      { kind: 'prompt' },
    ]);
  });

  it('lists of tuples, of results and of nothing', () => {
    expect(parseOne('^done,a=[],b={},c=[{x="1"},{x="2"}],d=[frame={level="0"},frame={level="1"}],e=["1","2"]')).toEqual({
      kind: 'result', token: undefined, class: 'done',
      results: tuple(
        ['a', new MiList(undefined, [])],
        ['b', tuple()],
        ['c', new MiList(undefined, [tuple(['x', '1']), tuple(['x', '2'])])],
        ['d', new MiList(['frame', 'frame'], [tuple(['level', '0']), tuple(['level', '1'])])],
        ['e', new MiList(undefined, ['1', '2'])],
      ),
    });
  });

  it('keeps duplicate keys', () => {
    const record = parseOne('^done,bkpt={number="1"},bkpt={number="2"}');
    expect(record?.kind === 'result' && record.results.all('bkpt')).toEqual([tuple(['number', '1']), tuple(['number', '2'])]);
    expect(record?.kind === 'result' && record.results.get('bkpt')).toEqual(tuple(['number', '1']));
  });

  it('values without a name in a tuple, as mi3 prints breakpoint scripts', () => {
    expect(parseOne('=breakpoint-modified,bkpt={script={"silent","bt"}}')).toEqual({
      kind: 'async', stream: 'notify', token: undefined, class: 'breakpoint-modified',
      results: tuple(['bkpt', tuple(['script', tuple(['', 'silent'], ['', 'bt'])])]),
    });
  });
});

describe('what the parser remembers of names', () => {
  const results = (...records: MiTuple[]): MiRecord[] => records.map((record) => ({ kind: 'result', token: undefined, class: 'done', results: record }));
  const named = (count: number, prefix: string): MiTuple => tuple(...Array.from({ length: count }, (_, index): [string, MiValue] => [`${prefix}${index}`, String(index)]));

  it('tuples that begin alike and go on differently, in any order', () => {
    const records = results(
      tuple(['a', '1'], ['b', '2'], ['c', '3']), tuple(['a', '1']), tuple(['a', '1'], ['c', '2']), tuple(['a', '1'], ['b', '2'], ['c', '3'], ['d', '4']), tuple(['ab', '1']), tuple(['a', '1'], ['', '2']), tuple(),
    );
    expect(parse([...records, ...records].map((record) => `${printMiRecord(record)}\n`).join(''))).toEqual([...records, ...records]);
  });

  it('tuples longer than any of gdb, and more names than are remembered', () => {
    const records = results(named(200, 'n'), named(65, 'n'), ...Array.from({ length: 5000 }, (_, index) => tuple([`x${index}`, '1'], [`y${index}`, '2'])), named(200, 'n'));
    expect(parse(records.map((record) => `${printMiRecord(record)}\n`).join(''))).toEqual(records);
  });
});

describe('strings', () => {
  const text = (inside: string): string | undefined => {
    const record = parseOne(`~"${inside}"`);
    return record?.kind === 'stream' ? record.text : undefined;
  };

  it('decodes every escape', () => {
    expect(text(String.raw`\a\b\e\f\n\r\t\v\\\"`)).toBe('\u0007\b\u001b\f\n\r\t\v\\"');
    expect(text(String.raw`\033[31m\0\177`)).toBe('\u001b[31m\0\u007f');
  });

  it('joins octal escapes into UTF-8, at most three digits each', () => {
    expect(text(String.raw`caf\303\251 \342\202\254 \360\237\230\200`)).toBe('café € 😀');
    expect(text(String.raw`\1019`)).toBe('A9');
    expect(text(String.raw`\0019`)).toBe('\u00019');
  });

  it('shows octal bytes that are no UTF-8 as U+FFFD', () => {
    expect(text(String.raw`a\377b`)).toBe('a\ufffdb');
  });

  it('keeps raw UTF-8, and a byte order mark', () => {
    expect(text('é€😀\ufeffz')).toBe('é€😀\ufeffz');
    expect(parseOne('\ufeff')).toMatchObject({ kind: 'malformed' });
  });

  it('reads lines with raw bytes that are no UTF-8, and decodes the strings around them', () => {
    const records = new MiStream().push(bytes('~"é', [0xff], '"\n~"é"\n~"', [0xc3], String.raw`\251`, '"\n'));
    expect(records).toEqual([
      { kind: 'stream', channel: 'console', text: 'é\ufffd' },
      { kind: 'stream', channel: 'console', text: 'é' },
      // Half the character raw, half as an escape.
      { kind: 'stream', channel: 'console', text: 'é' },
    ]);
  });
});

describe('malformed lines', () => {
  it.each([
    ['hello', 'not the start'], ['^', 'without a class'], ['^dne', 'unknown result class'], ['^done,', 'a name and ='], ['^done,x', 'a name and ='],
    ['^done,="1"', 'empty name'], ['^done,x=', 'expected a string'], ['^done,x="1', 'string without an end'], ['^done,x="1\\', 'string without an end'],
    ['^done,x={a="1"', 'tuple without an end'], ['^done,x=["1"', 'list without an end'], ['^done,x="1"y', 'text after'], ['~x', 'expected a string'],
    ['(gdb) x', 'text after'], ['(gd', 'not the start'], ['99999999999999999999^done', 'token too large'], [`^done,x=${'['.repeat(100_000)}`, 'nested too deep'],
  ])('%.30s', (line, reason) => {
    const records = parse(`${line}\n^done\n`);
    expect(records[0]).toMatchObject({ kind: 'malformed', line: line.slice(0, 2000) });
    expect(records[0]?.kind === 'malformed' && records[0].reason).toContain(reason);
    expect(records[1]).toMatchObject({ kind: 'result', class: 'done' });
    expect(records).toHaveLength(2);
  });

  it('an unfinished line is malformed at the end only', () => {
    const stream = new MiStream();
    expect(stream.push(encode('^done\n^do'))).toHaveLength(1);
    expect(stream.end()).toMatchObject([{ kind: 'malformed', line: '^do' }]);
    expect(stream.end()).toEqual([]);
  });

  it('a line past the limit is dropped, the next one parses', () => {
    const stream = new MiStream({ maxLineBytes: 100 });
    const records = [...'x'.repeat(30)].flatMap(() => stream.push(encode('~"0123456789'))).concat(stream.push(encode('"\n^done\n')));
    expect(records).toMatchObject([{ kind: 'malformed', reason: 'line longer than 100 bytes' }, { kind: 'result' }]);
  });
});

/** Names as gdb makes them; any text as a string. A name '' stands for none, which a list may hold only beside a named value. */
const nameArbitrary = fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}$/);
const textArbitrary = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 20 }));
const { value: valueArbitrary } = fc.letrec<{ value: MiValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    textArbitrary,
    fc.array(fc.tuple(fc.option(nameArbitrary, { nil: '' }), tie('value')), { maxLength: 5 }).map((entries) => tuple(...entries)),
    fc.array(tie('value'), { maxLength: 5 }).map((values) => new MiList(undefined, values)),
    fc.array(fc.tuple(nameArbitrary, tie('value')), { minLength: 1, maxLength: 5 }).map((entries) => new MiList(entries.map(([name]) => name), entries.map(([, value]) => value))),
  ),
}));
const resultsArbitrary = fc.array(fc.tuple(nameArbitrary, valueArbitrary), { maxLength: 4 }).map((entries) => tuple(...entries));
const tokenArbitrary = fc.option(fc.nat(), { nil: undefined });
const recordArbitrary: fc.Arbitrary<MiRecord> = fc.oneof(
  fc.record({ kind: fc.constant('result' as const), token: tokenArbitrary, class: fc.constantFrom('done', 'running', 'connected', 'error', 'exit'), results: resultsArbitrary }),
  fc.record({
    kind: fc.constant('async' as const), stream: fc.constantFrom('exec', 'status', 'notify'), token: tokenArbitrary,
    class: fc.stringMatching(/^[a-z-]{1,20}$/), results: resultsArbitrary,
  }),
  fc.record({ kind: fc.constant('stream' as const), channel: fc.constantFrom('console', 'target', 'log'), text: textArbitrary }),
  fc.constant({ kind: 'prompt' as const }),
);

/** Cuts bytes at the given fractions and pushes the pieces. */
function pushSplit(data: Uint8Array, cuts: readonly number[]): MiRecord[] {
  const stream = new MiStream();
  const places = [...cuts.map((cut) => cut % (data.length + 1)), data.length].toSorted((a, b) => a - b);
  const records: MiRecord[] = [];
  let from = 0;
  for (const to of places) {
    records.push(...stream.push(data.subarray(from, to)));
    from = to;
  }
  return [...records, ...stream.end()];
}

describe('properties', () => {
  it('what is printed is read back', () => {
    fc.assert(fc.property(fc.array(recordArbitrary, { maxLength: 8 }), (records) => {
      expect(parse(records.map((record) => `${printMiRecord(record)}\n`).join(''))).toEqual(records);
    }), { numRuns: 500 });
  });

  it('records do not depend on where the data is split', () => {
    fc.assert(fc.property(fc.array(recordArbitrary, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(), { maxLength: 12 }), (records, cuts) => {
      const data = encode(records.map((record) => `${printMiRecord(record)}\r\n`).join(''));
      expect(pushSplit(data, cuts)).toEqual(records);
      expect(pushSplit(data, Array.from(data.keys()))).toEqual(records);
    }), { numRuns: 200 });
  });

  it('never throws, and a good line after any bytes parses; split or not makes no difference', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom('^done', ',', '=', '"', '\\', '{', '}', '[', ']', '\n', 'x', '1', '~', '(gdb)', '\\303', '\u00e9', '\r'), { maxLength: 60 }).map((parts) => encode(parts.join(''))),
      fc.array(fc.oneof(fc.constantFrom([34], [92], [10], [126, 34]), fc.uint8Array({ maxLength: 3 }).map((some) => [...some])), { maxLength: 40 }).map((parts) => Uint8Array.from(parts.flat())),
    );
    fc.assert(fc.property(noise, fc.array(fc.nat(), { maxLength: 6 }), (data, cuts) => {
      const all = bytes([...data], '\n5^done,x="1"\n');
      const records = pushSplit(all, []);
      expect(records.at(-1)).toEqual({ kind: 'result', token: 5, class: 'done', results: tuple(['x', '1']) });
      expect(pushSplit(all, cuts)).toEqual(records);
    }), { numRuns: 2000 });
  });

  it('quoted text is read back as it was', () => {
    fc.assert(fc.property(textArbitrary, (text) => {
      const record = parseOne(`~${quoteCString(text)}`);
      expect(record).toEqual({ kind: 'stream', channel: 'console', text });
      expect(printMiValue(text)).not.toContain('\n');
    }));
  });
});
