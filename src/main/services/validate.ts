import { z } from 'zod';
import { toAddress } from '../../shared/address/address.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { CallContext } from '../../shared/rpc/contract.ts';

/** Whoever is on the other side of the wire may send anything: each call's parameters pass one of these before the service sees them. */
export const sessionId = z.string().min(1).max(64);
/** An address of a byte: below 2^64. */
export const address = z.bigint().min(0n).max(0xffff_ffff_ffff_ffffn).transform(toAddress);
/** An exclusive end: 2^64 too. */
export const endAddress = z.bigint().min(0n).max(1n << 64n).transform(toAddress);
/** A process id as the kernel gives them (pid_max is at most 2^22, proc(5)). */
export const pid = z.int().min(1).max(4_194_304);
export const threadId = z.int().min(1).max(0x7fff_ffff);
export const frameLevel = z.int().min(0).max(0x7fff_ffff);
/** Text that reaches gdb's or the kernel's string functions: a NUL would end it early, a newline would end a command. */
export const oneLine = z.string().max(64 * 1024).refine((text) => !/[\0\n\r]/.test(text), 'must be one line');
/** Strings of an exec (execve(2)): anything but NUL. */
export const execText = z.string().max(128 * 1024).refine((text) => !text.includes('\0'), 'must not contain NUL');
export const nothing = z.object({});
export const ofSession = z.object({ sessionId });

/** A handler that checks its parameters. Rejects with `invalid-argument`, the field named, and what is wrong with it. */
export function checked<P, R>(call: string, schema: z.ZodType<P>, handler: (params: P, context: CallContext) => R): (params: unknown, context: CallContext) => R {
  return (params, context) => {
    const outcome = schema.safeParse(params);
    if (!outcome.success) throw invalidArgument(call, outcome.error.issues);
    return handler(outcome.data, context);
  };
}

function invalidArgument(call: string, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): VmatlasError {
  const told = issues.map((issue) => ({ field: issue.path.map(String).join('.'), message: issue.message }));
  const first = told[0] ?? { field: '', message: 'not understood' };
  const subject = first.field === '' ? 'the parameters' : `"${first.field}"`;
  return new VmatlasError({
    code: 'invalid-argument',
    message: `${call}: ${subject} is not right: ${first.message}.`,
    evidence: told.map(({ field, message }) => `${field || '(parameters)'}: ${message}`).join('; '),
  });
}
