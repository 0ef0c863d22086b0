import { closeSync, openSync, readSync, statSync, type BigIntStats } from 'node:fs';
import type { AccessSpace } from '../../../shared/analysis/access/access-facts.ts';
import type { ElfSecurity } from '../../../shared/model/elf-security.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import type { ReadCost } from '../../../shared/model/usage.ts';
import { FileSource } from '../../elf/byte-source.ts';
import { readElfSecurity } from '../../elf/read-security.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { errnoOf, processError, tryReadDirectory, tryReadLink, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseSmaps } from '../../procfs/smaps.ts';
import { readSmapsColumns, type SmapsColumns } from '../../procfs/smaps-columns.ts';
import type { FrameRefusal, FrameWords, PageSource } from '../pages/page-source.ts';
import { readMachine } from './machine.ts';
import type { ProcessFiles } from './process-files.ts';
import { systemFrames } from './system-frames.ts';

/** The kernel's default for stack_guard_gap (mm/mmap.c); a boot parameter may change it, and nothing shows the value. */
const STACK_GUARD_PAGES = 256n;
/** Inode of the first time namespace (PROC_TIME_INIT_INO, include/linux/proc_ns.h). */
const FIRST_TIME_NAMESPACE = 'time:[4026531834]';

/** Pages of a running process, through /proc. */
export class LivePages implements PageSource {
  readonly #files: ProcessFiles;
  readonly #mappings: () => MappingColumns;
  #smaps: { readonly smaps: SmapsColumns; readonly cost: ReadCost; readonly at: number } | undefined;

  constructor(files: ProcessFiles, mappings: () => MappingColumns) {
    this.#files = files;
    this.#mappings = mappings;
  }

  mappings(): MappingColumns {
    return this.#mappings();
  }

  readWords(firstPage: number, count: number, into: Uint32Array): number | undefined {
    // Frame words of the walk before are old.
    systemFrames.forget();
    const bytes = this.#files.pagemapInto(firstPage, new Uint8Array(into.buffer, into.byteOffset, count * 8));
    return bytes === undefined ? undefined : bytes >>> 3;
  }

  isZeroFrame = (frame: number): 'zero' | 'other' | 'unknown' => systemFrames.isZero(frame);

  frameWords(frame: number): FrameWords | FrameRefusal {
    return systemFrames.words(frame);
  }

  frameFlags(frame: number): number | undefined {
    return systemFrames.flagsOf(frame);
  }

