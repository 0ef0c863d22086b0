import type { Address } from '../../../shared/address/address.ts';
import type { CauseId, Certainty, FaultAccess } from '../../../shared/model/explanation.ts';
import type { LabEvidence } from '../../../shared/model/lab.ts';
import type { ModuleRef, RegionKind } from '../../../shared/model/region.ts';
import type { StopInfo } from '../../../shared/model/debug.ts';

/*
 * What a check may learn. Each fact carries the evidence it was taken from: hand the fact itself to CheckRecorder.expect.
 */

/** A line of /proc/PID/maps. */
export interface MappingFact {
  readonly start: Address;
  /** Exclusive. */
  readonly end: Address;
  /** `r-xp` */
  readonly perms: string;
  /** Into the file, in bytes. */
  readonly offset: bigint;
  /** Name column: a path, `[heap]`, or '' for anonymous memory. */
  readonly path: string;
  readonly evidence: LabEvidence;
}

/** What vmatlas makes of an address. */
export interface RegionFact {
  readonly start: Address;
  readonly end: Address;
  readonly kind: RegionKind;
  readonly perms: string;
  readonly label: string;
  readonly part: string;
  readonly module: ModuleRef | undefined;
  readonly evidence: readonly LabEvidence[];
}

/** A section header. */
export interface SectionFact {
  readonly name: string;
  /** `PROGBITS`, `NOBITS` */
  readonly type: string;
  /** Address in the file. */
  readonly fileAddress: Address;
  /** Address in the process; undefined for a section that is not loaded. */
  readonly address: Address | undefined;
  readonly offset: bigint;
  readonly sizeBytes: bigint;
  /** readelf's letters: `AX`, `WA`. */
  readonly flags: string;
  readonly evidence: LabEvidence;
}

export interface BytesFact {
  readonly bytes: Uint8Array;
  readonly evidence: LabEvidence;
}

/** A value in words, such as gdb or the program printed it. */
export interface TextFact {
  readonly text: string;
  readonly evidence: LabEvidence;
}

export interface AddressFact extends TextFact {
  readonly address: Address;
}

/** The pagemap word of a page. */
export interface PageFact {
  readonly start: Address;
  readonly word: bigint;
  readonly present: boolean;
  readonly swapped: boolean;
  /** Bit 61: a page of a file, or of shared memory. A private page that was written to is neither any more. */
  readonly fileOrShared: boolean;
  /** Bit 56: no other process maps it. */
  readonly exclusive: boolean;
  /** Frame number; undefined without CAP_SYS_ADMIN. */
  readonly frame: bigint | undefined;
  readonly evidence: LabEvidence;
}

/** Where and why the program is stopped. */
export interface StopFact {
  readonly stop: StopInfo;
  /** `SIGSEGV`; undefined when no signal stopped it. */
  readonly signal: string | undefined;
  readonly pc: Address;
  readonly evidence: LabEvidence;
}

/** What the kernel told of a fault (siginfo_t, sigaction(2)). */
export interface FaultFact extends StopFact {
  readonly signal: string;
  /** si_code. */
  readonly code: number;
  /** `SEGV_ACCERR`; the number where it has no name here. */
  readonly codeName: string;
  /** si_addr; means something only for faults. */
  readonly address: Address;
}

/** What the fault explainer says of the stop. */
export interface ExplanationFact {
  readonly cause: CauseId;
  readonly certainty: Certainty;
  readonly access: FaultAccess;
  readonly address: Address | undefined;
  readonly evidence: LabEvidence;
}
