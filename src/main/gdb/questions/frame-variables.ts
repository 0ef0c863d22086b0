import type { FrameVariable } from '../../../shared/analysis/stack/assemble-frames.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataEvaluateExpression } from '../mi-commands/expression-commands.ts';
import type { MiScope } from '../mi-commands/mi-command.ts';
import { infoAddress, infoFrame, stackListVariables, type ListedVariable } from '../mi-commands/variable-commands.ts';
import { numberOf, writes } from './evaluate-address.ts';
import { sizeOfType } from './type-sizes.ts';

export const OPTIMISED_OUT = '<optimized out>';
export const MOST_VALUE_CHARACTERS = 4096;
/** What `&` and `sizeof` of C can be asked of; names of closures and the like cannot. */
const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * Variables of several frames with type, value, place and size. Two trips whatever their number: the lists; then of each variable its address, its size where the type does not
 * tell, and its value where the list has none.
 */
export async function readFrameVariables(connection: MiConnection, thread: number, levels: readonly number[]): Promise<ReadonlyMap<number, readonly FrameVariable[]>> {
  const lists = await Promise.all(levels.map(async (frame) => [frame, await listed(connection, thread, frame)] as const));
  const sizes = new Map<string, Promise<number | undefined>>();
  const read = await Promise.all(lists.map(async ([frame, list]) => [frame, await readVariables(connection, { thread, frame }, list, sizes)] as const));
  return new Map(read);
}

async function listed(connection: MiConnection, thread: number, frame: number): Promise<readonly ListedVariable[]> {
  try {
    // gdb adds `x@entry`, the value at the call where call-site information tells it: no variable of its own.
    return (await connection.run(stackListVariables(thread, frame))).filter(({ name }) => !name.endsWith('@entry'));
  } catch (error) {
    // No symbol table, or one bad location: the frame has no variables that can be shown.
    return refusal(error) === undefined ? rethrow(error) : [];
  }
}

function readVariables(connection: MiConnection, scope: MiScope, list: readonly ListedVariable[], sizes: Map<string, Promise<number | undefined>>): Promise<readonly FrameVariable[]> {
  const seen = new Set<string>();
  return Promise.all(
    list.map(async (variable) => {
      const isShadowed = seen.has(variable.name);
      seen.add(variable.name);
      return isShadowed ? shadowed(variable) : readVariable(connection, scope, variable, sizes);
    }),
  );
}

function shadowed({ name, isArgument, type, value }: ListedVariable): FrameVariable {
  const isGone = value === OPTIMISED_OUT;
  return {
    name, role: isArgument ? 'parameter' : 'local', type, value: cut(value), address: undefined, sizeBytes: undefined, frameOffset: undefined, isAggregate: value === undefined,
    unstored: isGone ? { where: 'optimised-out', register: undefined, words: OPTIMISED_OUT } : { where: 'shadowed', register: undefined, words: 'an inner block has a variable of the same name' },
  };
}

async function readVariable(connection: MiConnection, scope: MiScope, variable: ListedVariable, sizes: Map<string, Promise<number | undefined>>): Promise<FrameVariable> {
  const { name, type, isArgument } = variable;
  const isAggregate = variable.value === undefined;
  const base = { name, role: isArgument ? 'parameter' : 'local', type, isAggregate, address: undefined, sizeBytes: undefined, frameOffset: undefined } as const;
  if (variable.value === OPTIMISED_OUT) return { ...base, value: OPTIMISED_OUT, unstored: { where: 'optimised-out', register: undefined, words: OPTIMISED_OUT } };
  const value = isAggregate ? ask(connection, name, scope) : Promise.resolve({ text: variable.value, refusal: undefined });
  if (!PLAIN_NAME.test(name)) return { ...base, value: cut((await value).text), unstored: { where: 'elsewhere', register: undefined, words: 'gdb cannot be asked for its place' } };
  const isReference = type?.endsWith('&') ?? false;
  const inC = { ...scope, language: 'c' } as const;
  const [place, size, text, offset] = await Promise.all([
    ask(connection, `&${name}`, inC), isReference ? 8 : sizeOf(connection, name, type, inC, sizes), value, isReference ? frameOffset(connection, name, scope) : undefined,
  ]);
  const shown = cut(text.text ?? text.refusal);
  const address = place.text === undefined ? undefined : numberOf(place.text);
  if (address !== undefined) return { ...base, value: shown, address, sizeBytes: size, frameOffset: offset, unstored: undefined };
  const words = place.refusal ?? place.text ?? '';
  const register = /which is in register \$(\w+)/.exec(words)?.[1];
  const isGone = shown === OPTIMISED_OUT || /optimized out/.test(words);
  return { ...base, value: shown, unstored: { where: isGone ? 'optimised-out' : 'register', register, words } };
}

