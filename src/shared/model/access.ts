import type { Address } from '../address/address.ts';

export const ACCESS_OUTCOMES = ['ok', 'demand-zero', 'page-in', 'swap-in', 'copy-on-write', 'stack-growth', 'emulated', 'fault'] as const;
export type AccessOutcome = (typeof ACCESS_OUTCOMES)[number];

/** si_code names of signal.h that a memory access can end in. */
export type FaultCode = 'SEGV_MAPERR' | 'SEGV_ACCERR' | 'SEGV_PKUERR' | 'SI_KERNEL' | 'BUS_ADRERR';
export type FaultSignal = 'SIGSEGV' | 'SIGBUS';

/** What one access of the program's own instructions would do at one byte. */
export interface UserAccess {
  readonly outcome: AccessOutcome;
  readonly signal: FaultSignal | undefined;
  readonly code: FaultCode | undefined;
  /** What si_addr would hold: the address, or 0 where the processor does not tell the kernel. undefined for no fault. */
  readonly faultAddress: Address | undefined;
  /** One sentence or clause for the user, without a full stop at its end. */
  readonly reason: string;
  /** What stands between this answer and certainty, such as a protection key whose rights only the thread knows; '' when nothing does. */
  readonly unless: string;
}

/** What one access of the kernel on the program's behalf would do: read(2) into this byte, write(2) from it. */
export interface KernelAccess {
  /** `fault` means that the system call fails with EFAULT; no signal is raised. */
  readonly outcome: Exclude<AccessOutcome, 'emulated'>;
  readonly errno: 'EFAULT' | undefined;
  readonly reason: string;
  readonly unless: string;
}

export interface AccessPrediction {
  readonly address: Address;
  readonly read: UserAccess;
  readonly write: UserAccess;
  readonly execute: UserAccess;
  /** The kernel reads the byte for a system call, such as write(2) or open(2). */
  readonly kernelRead: KernelAccess;
  /** The kernel writes the byte for a system call, such as read(2). */
  readonly kernelWrite: KernelAccess;
  /** Another process reads the byte with process_vm_readv(2). */
  readonly otherProcessRead: KernelAccess;
  /** What a write does right after a fork, in parent and child: copy-on-write or not; undefined where a write faults. */
  readonly writeAfterFork: UserAccess | undefined;
}
