import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataEvaluateExpression } from '../mi-commands/expression-commands.ts';
import type { MiScope } from '../mi-commands/mi-command.ts';
import { varCreateObject, varDelete, varListChildren, varPathExpression, type VariableObject } from '../mi-commands/variable-commands.ts';
import type { VariableChild } from '../../target/debugger.ts';
import { numberOf, writes } from './evaluate-address.ts';

let nextObject = 1;
/** Of a value: `StackSlot.value` holds no more. */
const MOST_CHARACTERS = 4096;

/** Fields or elements of an expression, each with its own place. C++ access specifiers are opened: their members are the children. */
export async function readChildren(
  connection: MiConnection, scope: MiScope, expression: string, from: number, count: number,
): Promise<{ readonly children: readonly VariableChild[]; readonly total: number; readonly type: string | undefined }> {
  if (writes(expression)) throw new VmatlasError({ code: 'invalid-argument', message: 'Opening a variable must not change the program.', evidence: expression });
  const name = `vmatlasChild${nextObject++}`;
  const root = await connection.run(varCreateObject(name, expression, scope));
  try {
    const found = await membersOf(connection, root, from, from + count);
    const children = await Promise.all(found.children.map((child) => readChild(connection, child, scope)));
    return { children, total: found.total, type: root.type };
  } finally {
    await connection.run(varDelete(name));
  }
}

async function membersOf(connection: MiConnection, object: VariableObject, from: number, to: number): Promise<{ readonly children: readonly VariableObject[]; readonly total: number }> {
  const listed = await connection.run(varListChildren(object.name, from, to));
  if (!listed.some(isAccessSpecifier)) return { children: listed, total: object.childCount };
  // A class has few members: all of them, then the part that was asked for.
  const all = from === 0 && listed.length === object.childCount ? listed : await connection.run(varListChildren(object.name, 0, object.childCount));
  const opened = await Promise.all(all.map(async (child) => (isAccessSpecifier(child) ? connection.run(varListChildren(child.name, 0, child.childCount)) : [child])));
  const members = opened.flat();
  return { children: members.slice(from, to), total: members.length };
}

function isAccessSpecifier({ expression, type }: VariableObject): boolean {
  return type === undefined && /^(?:public|private|protected)$/.test(expression);
}

async function readChild(connection: MiConnection, child: VariableObject, scope: MiScope): Promise<VariableChild> {
  const path = await orNothing(connection.run(varPathExpression(child.name)));
  const ask = (text: string): Promise<string | undefined> => orNothing(connection.run(dataEvaluateExpression(text, scope)));
  // A variable object says only `[21]` or `{...}` of what can be opened.
  const isFolded = child.childCount > 0 && (child.value === undefined || /^(?:\[\d+\]|\{\.\.\.\})$/.test(child.value));
  const [place, size, whole] = path === undefined ? [] : await Promise.all([ask(`&(${path})`), ask(`sizeof(${path})`), isFolded ? ask(path) : undefined]);
  const address = place === undefined ? undefined : numberOf(place);
  return {
    name: child.expression, type: child.type, value: whole?.slice(0, MOST_CHARACTERS) ?? child.value, address, sizeBytes: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined,
    opensWith: child.childCount > 0 ? path : undefined,
  };
}

/** A bit field has no address, and says so. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof VmatlasError && error.code === 'gdb-error') return undefined;
    throw error;
  }
}
