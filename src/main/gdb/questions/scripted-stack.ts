import { inflateSync } from 'node:zlib';
import { z } from 'zod';
import type { FrameVariable } from '../../../shared/analysis/stack/assemble-frames.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { pythonLine, scriptedStack } from '../mi-commands/variable-commands.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { StackReading } from '../../target/debugger.ts';
import { frameOffsetIn, MOST_VALUE_CHARACTERS, OPTIMISED_OUT } from './frame-variables.ts';
import { callScript, defineScript } from './stack-script.ts';

const entries = z.array(
  z.object({
    n: z.string(), a: z.boolean(), t: z.string().optional(), z: z.number().optional(), g: z.boolean().optional(), v: z.string().optional(), o: z.literal(1).optional(),
    p: z.string().regex(/^0x[0-9a-f]{1,16}$/).optional(), w: z.string().optional(), r: z.string().optional(), s: z.literal(1).optional(),
  }),
);

const hex = z.string().regex(/^0x[0-9a-f]{1,16}$/);
const stack = z.object({
  fs: hex.optional(),
  frames: z.array(
    z.object({
      pc: hex, sp: hex.optional(), bp: hex.optional(), n: z.string().optional(), m: z.string().optional(), f: z.string().optional(), F: z.string().optional(), l: z.number().optional(),
      v: entries.optional(),
    }),
  ),
});

/** Frames with their variables by the script, where gdb has Python. */
export class ScriptedStack {
  readonly #connection: MiConnection;
  readonly #hasPython: boolean;
  #defined: Promise<'command' | 'function' | 'nothing'> | undefined;

  constructor(connection: MiConnection, hasPython: boolean) {
    this.#connection = connection;
    this.#hasPython = hasPython;
  }

  /** Frames low to high, and one more; undefined where the script cannot be used. */
  async read(thread: number, low: number, high: number, withVariables: boolean): Promise<StackReading | undefined> {
    const limit = withVariables ? MOST_VALUE_CHARACTERS : 0;
    const how = this.#hasPython ? await this.#define() : 'nothing';
    if (how === 'nothing') return undefined;
    try {
      const text = await this.#connection.run(
        how === 'command' ? scriptedStack(thread, low, high, limit) : pythonLine(callScript(low, high, limit), { thread, frame: 0 }),
      );
      const parsed = stack.safeParse(JSON.parse(inflateSync(Buffer.from(text.trim(), 'base64')).toString('utf8')));
      return parsed.success ? reading(parsed.data, low, high) : undefined;
    } catch (error) {
      return isRefusal(error) || isDamage(error) ? undefined : rethrow(error);
    }
  }

  /** Has gdb read the script: before a target is held, so that none waits for it. */
  prepare(): void {
    if (this.#hasPython) this.#define().catch(() => undefined);
  }

  /** A gdb whose Python is broken says so once, and is not asked again. */
  #define(): Promise<'command' | 'function' | 'nothing'> {
    this.#defined ??= this.#connection.run(pythonLine(defineScript(), {})).then(
      (printed) => (printed.includes('command') ? 'command' : 'function'),
      (error: unknown) => (isRefusal(error) ? 'nothing' : rethrow(error)),
    );
    return this.#defined;
  }
}

function reading(answer: z.infer<typeof stack>, low: number, high: number): StackReading {
  const address = (text: string | undefined): Address | undefined => (text === undefined ? undefined : toAddress(BigInt(text)));
  const extents = answer.frames.slice(0, high - low + 2).map((frame, at): FrameExtent => ({
    level: low + at, pc: address(frame.pc) ?? (0n as Address), function: frame.n, modulePath: frame.m,
    source: frame.f === undefined || frame.l === undefined ? undefined : { file: frame.f, fullName: frame.F, line: frame.l },
    sp: address(frame.sp) ?? (0n as Address), cfa: address(answer.frames[at + 1]?.sp),
  }));
  return {
    extents,
    more: answer.frames.length > high - low + 2,
    framePointer: address(answer.frames[0]?.bp),
    threadBlock: address(answer.fs),
    variables: new Map(answer.frames.flatMap((frame, at) => (frame.v === undefined ? [] : [[low + at, frame.v.map(variable)] as const]))),
  };
}

function variable(entry: z.infer<typeof entries>[number]): FrameVariable {
  const words = entry.o === 1 ? OPTIMISED_OUT : (entry.w ?? '');
  const register = /which is in register \$(\w+)/.exec(words)?.[1];
  const place = entry.p === undefined ? undefined : BigInt(entry.p);
  const base = { name: entry.n, role: entry.a ? 'parameter' : 'local', type: entry.t, isAggregate: entry.g ?? false } as const;
  if (place !== undefined) {
    const offset = entry.r === undefined ? undefined : frameOffsetIn(entry.r);
    return { ...base, value: entry.v ?? entry.w, address: place, sizeBytes: (entry.t?.endsWith('&') ?? false) ? 8 : entry.z, frameOffset: offset, unstored: undefined };
  }
  const isGone = entry.o === 1 || /optimized out/.test(words);
  const where = isGone ? 'optimised-out' : entry.s === 1 && register === undefined ? 'shadowed' : register === undefined && entry.v === undefined ? 'elsewhere' : 'register';
  return {
    ...base, value: isGone ? OPTIMISED_OUT : (entry.v ?? entry.w), address: undefined, sizeBytes: undefined, frameOffset: undefined, unstored: { where, register, words },
  };
}

/** An answer that something else wrote into: the slow way will do. */
function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_'));
}

function isRefusal(error: unknown): boolean {
  return error instanceof VmatlasError && error.code === 'gdb-error';
}

function rethrow(error: unknown): never {
  throw error;
}
