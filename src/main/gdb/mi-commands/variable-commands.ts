import { miCommand, nothing } from './mi-command.ts';
import type { MiCommand, MiScope } from './mi-command.ts';
import { integerOf, listOf, optionalInteger, optionalText, textOf, tuplesIn } from './read-reply.ts';

export interface ListedVariable {
  readonly name: string;
  readonly isArgument: boolean;
  readonly type: string | undefined;
  /** undefined for arrays, structs, unions and classes. */
  readonly value: string | undefined;
}

/** Variables of a frame, innermost block first, each with its type; simple ones with their value. */
export function stackListVariables(thread: number, frame: number): MiCommand<readonly ListedVariable[]> {
  return miCommand('-stack-list-variables', {
    scope: { thread, frame },
    args: ['--no-frame-filters', '--simple-values'],
    decode: (reply) =>
      tuplesIn(listOf(reply.results, 'variables')).map((tuple) => ({
        name: textOf(tuple, 'name'), isArgument: optionalText(tuple, 'arg') === '1', type: optionalText(tuple, 'type'), value: optionalText(tuple, 'value'),
      })),
  });
}

/** `Saved registers: rbp at 0x…, rip at 0x…`: only this text has the places. */
export function infoFrame(thread: number, frame: number): MiCommand<string> {
  return consoleQuestion('info frame', { thread, frame });
}

/** `Symbol "r" is a complex DWARF expression: 0: DW_OP_fbreg -24 .` */
export function infoAddress(name: string, scope: MiScope): MiCommand<string> {
  return consoleQuestion(`info address ${name}`, scope);
}

/** The command that stack-script.ts adds to gdb: its answer is JSON. */
export function scriptedStack(thread: number, low: number, high: number, mostCharacters: number): MiCommand<string> {
  return miCommand('-vmatlas-stack', { scope: { thread, frame: 0 }, args: [String(low), String(high), String(mostCharacters)], decode: (reply) => textOf(reply.results, 'stack'), slow: true });
}

/** A line of Python, and what it prints. */
export function pythonLine(line: string, scope: MiScope): MiCommand<string> {
  return consoleQuestion(`python ${line}`, scope);
}

function consoleQuestion(line: string, scope: MiScope): MiCommand<string> {
  return miCommand('-interpreter-exec', { scope, args: ['console', line], decode: (_, consoleText) => consoleText });
}

export interface VariableObject {
  readonly name: string;
  readonly expression: string;
  readonly childCount: number;
  readonly type: string | undefined;
  readonly value: string | undefined;
}

/** Makes a variable object, to be removed with varDelete. */
export function varCreateObject(name: string, expression: string, scope: MiScope): MiCommand<VariableObject> {
  return miCommand('-var-create', {
    scope,
    args: [name, '*', expression],
    decode: ({ results }) => ({ name, expression, childCount: integerOf(results, 'numchild'), type: optionalText(results, 'type'), value: optionalText(results, 'value') }),
  });
}

export function varDelete(name: string): MiCommand<void> {
  return miCommand('-var-delete', { args: [name], decode: nothing });
}

/** Children from (inclusive) to (exclusive). Access specifiers of C++ classes are children without a type, whose children the members are. */
export function varListChildren(name: string, from: number, to: number): MiCommand<readonly VariableObject[]> {
  return miCommand('-var-list-children', {
    args: ['--all-values', name, String(from), String(to)],
    decode: ({ results }) =>
      results.get('children') === undefined
        ? []
        : tuplesIn(listOf(results, 'children')).map((tuple) => ({
            name: textOf(tuple, 'name'), expression: textOf(tuple, 'exp'), childCount: optionalInteger(tuple, 'numchild') ?? 0, type: optionalText(tuple, 'type'), value: optionalText(tuple, 'value'),
          })),
  });
}

/** The child as an expression: `(*node).next`. */
export function varPathExpression(name: string): MiCommand<string> {
  return miCommand('-var-info-path-expression', { args: [name], decode: (reply) => textOf(reply.results, 'path_expr') });
}
