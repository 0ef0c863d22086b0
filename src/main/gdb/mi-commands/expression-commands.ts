import { miCommand } from './mi-command.ts';
import type { MiCommand, MiScope } from './mi-command.ts';
import { listOf, MalformedReply, textOf, textsIn, tuplesIn } from './read-reply.ts';

export function dataEvaluateExpression(expression: string, scope: MiScope): MiCommand<string> {
  return miCommand('-data-evaluate-expression', { scope, args: [expression], decode: (reply) => textOf(reply.results, 'value') });
}

/** Type of an expression. (A variable object tells it too, but not in another language than the frame's, and without saying why not.) */
export function typeOf(expression: string, scope: MiScope): MiCommand<string> {
  return miCommand('-interpreter-exec', {
    scope,
    args: ['console', `whatis ${expression}`],
    decode: (_, consoleText) => {
      if (!consoleText.startsWith('type = ')) throw new MalformedReply(`whatis printed ${consoleText}`);
      return consoleText.slice('type = '.length).trimEnd();
    },
  });
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
