import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReadBytes } from '../stack/read-bytes.ts';
import { findException, readableType } from './cpp-exception.ts';
import { functionName } from './function-name.ts';
import { panicIn, terminateIn } from './output-messages.ts';
import { payloadText } from './rust-message.ts';

function memoryOf(words: Readonly<Record<string, bigint>>, texts: Readonly<Record<string, string>>): ReadBytes {
  const bytes = new Map<bigint, number>();
  for (const [at, word] of Object.entries(words)) for (let i = 0n; i < 8n; i++) bytes.set(BigInt(at) + i, Number((word >> (i * 8n)) & 0xffn));
  for (const [at, text] of Object.entries(texts)) for (const [i, byte] of [...new TextEncoder().encode(`${text}\0`)].entries()) bytes.set(BigInt(at) + BigInt(i), byte);
  return (address, length) => {
    const read = Array.from({ length }, (_, i) => bytes.get(address + BigInt(i)));
    return read.every((byte) => byte !== undefined) ? Uint8Array.from(read) : undefined;
  };
}

const GNU = 0x474e_5543_432b_2b00n;

describe('C++', () => {
  it('finds the exception behind a pointer to its unwind header, with the message of its base class', () => {
    const object = 0x5000n;
    const read = memoryOf(
      { [`${object - 112n}`]: 0x6000n, [`${object - 32n}`]: GNU, [`${object + 8n}`]: 0x7000n, '0x6008': 0x6100n, '0x6010': 0x6200n, '0x6208': 0x6300n },
      { '0x6100': 'N3app5errorE', '0x6300': 'St13runtime_error', '0x7000': 'the disk is full' },
    );
    const stack = new Uint8Array(24);
    new DataView(stack.buffer).setBigUint64(8, object - 32n, true);
    expect(findException(stack, read)).toMatchObject({ object, mangled: 'N3app5errorE', text: 'the disk is full' });
    expect(findException(new Uint8Array(64), read)).toBeUndefined();
  });

  it.each([['St13runtime_error', 'std::runtime_error'], ['N3app5errorE', 'app::error'], ['i', 'int'], ['PKc', 'char const*'], ['3foo', 'foo'], ['NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE', 'std::string'], ['St6vectorIiSaIiEE', 'St6vectorIiSaIiEE']])(
    '%s is %s', (mangled, readable) => expect(readableType(mangled)).toBe(readable),
  );

  it('a type’s name never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(typeof readableType(text)).toBe('string');
    }));
  });
});

describe('Rust', () => {
  it('reads a payload of either kind, and no other bytes', () => {
    const read = memoryOf({ '0x1000': 32n, '0x1008': 0x3000n, '0x1010': 8n, '0x2000': 0x3000n, '0x2008': 8n, '0x2010': 0n }, { '0x3000': 'a messag' });
    expect([payloadText(0x1000n, 'formatted', read), payloadText(0x2000n, 'text', read), payloadText(0x2000n, 'formatted', read), payloadText(0x4000n, 'text', read)]).toEqual(['a messag', 'a messag', undefined, undefined]);
  });

  it.each([['panics::main::h3c3070e1d9adba36', 'panics::main'], ['__GI___libc_free', 'free'], ['__GI_abort', 'abort'], ['__GI___assert_fail', '__assert_fail'], ['main', 'main'], ['??', undefined]])('%s is %s', (name, readable) => expect(functionName(name)).toBe(readable));
});

describe('what programs print', () => {
  it('the last panic, whatever follows it', () => {
    const output = "thread 'main' panicked at a.rs:1:2:\nfirst\nnote: run with `RUST_BACKTRACE=1`\r\n\r\nthread 'worker' (77) panicked at src/b.rs:30:40:\r\ntwo\r\nlines\r\nnote: run";
    expect(panicIn(output)).toEqual({ thread: 'worker', place: 'src/b.rs:30:40', text: 'two\nlines' });
    expect(panicIn("thread 'main' panicked at a.rs:1:2:\nwhole\n")).toMatchObject({ text: 'whole' });
    expect(panicIn('nothing of the kind')).toBeUndefined();
  });

  it('terminate, with and without what()', () => {
    expect(terminateIn("terminate called after throwing an instance of 'app::error'\r\n  what():  text here\r\n")).toEqual({ type: 'app::error', text: 'text here' });
    expect(terminateIn("terminate called after throwing an instance of 'int'\n")).toEqual({ type: 'int', text: undefined });
  });
});
