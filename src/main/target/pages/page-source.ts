import type { AccessSpace } from '../../../shared/analysis/access/access-facts.ts';
import type { ZeroFrameTest } from '../../../shared/analysis/pages/decode-pages.ts';
import type { ElfSecurity } from '../../../shared/model/elf-security.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import type { SmapsColumns } from '../../procfs/smaps-columns.ts';

/** What a target knows of its pages beyond `Target`. Nothing here touches a page of the target. */
export interface PageSource {
  /** The mappings now; the same object while nothing changed. Throws `process-exited`. */
  mappings(): MappingColumns;
  /** pagemap words of `count` pages as pairs of 32-bit halves, low first. Fills `into` from its start and says how many pages it got; undefined where the kernel refuses. */
  readWords(firstPage: number, count: number, into: Uint32Array): number | undefined;
  readonly isZeroFrame: ZeroFrameTest;
  /** Words of kpageflags and kpagecount for one frame; a refusal in words where they may not be read. */
  frameWords(frame: number): FrameWords | FrameRefusal;
  /** kpageflags of many frames, for a walk: low 32 bits; undefined where refused. */
  frameFlags(frame: number): number | undefined;
  /** smaps now. `maxAgeMs` takes one that was read so recently. Throws `permission-denied` or `process-exited`. */
  smaps(maxAgeMs: number): { readonly smaps: SmapsColumns; readonly cost: ReadCost };
  /** Sums of smaps_rollup in bytes by field; undefined where the kernel refuses. */
  rollup(): ReadonlyMap<string, bigint> | undefined;
  /** The line of numa_maps for the mapping that begins at `startPage`, '' when there is none; undefined where the kernel refuses. */
  numaLine(startPage: number): string | undefined;
  space(): AccessSpace;
  /** Size of the file mapped by a row, as of now; undefined when it has none or cannot be asked. */
  fileSize(mappings: MappingColumns, row: number): bigint | undefined;
  /** Protections of the file mapped by a row, read anew. Throws `io-error` when there is no way in, and what reading an ELF file throws. */
  security(mappings: MappingColumns, row: number): ElfSecurity;
  /** kernel.randomize_va_space; undefined where refused. */
  randomizeVaSpace(): number | undefined;
  /** /proc/PID/personality as a number; undefined where refused. */
  personality(): number | undefined;
}

export interface FrameWords {
  readonly known: true;
  readonly flags: bigint;
  readonly count: bigint;
}

export interface FrameRefusal {
  readonly known: false;
  readonly why: string;
  readonly remedy: string | undefined;
}
