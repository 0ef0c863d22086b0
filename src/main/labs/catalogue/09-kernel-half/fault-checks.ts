import { readFileSync } from 'node:fs';
import { addBytes, KERNEL_START_57, toAddress, USER_END_47, type Address } from '../../../../shared/address/address.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { FaultFact, MappingFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';
import { claimExplained } from '../claim-explained.ts';

const SEGV_MAPERR = 1;
const SI_KERNEL = 0x80;
/** Legacy page of time calls, at the same address in every process (Documentation/arch/x86/x86_64/mm.rst). */
const VSYSCALL = toAddress(0xffff_ffff_ff60_0000n);

export function nothingAbove(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const above = probe.mappings().filter(({ end }) => end > USER_END_47);
  const highest = probe.mappings().findLast(({ end }) => end <= USER_END_47);
  if (highest === undefined) check.cannot('This process has no mappings.');
  check.expect(highest.end <= USER_END_47, 'The highest row of the program’s half ends below 0x8000_0000_0000.', highest);
  check.expect(isAllowedAbove(above), 'No other row lies above, but [vsyscall] at its fixed place.', ...(above.length > 0 ? above : [highest]));
  const [vsyscall] = above;
  if (vsyscall) check.note(vsyscall.perms === '--xp' ? '[vsyscall] can only be called, not read; the call traps, and the kernel does the work.' : `[vsyscall] is ${vsyscall.perms} here.`, vsyscall);
  else check.note('This system has no [vsyscall].', highest);
  return Promise.resolve();
}

/** Of rows above the program's half: nothing but the legacy page. */
export function isAllowedAbove(rows: readonly Pick<MappingFact, 'start' | 'path'>[]): boolean {
  return rows.every(({ start, path }) => path === '[vsyscall]' && start === VSYSCALL);
}

export async function kernelHalfFault(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const fault = await nextFault(probe);
  const { address, evidence } = await probe.printedAddress('kernel-half');
  check.expect(isCanonical(address) && address >= KERNEL_START_57, 'The address is canonical, and of the upper half.', { evidence });
  check.expect((await probe.region(address)).kind === 'kernel', 'The map has it in the kernel half.', await probe.region(address));
  if (fault.code === SI_KERNEL && hasLass()) check.cannot('This processor tells the halves apart by the address alone (LASS) and refuses before it translates; both faults look alike here.');
  check.expect(fault.signal === 'SIGSEGV' && fault.code === SEGV_MAPERR, 'SIGSEGV with si_code 1, SEGV_MAPERR: as if nothing were mapped there.', fault);
  check.expect(fault.address === address, 'si_addr is the address that was read.', fault);
  await expectOperand(probe, check, fault, address);
  await claimExplained(probe, check, { cause: 'kernel-address', access: 'read', address, words: 'an address of the kernel half' });
  await expectHandler(probe, check, 'kernel-half', fault);
}

export async function gapFault(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const fault = await nextFault(probe);
  const { address, evidence } = await probe.printedAddress('non-canonical');
  check.expect(!isCanonical(address), 'The address is not canonical: its upper bits do not repeat the highest one that is translated.', { evidence });
  check.expect((await probe.region(address)).kind === 'non-canonical', 'The map has it in the gap.', await probe.region(address));
  check.expect(fault.signal === 'SIGSEGV' && fault.code === SI_KERNEL, 'SIGSEGV again, but with si_code 128, SI_KERNEL.', fault);
  check.expect(fault.address === 0n, 'si_addr is 0: the processor gave no address.', fault);
  await expectOperand(probe, check, fault, address);
  await claimExplained(probe, check, { cause: 'non-canonical', access: 'read', address, words: 'an address that is not canonical, which the kernel could not tell and the instruction does' });
  await expectHandler(probe, check, 'non-canonical', fault);
}

/** With four levels of page tables bits 63 to 47 are all equal, with five 63 to 56 (Intel SDM vol. 1, 3.3.7.1). By either. */
export function isCanonical(address: Address): boolean {
  return [48, 57].some((translated) => BigInt.asUintN(64, BigInt.asIntN(translated, address)) === address);
}

async function nextFault(probe: LabProbe): Promise<FaultFact> {
  await probe.goOn();
  return probe.fault();
}

/** The register through which the faulting instruction reads: `(%rax)` or `[rax]`. */
async function expectOperand(probe: LabProbe, check: CheckRecorder, fault: FaultFact, address: Address): Promise<void> {
  const [instruction] = await probe.instructions(fault.pc, addBytes(fault.pc, 1));
  const name = /\(%(r\w+)\)|\[(r\w+)\]/.exec(instruction?.text ?? '')?.slice(1).find((group) => group !== undefined);
  if (instruction === undefined || name === undefined) return check.note('The instruction’s operand was not recognised.', fault);
  const register = await probe.register(name);
  check.expect(register.address === address, `The instruction reads through ${name}, which holds the address.`, instruction, register);
}

/** The program goes on: its handler gets the signal and prints what it was told. */
async function expectHandler(probe: LabProbe, check: CheckRecorder, name: string, fault: FaultFact): Promise<void> {
  await probe.goOn();
  const [code, address] = await Promise.all([probe.printed(`${name}-code`), probe.printedAddress(`${name}-address`)]);
  check.expect(Number(code.text) === fault.code && address.address === fault.address, 'The program’s own handler was told the same.', code, address);
}

function hasLass(): boolean {
  return /^flags\b.*\blass\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'));
}
