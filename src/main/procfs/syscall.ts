import { toAddress, type Address } from '../../shared/address/address.ts';

/** Where a thread is, from /proc/PID/task/TID/syscall (proc_pid_syscall(5)). */
export type SyscallState =
  | { readonly state: 'running' }
  /** Blocked: in system call `number`, or -1 when blocked outside one (a page fault). */
  | { readonly state: 'blocked'; readonly number: number; readonly sp: Address; readonly pc: Address; readonly line: string };

/** The last two fields are SP and PC. Anything else than the two documented forms is `running`: nothing is known. */
export function parseSyscall(text: string): SyscallState {
  const line = text.trim();
  const fields = line.split(' ');
  const sp = fields.at(-2);
  const pc = fields.at(-1);
  if (fields.length < 3 || sp === undefined || pc === undefined || !/^0x[0-9a-f]+$/.test(sp) || !/^0x[0-9a-f]+$/.test(pc)) return { state: 'running' };
  return { state: 'blocked', number: Number(fields[0]), sp: toAddress(BigInt(sp)), pc: toAddress(BigInt(pc)), line };
}