interface Said {
  readonly text: string | undefined;
  readonly refusal: string | undefined;
}

/** gdb's answer, or its words when it refuses. */
async function ask(connection: MiConnection, expression: string, scope: MiScope): Promise<Said> {
  try {
    return { text: await connection.run(dataEvaluateExpression(expression, scope)), refusal: undefined };
  } catch (error) {
    return { text: undefined, refusal: refusal(error) ?? rethrow(error) };
  }
}

/** Sizes by type are kept for one answer: a type of one name has one size, but for arrays of variable length. */
async function sizeOf(connection: MiConnection, name: string, type: string | undefined, scope: MiScope, sizes: Map<string, Promise<number | undefined>>): Promise<number | undefined> {
  const known = type === undefined ? undefined : sizeOfType(type);
  if (known !== undefined) return known;
  const asked = async (): Promise<number | undefined> => {
    const { text } = await ask(connection, `sizeof(${name})`, scope);
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  if (type === undefined || type.includes('variable length')) return asked();
  const pending = sizes.get(type) ?? asked();
  sizes.set(type, pending);
  return pending;
}

/** Distance of a variable from its frame base, where its location is just that. */
async function frameOffset(connection: MiConnection, name: string, scope: MiScope): Promise<number | undefined> {
  try {
    return frameOffsetIn(await connection.run(infoAddress(name, scope)));
  } catch (error) {
    return refusal(error) === undefined ? rethrow(error) : undefined;
  }
}

/** `Symbol "r" is a variable at frame base reg $rbp offset 16+-24.`, `… a complex DWARF expression: 0: DW_OP_fbreg -24 .` */
export function frameOffsetIn(text: string): number | undefined {
  const match = /DW_OP_fbreg (-?\d+)\s*\n\.?\s*$/.exec(text) ?? /frame base reg \$\w+ offset 16\+(-?\d+)/.exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** What gdb prints for each expression; undefined where it refuses, and for what would change the program. */
export function readValues(connection: MiConnection, scope: MiScope, expressions: readonly string[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(expressions.map(async (expression) => (writes(expression) ? undefined : cut((await ask(connection, expression, scope)).text))));
}

/** Places of a frame's saved registers, from the text of `info frame` (stable in the C locale). For code without unwind tables of its own. */
export async function readSavedRegisters(connection: MiConnection, thread: number, frame: number): Promise<readonly { readonly register: string; readonly address: bigint }[]> {
  const text = await connection.run(infoFrame(thread, frame));
  const [, list = ''] = /Saved registers:\s*([^\n]*)/.exec(text) ?? [];
  return [...list.matchAll(/(\w+) at (0x[0-9a-f]+)/g)].map(([, register = '', address = '0']) => ({ register, address: BigInt(address) }));
}

function cut(text: string | undefined): string | undefined {
  return text !== undefined && text.length > MOST_VALUE_CHARACTERS ? `${text.slice(0, MOST_VALUE_CHARACTERS)}…` : text;
}

/** gdb's words when it refused a question; undefined for any other failure. */
function refusal(error: unknown): string | undefined {
  return error instanceof VmatlasError && error.code === 'gdb-error' ? (error.evidence ?? error.message) : undefined;
}

function rethrow(error: unknown): never {
  throw error;
}