  smaps(maxAgeMs: number): { readonly smaps: SmapsColumns; readonly cost: ReadCost } {
    if (this.#smaps && performance.now() - this.#smaps.at <= maxAgeMs) return this.#smaps;
    const begun = performance.now();
    const { smaps, bytes } = this.#readSmaps();
    const at = performance.now();
    this.#smaps = { smaps, cost: { elapsedMs: at - begun, bytesRead: bytes, source: 'smaps' }, at };
    return this.#smaps;
  }

  #readSmaps(): ReturnType<typeof readSmapsColumns> {
    let fd: number | undefined;
    try {
      fd = openSync(`${this.#files.base}/smaps`, 'r');
      const file = fd;
      return readSmapsColumns((buffer, offset) => readSync(file, buffer, offset, buffer.length - offset, null));
    } catch (error) {
      if (errnoOf(error) === '') throw error;
      throw processError(error, this.#files.pid, 'the page sums');
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  rollup(): ReadonlyMap<string, bigint> | undefined {
    const text = tryReadProcText(`${this.#files.base}/smaps_rollup`);
    return text === undefined ? undefined : parseSmaps(text)[0]?.bytes;
  }

  numaLine(startPage: number): string | undefined {
    const text = tryReadProcText(`${this.#files.base}/numa_maps`);
    const prefix = `${(startPage * 4096).toString(16)} `;
    return text?.split('\n').find((line) => line.replace(/^0+/, '').startsWith(prefix)) ?? (text === undefined ? undefined : '');
  }

  space(): AccessSpace {
    const machine = readMachine();
    const stack = parseLimits(tryReadProcText(`${this.#files.base}/limits`) ?? '').get('Max stack size');
    const clocks = tryReadProcText('/sys/devices/system/clocksource/clocksource0/available_clocksource');
    const timeNamespace = tryReadLink(`${this.#files.base}/ns/time`);
    return {
      fiveLevelPaging: machine.fiveLevelPaging,
      mmapMinAddr: machine.mmapMinAddr,
      stackLimitBytes: stack === undefined ? undefined : (stack.soft ?? 'unlimited'),
      stackGuardGapBytes: STACK_GUARD_PAGES * 4096n,
      clockSources: clocks?.trim().split(/\s+/),
      inFirstTimeNamespace: timeNamespace === undefined ? undefined : timeNamespace === FIRST_TIME_NAMESPACE,
      freeHugePages: freeHugePages(),
      hasProtectionKeys: hasProtectionKeys(),
    };
  }

  fileSize(mappings: MappingColumns, row: number): bigint | undefined {
    const inode = mappings.inode[row] ?? 0;
    if (inode === 0) return undefined;
    for (const way of this.#waysIn(mappings, row)) {
      const stat = statIfThere(way);
      if (stat && Number(stat.ino) === inode) return stat.isFile() ? stat.size : undefined;
    }
    // A file without a name, such as memfd, can be asked for by everyone as long as the process has it open.
    const name = mappings.names[mappings.name[row] ?? 0] ?? '';
    if (!name.endsWith(' (deleted)')) return undefined;
    for (const fd of tryReadDirectory(`${this.#files.base}/fd`) ?? []) {
      const link = `${this.#files.base}/fd/${fd}`;
      if (tryReadLink(link) !== name) continue;
      const stat = statIfThere(link);
      if (stat?.isFile() && Number(stat.ino) === inode) return stat.size;
    }
    return undefined;
  }

  security(mappings: MappingColumns, row: number): ElfSecurity {
    const name = mappings.names[mappings.name[row] ?? 0] ?? '';
    const refusals: string[] = [];
    for (const way of this.#waysIn(mappings, row)) {
      let source: FileSource;
      try {
        source = new FileSource(way, name);
      } catch (error) {
        if (errnoOf(error) === '') throw error;
        refusals.push(error instanceof Error ? error.message : String(error));
        continue;
      }
      try {
        if (Number(source.identity.inode) === mappings.inode[row]) return readElfSecurity(source);
        refusals.push(`${way} is another file now`);
      } finally {
        source.close();
      }
    }
    throw new VmatlasError({ code: 'io-error', message: `${name} can't be read, so its protections are unknown.`, evidence: refusals.join('; ') });
  }

  /** map_files leads to the very file, renamed or deleted, but asks for a right that a user need not have; the path leads to whatever has that name now. */
  #waysIn(mappings: MappingColumns, row: number): string[] {
    const hex = (page: number | undefined): string => (BigInt(page ?? 0) << 12n).toString(16);
    const name = mappings.names[mappings.name[row] ?? 0] ?? '';
    const link = `${this.#files.base}/map_files/${hex(mappings.startPage[row])}-${hex(mappings.endPage[row])}`;
    return name.startsWith('/') ? [link, `${this.#files.base}/root${name}`] : [link];
  }

  randomizeVaSpace(): number | undefined {
    const text = tryReadProcText('/proc/sys/kernel/randomize_va_space')?.trim();
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  }

  personality(): number | undefined {
    const text = tryReadProcText(`${this.#files.base}/personality`)?.trim();
    return text !== undefined && /^[0-9a-f]+$/.test(text) ? Number.parseInt(text, 16) : undefined;
  }
}

function statIfThere(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (errnoOf(error) === '') throw error;
    return undefined;
  }
}

function freeHugePages(): number | undefined {
  const text = tryReadProcText('/proc/meminfo') ?? '';
  const field = (name: string): number | undefined => {
    const value = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
  const free = field('HugePages_Free');
  if (free === undefined) return undefined;
  // With overcommit the kernel may make more at need.
  const overcommit = tryReadProcText('/proc/sys/vm/nr_overcommit_hugepages')?.trim();
  return free - (field('HugePages_Rsvd') ?? 0) + (overcommit === undefined ? 0 : Number(overcommit));
}

let protectionKeys: boolean | undefined;

function hasProtectionKeys(): boolean {
  protectionKeys ??= / ospke(?: |$)/m.test(/^flags\s*:(.*)$/m.exec(tryReadProcText('/proc/cpuinfo') ?? '')?.[1] ?? '');
  return protectionKeys;
}
