import { toAddress, type Address } from '../../shared/address/address.ts';
import { decimal, decimalBig, malformedProc } from './numbers.ts';

/** The fields of /proc/PID/stat that vmatlas uses, numbered as in proc_pid_stat(5). */
export interface ProcStat {
  readonly pid: number;
  readonly comm: string;
  /** R S D Z T t X I … */
  readonly state: string;
  readonly ppid: number;
  /** Field 9, PF_* bits. */
  readonly flags: number;
  /** Field 20. */
  readonly threads: number;
  /** Field 22, clock ticks since boot. */
  readonly startTime: bigint;
  /** Field 23, bytes. */
  readonly virtualBytes: bigint;
  /** Field 24, pages. */
  readonly residentPages: number;
  /** Fields 26 to 28 and 45 to 51. The kernel prints 0 (or 1 for the code) to readers that may not ptrace the process. */
  readonly startCode: Address;
  readonly endCode: Address;
  readonly startStack: Address;
  readonly startData: Address;
  readonly endData: Address;
  readonly startBrk: Address;
  readonly argStart: Address;
  readonly argEnd: Address;
  readonly envStart: Address;
  readonly envEnd: Address;
}

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
export const PF_KTHREAD = 0x0020_0000;

/** Parses one stat line. comm may hold any byte, spaces and parentheses included, so the fields begin after the last `)`. Throws `malformed-input`. */
export function parseStat(line: string): ProcStat {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open < 0 || close < open) throw malformedProc('The stat line of the process', line);
  const rest = line.slice(close + 2).trimEnd().split(' ');
  /** Field by its number in the manual page; field 3 is the first after comm. */
  const field = (number: number): string | undefined => rest[number - 3];
  const address = (number: number): Address => toAddress(decimalBig(field(number) ?? '0', `Field ${number} of stat`));
  return {
    pid: decimal(line.slice(0, open).trim(), 'The pid in stat'),
    comm: line.slice(open + 1, close),
    state: field(3) ?? '',
    ppid: decimal(field(4), 'The parent in stat'),
    flags: decimal(field(9), 'Field 9 of stat'),
    threads: decimal(field(20), 'The thread count in stat'),
    startTime: decimalBig(field(22), 'The start time in stat'),
    virtualBytes: decimalBig(field(23), 'Field 23 of stat'),
    residentPages: decimal(field(24), 'Field 24 of stat'),
    startCode: address(26),
    endCode: address(27),
    startStack: address(28),
    startData: address(45),
    endData: address(46),
    startBrk: address(47),
    argStart: address(48),
    argEnd: address(49),
    envStart: address(50),
    envEnd: address(51),
  };
}
