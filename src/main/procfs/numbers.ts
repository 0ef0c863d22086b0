import { VmatlasError } from '../../shared/model/errors.ts';

/** Decimal integer of a /proc file. Throws `malformed-input` naming `what`. */
export function decimal(text: string | undefined, what: string): number {
  if (text === undefined || !/^-?\d+$/.test(text)) throw malformedProc(what, text ?? '');
  return Number(text);
}

/** The same for values that may exceed 2^53: addresses, byte counts, start times. */
export function decimalBig(text: string | undefined, what: string): bigint {
  if (text === undefined || !/^-?\d+$/.test(text)) throw malformedProc(what, text ?? '');
  return BigInt(text);
}

export function malformedProc(what: string, evidence: string): VmatlasError {
  return new VmatlasError({ code: 'malformed-input', message: `${what} does not have the form the kernel prints.`, evidence: evidence.slice(0, 300) });
}
