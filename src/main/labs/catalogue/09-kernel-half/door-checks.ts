import { addBytes, formatPlainAddress, type Address } from '../../../../shared/address/address.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import { countSystemCalls } from '../../probe/count-system-calls.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

const ELF_MAGIC = '\x7fELF';
/** Longer than a library function that only makes a system call. */
const GETPPID_BYTES = 16;
const NEVER_STOP = 1_000_000_000;

export async function kernelLibrary(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const printed = await probe.printedAddress('vdso');
  const vdso = probe.mappingAt(printed.address);
  const vvar = probe.mappings().find(({ path }) => path === '[vvar]');
  if (vdso === undefined || vvar === undefined) check.cannot('This system maps no [vdso] into its programs.');
  check.expect(vdso.path === '[vdso]' && vdso.perms === 'r-xp', 'AT_SYSINFO_EHDR leads to [vdso]: code, r-xp.', printed, vdso);
  check.expect(vdso.offset === 0n && / 00:00 0 /.test(vdso.evidence.text), 'It has no device and no inode: it comes from no file.', vdso);
  const head = await probe.memory(printed.address, ELF_MAGIC.length);
  check.expect(String.fromCharCode(...head.bytes) === ELF_MAGIC, 'And yet it begins as an ELF file does.', head);
  check.expect(vvar.perms === 'r--p' && vvar.end <= vdso.start, '[vvar] lies below it: data that the program may only read.', vvar);
  const clock = await vdsoClock(probe);
  if (clock !== undefined) check.expect(clock >= vdso.start && clock < vdso.end, 'Its symbol table has __vdso_clock_gettime.', { from: 'symbols of [vdso]', text: `__vdso_clock_gettime ${formatPlainAddress(clock)}` });
}

export async function callsThatEnter(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const counted = await countSystemCalls(probe, ['getppid'], () => probe.toStage('clock'));
  const calls = await probe.evaluate('calls');
  check.expect(Number(calls.text) > 0, `The program called getppid ${calls.text} times.`, calls);
  check.expect(counted.of.get('getppid') === Number(calls.text), 'The kernel was entered for getppid as many times.', ...counted.evidence);
  check.expect(counted.all === Number(calls.text), 'And for nothing else.', ...counted.evidence);
  const { address } = await probe.address('getppid');
  const instructions = await probe.instructions(address, addBytes(address, GETPPID_BYTES));
  const door = instructions.find(({ bytes }) => bytes[0] === 0x0f && bytes[1] === 0x05);
  check.expect(door !== undefined, 'In libc’s getppid there is the instruction 0f 05, syscall.', ...(door ? [door] : instructions));
  const row = probe.mappingAt(address);
  if (row) check.expect(row.perms === 'r-xp', 'That code is in the program’s own half, to be read and run like any other.', row);
}

export async function clockWithoutEntering(probe: LabProbe, check: CheckRecorder): Promise<void> {
  if (!probe.mappings().some(({ path }) => path === '[vdso]')) check.cannot('This system maps no [vdso] into its programs, so here the clock is read through a system call.');
  const clock = await vdsoClock(probe);
  const looked = clock === undefined ? undefined : await countVisits(probe, clock);
  let visits: number | undefined;
  const counted = await countSystemCalls(probe, [], async () => {
    await probe.toStage('end');
    visits = await looked?.count();
  });
  const looks = await probe.evaluate('looks');
  check.expect(Number(looks.text) > 0, `The program called clock_gettime ${looks.text} times.`, looks);
  check.expect(counted.all === 0, 'The kernel was not entered at all meanwhile.', ...counted.evidence);
  if (clock === undefined || visits === undefined) return;
  check.expect(visits === Number(looks.text), 'The code in [vdso] ran as many times.', { from: 'gdb: info breakpoints', text: `a breakpoint at __vdso_clock_gettime, ${formatPlainAddress(clock)}, was passed ${visits} times` });
}

/** Where the vdso's clock_gettime begins; undefined where it has none. */
async function vdsoClock(probe: LabProbe): Promise<Address | undefined> {
  return (await probe.symbols('__vdso_clock_gettime')).at(0)?.address;
}

/** Counts how often an instruction is come by, without stopping. */
async function countVisits(probe: LabProbe, address: Address): Promise<{ readonly count: () => Promise<number> }> {
  const location = `*${formatPlainAddress(address)}`;
  const { number } = await probe.gdb().insertBreakpoint({ location, condition: undefined, temporary: false, hardware: false, ignoreCount: NEVER_STOP });
  return {
    count: async () => {
      const found = (await probe.gdb().breakpoints()).find((breakpoint) => breakpoint.number === number);
      await probe.gdb().removeBreakpoint(number);
      return found?.hits ?? 0;
    },
  };
}
