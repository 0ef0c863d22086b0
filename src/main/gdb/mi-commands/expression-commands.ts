import { miCommand, nothing } from './mi-command.ts';
import type { MiCommand, MiScope } from './mi-command.ts';
import { listOf, MalformedReply, textOf, textsIn, tuplesIn } from './read-reply.ts';

export function dataEvaluateExpression(expression: string, scope: MiScope): MiCommand<string> {
  return miCommand('-data-evaluate-expression', { scope, args: [expression], decode: (reply) => textOf(reply.results, 'value') });
}

/** Value and type of an expression. Makes a variable object of that name, which varDelete must remove again. */
export function varCreate(name: string, expression: string, scope: MiScope): MiCommand<{ readonly type: string; readonly value: string }> {
  return miCommand('-var-create', {
    scope,
    args: [name, '*', expression],
    decode: (reply) => ({ type: textOf(reply.results, 'type'), value: textOf(reply.results, 'value') }),
  });
}

export function varDelete(name: string): MiCommand<void> {
  return miCommand('-var-delete', { args: [name], decode: nothing });
}

/** Completions of a command line, each the whole line. */
export function complete(line: string, scope: MiScope): MiCommand<readonly string[]> {
  return miCommand('-complete', { scope, args: [line], decode: (reply) => textsIn(listOf(reply.results, 'matches')), slow: true });
}

/** The program's bytes, with gdb's breakpoints taken out. Small lengths only: bulk memory goes through /proc. */
export function dataReadMemoryBytes(address: bigint, lengthBytes: number): MiCommand<Uint8Array> {
  return miCommand('-data-read-memory-bytes', {
    args: [`0x${address.toString(16)}`, String(lengthBytes)],
    decode: (reply) => {
      const [block] = tuplesIn(listOf(reply.results, 'memory'));
      const hex = block === undefined ? '' : textOf(block, 'contents');
      if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw new MalformedReply('memory contents are not hex');
      return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    },
  });
}
