import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MiTuple } from '../mi-parser/mi-record.ts';
import type { MiResultRecord } from '../mi-parser/mi-record.ts';
import { MiStream } from '../mi-parser/mi-stream.ts';
import { toAddress } from '../../../shared/address/address.ts';
import { breakInsert, breakList } from './breakpoint-commands.ts';
import { dataDisassemble } from './code-commands.ts';
import { complete, dataReadMemoryBytes } from './expression-commands.ts';
import { quoteForShell } from './mi-command.ts';
import { readBreakpoint, readThread } from './read-debug.ts';
import { MalformedReply } from './read-reply.ts';
import { execArguments, resume } from './run-commands.ts';
import { addSymbolFile, fileExecAndSymbols, gdbSet } from './setup-commands.ts';
import { dataListRegisterValues, stackListFrames, threadInfo } from './stack-commands.ts';

function reply(line: string): MiResultRecord {
  const [record] = new MiStream().push(new TextEncoder().encode(`${line}\n`));
  if (record?.kind !== 'result') throw new Error(`not a result: ${line}`);
  return record;
}

function tupleFrom(text: string): MiTuple {
  const value = reply(`^done,x=${text}`).results.get('x');
  if (!(value instanceof MiTuple)) throw new Error('not a tuple');
  return value;
}

