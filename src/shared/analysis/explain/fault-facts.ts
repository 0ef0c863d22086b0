import type { Address } from '../../address/address.ts';
import type { FrameInfo, SourcePlace } from '../../model/debug.ts';
import type { ExplainedSignal, FaultField, FaultSender, FaultThrown } from '../../model/explanation.ts';
import type { RegionTable } from '../../model/region-table.ts';
import type { SymbolAt } from '../../model/symbol.ts';
import type { RegisterFile } from '../operands/resolve-operands.ts';
import type { ReadBytes } from '../stack/read-bytes.ts';

/** What is known of a stop by a signal before anything is concluded. */
export interface FaultFacts {
  readonly signal: { readonly name: ExplainedSignal; readonly meaning: string };
  readonly code: number;
  /** si_addr: of a fault raised by the kernel (code above 0, not SI_KERNEL). */
  readonly siAddress: Address | undefined;
  /** Of a signal that a process sent (code 0 and below). */
  readonly sender: FaultSender | undefined;
  readonly thread: { readonly id: number; readonly tid: number; readonly name: string; readonly isMain: boolean };
  readonly registers: RegisterFile;
  readonly pc: Address;
  readonly sp: Address;
  /** At pc; undefined when nothing can be read there. */
  readonly instruction: { readonly address: Address; readonly bytes: Uint8Array; readonly text: string } | undefined;
  /** What the processor said of a page fault, from the frame of a signal handler (Intel SDM vol. 3, 4.7): there only. */
  readonly pageFault: { readonly write: boolean; readonly fetch: boolean } | undefined;
  readonly frames: readonly FrameInfo[];
  readonly frameLevel: number;
  readonly source: SourcePlace | undefined;
  readonly sourceText: string | undefined;
  /** Soft RLIMIT_STACK; undefined: unlimited, or not known. */
  readonly stackLimitBytes: bigint | undefined;
  /** The program has a handler of its own for this signal (SigCgt of /proc/PID/status). */
  readonly handled: boolean;
}

/** The address space at the stop. Questions cost nothing that matters and never change the program. */
export interface FaultGround {
  readonly regions: RegionTable;
  readonly read: ReadBytes;
  sectionAt(address: Address): string | undefined;
  symbolAt(address: Address): SymbolAt | undefined;
  /** pagemap bit 58: a page that MADV_GUARD_INSTALL made a guard. */
  isGuardPage(address: Address): boolean;
  /** Size of the file that is mapped at an address; undefined when there is none or it cannot be asked. */
  fileSizeAt(address: Address): bigint | undefined;
}

/** What is looked up after it is known what was tried: costly, or asked of gdb. Each is there only where it matters. */
export interface FaultFindings {
  readonly field: FaultField | undefined;
  /** Why that field: gdb's words for the expression. */
  readonly fieldWords: string | undefined;
  readonly depth: { readonly depth: number; readonly complete: boolean; readonly functions: readonly string[]; readonly repeats: number; readonly bytesPerRepeat: number | undefined } | undefined;
  /** Pointers in the innermost frames' variables. */
  readonly pointers: readonly { readonly name: string; readonly value: Address; readonly frameLevel: number }[];
  /** What the C library keeps of why it aborts (`__abort_msg`), else what can be told from the frames. */
  readonly abortMessage: string | undefined;
  readonly thrown: (FaultThrown & { readonly words: string; readonly from: 'memory' | 'output' }) | undefined;
  /** The end of what the program printed on its terminal; '' when it is not ours. */
  readonly output: string;
  /** Mappings that were there earlier in the session and held the address. */
  readonly formerly: { readonly label: string; readonly words: string } | undefined;
}

export const NO_FINDINGS: FaultFindings = {
  field: undefined, fieldWords: undefined, depth: undefined, pointers: [], abortMessage: undefined, thrown: undefined, output: '', formerly: undefined,
};
