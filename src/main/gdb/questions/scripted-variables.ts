import { z } from 'zod';
import type { FrameVariable } from '../../../shared/analysis/stack/assemble-frames.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { pythonLine } from '../mi-commands/variable-commands.ts';
import { frameOffsetIn, MOST_VALUE_CHARACTERS, OPTIMISED_OUT, readFrameVariables } from './frame-variables.ts';
import { callScript, defineScript } from './variables-script.ts';

const entries = z.array(
  z.object({
    n: z.string(), a: z.boolean(), t: z.string().optional(), z: z.number().optional(), g: z.boolean().optional(), v: z.string().optional(), o: z.literal(1).optional(),
    p: z.string().regex(/^0x[0-9a-f]{1,16}$/).optional(), w: z.string().optional(), r: z.string().optional(), s: z.literal(1).optional(),
  }),
);

/** Variables of frames: by the script where gdb has Python, else by machine-interface commands. */
export class Variables {
  readonly #connection: MiConnection;
  readonly #hasPython: boolean;
  #defined: Promise<boolean> | undefined;

  constructor(connection: MiConnection, hasPython: boolean) {
    this.#connection = connection;
    this.#hasPython = hasPython;
  }

  async read(thread: number, levels: readonly number[]): Promise<ReadonlyMap<number, readonly FrameVariable[]>> {
    const [low, high] = [levels[0], levels.at(-1)];
    if (low === undefined || high === undefined) return new Map();
    const isRun = high - low === levels.length - 1;
    const scripted = this.#hasPython && isRun && (await this.#define()) ? await this.#script(thread, low, high) : undefined;
    return scripted ?? readFrameVariables(this.#connection, thread, levels);
  }

  /** A gdb whose Python is broken says so once, and is not asked again. */
  #define(): Promise<boolean> {
    this.#defined ??= this.#connection.run(pythonLine(defineScript(), {})).then(() => true, (error: unknown) => isRefusal(error) ? false : rethrow(error));
    return this.#defined;
  }

  async #script(thread: number, low: number, high: number): Promise<ReadonlyMap<number, readonly FrameVariable[]> | undefined> {
    try {
      const text = await this.#connection.run(pythonLine(callScript(low, high, MOST_VALUE_CHARACTERS), { thread, frame: low }));
      const parsed = z.array(entries).safeParse(JSON.parse(text.slice(text.indexOf('['))));
      return parsed.success ? new Map(parsed.data.map((frame, at) => [low + at, frame.map(variable)])) : undefined;
    } catch (error) {
      return isRefusal(error) || error instanceof SyntaxError ? undefined : rethrow(error);
    }
  }
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

function isRefusal(error: unknown): boolean {
  return error instanceof VmatlasError && error.code === 'gdb-error';
}

function rethrow(error: unknown): never {
  throw error;
}