describe('what is sent', () => {
  it('names thread, frame and language, and quotes what needs it', () => {
    expect(stackListFrames(2, 0, 63).text).toBe('-stack-list-frames --thread 2 --no-frame-filters 0 63');
    expect(dataListRegisterValues(1, 3, [7]).text).toBe('-data-list-register-values --thread 1 --frame 3 --skip-unavailable x 7');
    expect(breakInsert({ location: 'a file.c:3', condition: 'x == "q"', temporary: true, hardware: true }).text).toBe(String.raw`-break-insert -t -h -c "x == \"q\"" "a file.c:3"`);
    expect(complete('print naïve\\', { language: 'c' }).text).toBe(String.raw`-complete --language c "print naïve\\"`);
    expect(resume('step-out', 4).text).toBe('-exec-finish --thread 4 --frame 0');
    expect(fileExecAndSymbols('/tmp/my "odd" dir\\x').text).toBe(String.raw`-file-exec-and-symbols "/tmp/my \"odd\" dir\\x"`);
    expect(addSymbolFile('i2', '/lib/a b.so').text).toBe(String.raw`-interpreter-exec --thread-group i2 console "add-symbol-file \"target:/lib/a b.so\""`);
  });

  it('is one line, whatever it is made of', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const command of [breakInsert({ location: text, condition: text, temporary: false, hardware: false }), complete(text, {}), gdbSet('cwd', text), fileExecAndSymbols(text), execArguments([text])]) {
        expect(command.text).not.toMatch(/[\n\r\0]/);
      }
    }));
  });

  it('shell quoting survives a real shell', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')), { minLength: 1, maxLength: 4 }), (args) => {
      const printed = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${args.map(quoteForShell).join(' ')}`], { encoding: 'utf8' });
      expect(printed.split('\0').slice(0, -1)).toEqual(args);
    }), { numRuns: 20 });
  });
});

describe('what is read', () => {
  it('threads of every kind of target id', () => {
    const thread = (targetId: string): number => readThread(tupleFrom(`{id="1",target-id="${targetId}",name="a",state="stopped",core="0"}`)).tid;
    expect(thread('Thread 0x7ffff7d8a740 (LWP 812)')).toBe(812);
    expect(thread('LWP 77')).toBe(77);
    expect(thread('process 31337')).toBe(31_337);
  });

  it('breakpoints: single, several places, pending, watchpoints', () => {
    expect(readBreakpoint(tupleFrom('{number="1",type="breakpoint",disp="keep",enabled="y",addr="0x0000555555555131",func="main",file="a.c",fullname="/s/a.c",line="7",thread-groups=["i1"],times="2",original-location="main"}'))).toEqual({
      number: '1', kind: 'software', enabled: true, temporary: false, original: 'main', condition: undefined, ignoreCount: 0, hits: 2, threadId: undefined, catching: undefined, watched: undefined, pending: false,
      locations: [{ address: 0x555555555131n, function: 'main', source: { file: 'a.c', fullName: '/s/a.c', line: 7 }, enabled: true }],
    });
    expect(readBreakpoint(tupleFrom('{number="2",type="breakpoint",disp="del",enabled="n",addr="<MULTIPLE>",times="0",original-location="f",locations=[{number="2.1",enabled="y",addr="0x1",thread-groups=["i1"]},{number="2.2",enabled="n",addr="0x2"}]}'))).toMatchObject({
      temporary: true, enabled: false, locations: [{ address: 1n, enabled: true }, { address: 2n, enabled: false }],
    });
    expect(readBreakpoint(tupleFrom('{number="3",type="breakpoint",disp="keep",enabled="y",addr="<PENDING>",pending="later",times="0",original-location="later"}'))).toMatchObject({ pending: true, locations: [] });
    expect(readBreakpoint(tupleFrom('{number="4",type="hw watchpoint",disp="keep",enabled="y",what="x",times="0",original-location="x"}'))).toMatchObject({ kind: 'watch-write', original: 'x', locations: [] });
    expect(readBreakpoint(tupleFrom('{number="5",type="something new",disp="keep",enabled="y",times="0"}'))).toMatchObject({ kind: 'other' });
  });

  it.each<readonly [string, (line: string) => unknown, string]>([
    ['no list', (line) => threadInfo().decode(reply(line), ''), '^done'],
    ['a thread without state', (line) => threadInfo().decode(reply(line), ''), '^done,threads=[{id="1",target-id="LWP 3"}]'],
    ['an unknown state', (line) => threadInfo().decode(reply(line), ''), '^done,threads=[{id="1",target-id="LWP 3",state="lost"}]'],
    ['a frame whose address is none', (line) => stackListFrames(1, 0, 1).decode(reply(line), ''), '^done,stack=[frame={level="0",addr="here"}]'],
    ['a table that is text', (line) => breakList().decode(reply(line), ''), '^done,BreakpointTable="x"'],
    ['a breakpoint without a number', (line) => breakList().decode(reply(line), ''), '^done,BreakpointTable={body=[bkpt={type="breakpoint"}]}'],
    ['memory that is no hex', (line) => dataReadMemoryBytes(1n, 1).decode(reply(line), ''), '^done,memory=[{begin="0x1",contents="zz"}]'],
    ['a register number that is none', (line) => dataListRegisterValues(1, 0, [1]).decode(reply(line), ''), '^done,register-values=[{number="x",value="0x1"}]'],
  ])('refuses %s', (_, decode, line) => {
    expect(() => decode(line)).toThrow(MalformedReply);
  });

  it('never throws anything else, whatever the reply', () => {
    const value = fc.constantFrom('"1"', '"0x10"', '"y"', '{}', '[]', '{a="1"}', '["x"]', '[{number="1",value="2"}]', '[{id="1",target-id="LWP 1",state="stopped"}]');
    const name = fc.constantFrom('threads', 'stack', 'register-values', 'BreakpointTable', 'bkpt', 'memory', 'matches', 'body');
    fc.assert(fc.property(fc.array(fc.tuple(name, value), { maxLength: 4 }), (entries) => {
      const record = reply(`^done${entries.map(([key, text]) => `,${key}=${text}`).join('')}`);
      for (const command of [threadInfo(), stackListFrames(1, 0, 1), breakList(), dataListRegisterValues(1, 0, [1]), complete('x', {}), dataReadMemoryBytes(1n, 1)]) {
        try {
          command.decode(record, '');
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedReply);
        }
      }
    }));
  });
});

it('MI commands are named in this folder only, so that every reply is checked', () => {
  const gdbFolder = join(import.meta.dirname, '..');
  const offenders = readdirSync(gdbFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('.test.') && !file.startsWith('mi-commands/'))
    .filter((file) => /['"`]-(?:break|catch|complete|data|enable|environment|exec|file|gdb|inferior|info|interpreter|list|stack|symbol|target|thread|trace|var|add-inferior|remove-inferior)\b/.test(readFileSync(join(gdbFolder, file), 'utf8')));
  expect(offenders).toEqual([]);
});

describe('disassembly by lines', () => {
  it('gives instructions that belong to no line, as the padding behind a function, no source', () => {
    const { decode } = dataDisassemble(toAddress(0x4f0n), toAddress(0x500n));
    // As gdb 13.1 prints the end of getppid in Debian's libc.
    const found = decode(reply('^done,asm_insns=[src_and_asm_line={line="91",file="t.S",fullname="./posix/t.S",line_asm_insn=[{address="0x4f5",func-name="getppid",offset="5",opcodes="0f 05",inst="syscall"}]},'
      + 'src_and_asm_line={line="92",file="t.S",fullname="./posix/t.S",line_asm_insn=[]},'
      + 'src_and_asm_line={line_asm_insn=[{address="0x4f8",opcodes="0f 1f 84 00 00 00 00 00",inst="nopl   0x0(%rax,%rax,1)"}]}]'), '');
    expect(found.map(({ address, text, source }) => [address, text, source?.line])).toEqual([[0x4f5n, 'syscall', 91], [0x4f8n, 'nopl   0x0(%rax,%rax,1)', undefined]]);
  });
});
