import type { Address } from '../../../shared/address/address.ts';
import type { LineAddress, PathRule } from '../../../shared/model/code.ts';
import type { FrameInfo, SourcePlace } from '../../../shared/model/debug.ts';
import type { MachineInstruction } from '../../target/debugger-control.ts';
import type { MiTuple } from '../mi-parser/mi-record.ts';
import { miCommand, nothing, quoteForCli } from './mi-command.ts';
import type { MiCommand } from './mi-command.ts';
import { readFrame } from './read-debug.ts';
import { addressOf, integerOf, listOf, MalformedReply, optionalInteger, optionalText, textOf, tupleOf, tuplesIn } from './read-reply.ts';

export function stackInfoFrame(thread: number, frame: number): MiCommand<FrameInfo> {
  return miCommand('-stack-info-frame', { scope: { thread, frame }, decode: (reply) => readFrame(tupleOf(reply.results, 'frame')) });
}

/** Instructions that begin in [start, end), with their bytes and source lines (mode 5: by line, in address order within one). */
export function dataDisassemble(start: Address, end: Address): MiCommand<readonly MachineInstruction[]> {
  return miCommand('-data-disassemble', {
    args: ['-s', `0x${start.toString(16)}`, '-e', `0x${end.toString(16)}`, '--', '5'],
    // Code without line information comes without the tuples around it.
    decode: (reply) => tuplesIn(listOf(reply.results, 'asm_insns'))
      .flatMap((tuple) => (tuple.get('line_asm_insn') === undefined ? [readInstruction(tuple, undefined)] : readLine(tuple)))
      .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)),
    slow: true,
  });
}

function readLine(tuple: MiTuple): MachineInstruction[] {
  // gdb names no line for what belongs to none, such as the padding behind a function that has lines.
  const line = optionalInteger(tuple, 'line');
  const file = optionalText(tuple, 'file');
  // Line 0 is the compiler's: no line of the source.
  const source: SourcePlace | undefined = line !== undefined && line > 0 && file !== undefined ? { file, fullName: optionalText(tuple, 'fullname'), line } : undefined;
  return tuplesIn(listOf(tuple, 'line_asm_insn')).map((instruction) => readInstruction(instruction, source));
}

function readInstruction(tuple: MiTuple, source: SourcePlace | undefined): MachineInstruction {
  const hex = textOf(tuple, 'opcodes').replaceAll(' ', '');
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw new MalformedReply(`opcodes ${hex}`);
  return {
    address: addressOf(tuple, 'address'),
    bytes: Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    function: optionalText(tuple, 'func-name'),
    offset: optionalInteger(tuple, 'offset'),
    text: textOf(tuple, 'inst').trim(),
    source,
  };
}

/** By ascending address; line 0 ends a run of code. */
export function symbolListLines(file: string): MiCommand<readonly LineAddress[]> {
  return miCommand('-symbol-list-lines', {
    args: [file],
    decode: (reply) => tuplesIn(listOf(reply.results, 'lines'))
      .map((tuple) => ({ line: integerOf(tuple, 'line'), address: addressOf(tuple, 'pc') }))
      .toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0)),
    slow: true,
  });
}

/** "  `/build' -> `/home/ada'." a line. */
export function showPathRules(): MiCommand<readonly PathRule[]> {
  return miCommand('-interpreter-exec', {
    args: ['console', 'show substitute-path'],
    decode: (_, consoleText) => [...consoleText.matchAll(/^ {2}`(.*)' -> `(.*)'\.$/gm)].map(([, from = '', to = '']) => ({ from, to })),
  });
}

export function setPathRule(rule: PathRule): MiCommand<void> {
  return miCommand('-gdb-set', { rawTail: `substitute-path ${quoteForCli(rule.from)} ${quoteForCli(rule.to)}`, decode: nothing });
}

export function unsetPathRule(from: string): MiCommand<void> {
  return miCommand('-interpreter-exec', { args: ['console', `unset substitute-path ${quoteForCli(from)}`], decode: nothing });
}
