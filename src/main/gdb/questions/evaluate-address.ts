import { toAddress } from '../../../shared/address/address.ts';
import type { Address } from '../../../shared/address/address.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataEvaluateExpression, typeOf } from '../mi-commands/expression-commands.ts';
import { gdbSet, gdbShow } from '../mi-commands/setup-commands.ts';
import type { MiScope } from '../mi-commands/mi-command.ts';

export interface EvaluatedAddress {
  readonly address: Address;
  readonly text: string;
}

/**
 * Value of an expression as an address. The frame's own language first, so that Rust paths and C++ scopes work; then C, which knows casts and is there in every frame. The first
 * language's refusal is the one told. Looking must not change the program: assignments are refused, and gdb may not call functions meanwhile (a string literal alone would
 * make it call the program's malloc).
 */
export async function evaluateAddress(connection: MiConnection, expression: string, scope: MiScope): Promise<EvaluatedAddress> {
  if (writes(expression)) {
    throw new VmatlasError({
      code: 'invalid-argument', message: 'An address is looked for, and this expression would change the program.', evidence: expression, remedy: 'Use print or set var in the gdb console.',
    });
  }
  const mayCall = await connection.run(gdbShow('may-call-functions'));
  let refusal: unknown;
  for (const language of [undefined, 'c'] as const) {
    const forbidden = connection.run(gdbSet('may-call-functions', 'off'));
    const evaluated = evaluateIn(connection, expression, { ...scope, language });
    const restored = evaluated.catch(() => undefined).then(() => connection.run(gdbSet('may-call-functions', mayCall)));
    restored.catch(() => undefined);
    try {
      const [answer] = await Promise.all([evaluated, forbidden, restored]);
      return answer;
    } catch (error) {
      if (error instanceof VmatlasError && error.code === 'gdb-ended') throw error;
      refusal ??= error;
    }
    await restored;
  }
  throw refusal;
}

/** An assignment, an increment or a decrement, outside strings and comparisons. */
export function writes(expression: string): boolean {
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'/g, '');
  return /(?:^|[^=!<>])=(?!=)|<<=|>>=|\+\+|--/.test(bare);
}

async function evaluateIn(connection: MiConnection, expression: string, scope: MiScope): Promise<EvaluatedAddress> {
  const value = await connection.run(dataEvaluateExpression(expression, scope));
  const direct = numberOf(value);
  if (direct !== undefined && (isHex(value) || !(await isFloat(connection, expression, scope)))) return { address: direct, text: value };
  // An aggregate, an array, a floating-point number: where it is.
  const text = await connection.run(dataEvaluateExpression(`&(${expression})`, scope));
  const address = numberOf(text);
  if (address === undefined) throw new VmatlasError({ code: 'gdb-error', message: `${expression} is not an address.`, evidence: `${value}; & gives ${text}` });
  return { address, text };
}

/** 3.0 prints as `3`: only the type tells it from an integer. */
async function isFloat(connection: MiConnection, expression: string, scope: MiScope): Promise<boolean> {
  const type = await connection.run(typeOf(expression, scope));
  return /\b(?:float|double|f32|f64)\b/.test(type) && !/[*&]/.test(type);
}

function isHex(value: string): boolean {
  return /0x/.test(value);
}

/**
 * The number in a value that gdb printed, or undefined when it is none:
 * `42`, `97 'a'`, `0x4010 <main>`, `(int *) 0x7ffe…`, `{int (void)} 0x401136 <main>`, `(void (*)(int)) 0x0`.
 */
export function numberOf(value: string): Address | undefined {
  const bare = withoutType(value);
  const hex = /^(-?)0x([0-9a-f]+)(?![\w.])/.exec(bare);
  if (hex?.[2] !== undefined) return wrap(BigInt(`0x${hex[2]}`) * (hex[1] === '-' ? -1n : 1n));
  const decimal = /^(-?\d+)(?: '.*')?$/s.exec(bare);
  return decimal?.[1] === undefined ? undefined : wrap(BigInt(decimal[1]));
}

/** Cuts a leading `(type) ` or `{type} `, whose brackets may nest. */
function withoutType(value: string): string {
  const open = value[0];
  if (open !== '(' && open !== '{') return value;
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  for (let at = 0; at < value.length; at++) {
    if (value[at] === open) depth++;
    else if (value[at] === close && --depth === 0) return value.startsWith(' 0x', at + 1) ? value.slice(at + 2) : value;
  }
  return value;
}

function wrap(value: bigint): Address | undefined {
  return value >= 1n << 64n || value < -(1n << 63n) ? undefined : toAddress(BigInt.asUintN(64, value));
}
