import { VmatlasError } from '../../../shared/model/errors.ts';
import { SPACE_END } from '../../../shared/address/address.ts';

/** PIDs end below this (proc(5), pid_max on 64-bit). */
const PID_LIMIT = 2 ** 22;

export function usageError(message: string, remedy?: string): VmatlasError {
  return new VmatlasError({ code: 'usage', message, ...(remedy === undefined ? {} : { remedy }) });
}

export function parsePid(text: string): number {
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  if (pid < 1 || pid > PID_LIMIT) throw usageError(`"${text}" is not a process ID.`, 'vmatlas ps lists the processes there are.');
  return pid;
}

const UNITS: Readonly<Record<string, bigint>> = { '': 1n, K: 1n << 10n, M: 1n << 20n, G: 1n << 30n, T: 1n << 40n };

/** A number of bytes: decimal or 0x hex, with K, M, G or T (KiB …) behind it if you like. */
export function parseLength(text: string): bigint {
  const match = /^(0[xX][0-9a-fA-F]+|\d+)(?:([KMGT])(?:i?B)?|B)?$/.exec(text.replaceAll('_', ''));
  const length = match ? BigInt(match[1] ?? '') * (UNITS[match[2] ?? ''] ?? 1n) : 0n;
  if (length < 1n || length > SPACE_END) throw usageError(`"${text}" is not a length of at least one byte.`, 'Write it as 64, 0x40, 4K or 2M.');
  return length;
}

/** A byte value: 0 to 255, decimal or 0x hex. */
export function parseByte(text: string): number {
  const value = /^(0[xX][0-9a-fA-F]{1,2}|\d{1,3})$/.test(text) ? Number(text) : 256;
  if (value > 255) throw usageError(`"${text}" is not a byte value.`, 'Write it as 0 to 255 or 0x00 to 0xff.');
  return value;
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw usageError(`"${text}" is not a port number.`, 'Write 0 to 65535; 0 takes any free one.');
  return port;
}

/** Splits off what stands behind the first `--`: a program and its arguments, none of which is an option of ours. */
export function splitProgram(argv: readonly string[]): { readonly own: readonly string[]; readonly program: readonly string[] | undefined } {
  const at = argv.indexOf('--');
  return at < 0 ? { own: argv, program: undefined } : { own: argv.slice(0, at), program: argv.slice(at + 1) };
}
