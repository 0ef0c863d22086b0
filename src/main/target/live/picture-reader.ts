import { toAddress, type Address } from '../../../shared/address/address.ts';
import { PAGE_SIZE_BYTES } from '../../../shared/address/page.ts';
import { classify, type Classification } from '../../../shared/analysis/classify.ts';
import { evidenceOf } from '../../../shared/analysis/evidence.ts';
import { findModules } from '../../../shared/analysis/find-modules.ts';
import { fingerprintOf } from '../../../shared/analysis/fingerprint.ts';
import type { ThreadPosition, ThreadStackFacts } from '../../../shared/analysis/space-facts.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { MappingColumns } from '../../../shared/model/mapping-columns.ts';
import type { AuxiliaryVector } from '../../../shared/model/process-facts.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { parseLimits } from '../../procfs/limits.ts';
import { parseMaps } from '../../procfs/maps.ts';
import { processError, readProcBytes, tryReadProcText } from '../../procfs/read-proc.ts';
import { parseStat } from '../../procfs/stat.ts';
import type { ModuleStore } from '../../elf/module-store.ts';
import { buildModuleIndex } from '../module-index.ts';
import type { ModuleIndex, Picture } from '../target.ts';
import { findArenaHeaps } from './arena-probe.ts';
import { readMachine } from './machine.ts';
import { spaceIsGone } from './memory-reader.ts';
import { ModuleLoader } from './module-loader.ts';
import type { ProcessFiles } from './process-files.ts';
import { innerThreadIds, readPositions, threadIds } from './thread-files.ts';
import { findThreadStacks, stackStillThere } from './thread-probe.ts';

/** A thread whose stack was not found is looked for again in this many pictures: it may not have set itself up yet. */
const PROBES_PER_THREAD = 3;

/**
 * Makes pictures of one live process. What is dear is kept: when maps, threads and the stack limit read the same as before, the last classification holds and a poll costs
 * three small reads; when maps changed, files and thread stacks already known are not looked at again.
 */
export class PictureReader {
  readonly #files: ProcessFiles;
  readonly #auxv: AuxiliaryVector | undefined;
  readonly #loader: ModuleLoader;
  readonly #store: ModuleStore;
  #mappings: MappingColumns | undefined;
  #last: LivePicture | undefined;
  #lastKey = '';
  /** What the last picture was made of. Reads of memory and pages renew `#mappings` between two pictures. */
  #lastMappings: MappingColumns | undefined;
  readonly #stacks = new Map<number, ThreadStackFacts>();
  readonly #probes = new Map<number, number>();

  constructor(files: ProcessFiles, auxv: AuxiliaryVector | undefined, store: ModuleStore) {
    this.#files = files;
    this.#auxv = auxv;
    this.#store = store;
    this.#loader = new ModuleLoader(files, store);
  }

  /** The mappings now. The same object as before while nothing changed. Throws `process-exited`. */
  mappings(): MappingColumns {
    const text = this.#readMaps();
    // Bytes are compared first: parsing is the dear part, and most polls find nothing new.
    if (!this.#mappings || Buffer.compare(text, this.#mappings.text) !== 0) this.#mappings = parseMaps(text);
    return this.#mappings;
  }

  /** Throws `process-exited` when the process has ended or started another program. */
  read(): Picture {
    const mappings = this.mappings();
    const { pid, base } = this.#files;
    const tids = threadIds(pid);
    const limitsText = tryReadProcText(`${base}/limits`) ?? '';
    const stackLimit = parseLimits(limitsText).get('Max stack size');
    const machine = readMachine();
    const key = `${tids.join(' ')};${stackLimit?.line};${machine.mmapMinAddr}`;
    const residentBytes = this.#residentBytes();
    const unchanged = this.#last && this.#lastMappings === mappings && key === this.#lastKey && !this.#wantsProbing(tids);
    if (!unchanged || !this.#last) {
      const { stacks, positions } = this.#threadStacks(mappings, tids);
      const found = findModules(mappings, this.#auxv, (row) => this.#loader.lookup(mappings, row));
      const classification = classify(mappings, found, {
        pid,
        auxv: this.#auxv,
        startBrk: this.#startBrk(),
        stackLimitBytes: stackLimit === undefined ? undefined : (stackLimit.soft ?? 'unlimited'),
        stackLimitLine: stackLimit?.line ?? '',
        mmapMinAddr: machine.mmapMinAddr,
        fiveLevelPaging: machine.fiveLevelPaging,
        genuineNames: this.#loader.genuineNames(mappings),
        threads: positions,
        threadStacks: stacks,
        arenaHeaps: findArenaHeaps(this.#files, mappings),
      });
      // Whoever read memory for the probes must know that it was this address space.
      if (!this.#files.spaceIsAlive()) throw spaceIsGone(pid);
      this.#last = new LivePicture(classification, buildModuleIndex(classification.modules, this.#store), residentBytes);
      this.#lastKey = key;
      this.#lastMappings = mappings;
    } else this.#last = this.#last.withResident(residentBytes);
    return this.#last;
  }

  #readMaps(): Buffer {
    let text: Buffer;
    try {
      text = readProcBytes(`${this.#files.base}/maps`, (this.#mappings?.text.length ?? 0) + 16384);
    } catch (error) {
      throw processError(error, this.#files.pid, 'the list of mappings');
    }
    // The path leads to whatever program the process runs now; it is ours only if the address space we opened is still in use after the reading.
    if (text.length === 0 || !this.#files.spaceIsAlive()) throw spaceIsGone(this.#files.pid);
    return text;
  }

  #wantsProbing(tids: readonly number[]): boolean {
    return tids.some((tid) => tid !== this.#files.pid && !this.#stacks.has(tid) && (this.#probes.get(tid) ?? 0) < PROBES_PER_THREAD);
  }

  #threadStacks(mappings: MappingColumns, tids: readonly number[]): { stacks: ThreadStackFacts[]; positions: ThreadPosition[] } {
    const alive = new Set(tids);
    for (const [tid, stack] of this.#stacks) if (!alive.has(tid) || !stackStillThere(mappings, stack)) this.#stacks.delete(tid);
    for (const tid of this.#probes.keys()) if (!alive.has(tid)) this.#probes.delete(tid);
    const unknown = tids.filter((tid) => tid !== this.#files.pid && !this.#stacks.has(tid));
    const positions = readPositions(this.#files.pid, unknown);
    // Threads of other libraries (Go, musl) have no glibc control block: after a few tries only their stack pointers speak for them.
    const probed = unknown.filter((tid) => (this.#probes.get(tid) ?? 0) < PROBES_PER_THREAD);
    const wanted = positions.filter((position) => probed.includes(position.tid));
    for (const stack of findThreadStacks(this.#files, mappings, innerThreadIds(this.#files.pid, probed), wanted)) this.#stacks.set(stack.tid, stack);
    for (const tid of unknown) this.#probes.set(tid, (this.#probes.get(tid) ?? 0) + 1);
    return { stacks: [...this.#stacks.values()].toSorted((a, b) => (a.guardStart < b.guardStart ? -1 : 1)), positions };
  }

  #startBrk(): Address | undefined {
    const text = tryReadProcText(`${this.#files.base}/stat`);
    const value = text === undefined ? toAddress(0n) : parseStat(text).startBrk;
    return value === 0n ? undefined : value;
  }

  /** statm field 2: resident pages (proc_pid_statm(5)). */
  #residentBytes(): bigint | undefined {
    const field = tryReadProcText(`${this.#files.base}/statm`)?.split(' ')[1];
    return field === undefined || !/^\d+$/.test(field) ? undefined : BigInt(field) * BigInt(PAGE_SIZE_BYTES);
  }
}

class LivePicture implements Picture {
  readonly #classification: Classification;
  readonly modules: ModuleIndex;
  readonly residentBytes: bigint | undefined;
  readonly virtualBytes: bigint;
  readonly fingerprint: string;

  constructor(classification: Classification, modules: ModuleIndex, residentBytes: bigint | undefined, from?: LivePicture) {
    this.#classification = classification;
    this.modules = modules;
    this.residentBytes = residentBytes;
    this.virtualBytes = from?.virtualBytes ?? virtualBytes(classification.mappings);
    this.fingerprint = from?.fingerprint ?? fingerprintOf(classification.regions.columns);
  }

  get regions(): RegionTable {
    return this.#classification.regions;
  }

  get mappingCount(): number {
    return this.#classification.mappings.length;
  }

  get programBreak(): Address | undefined {
    return this.#classification.programBreak;
  }

  get stackLimit(): Address | undefined {
    return this.#classification.stackLimit;
  }

  evidenceOf(row: number): readonly Evidence[] {
    return evidenceOf(this.#classification, row);
  }

  /** The same picture with a newer resident size, which changes all the time and is no part of the map. */
  withResident(residentBytes: bigint | undefined): LivePicture {
    return residentBytes === this.residentBytes ? this : new LivePicture(this.#classification, this.modules, residentBytes, this);
  }
}

function virtualBytes(mappings: MappingColumns): bigint {
  let pages = 0;
  for (let row = 0; row < mappings.length; row++) {
    // [vsyscall] is no memory of the process: the kernel does not count it in VmSize either.
    if (mappings.names[mappings.name[row] ?? 0] === '[vsyscall]') continue;
    pages += (mappings.endPage[row] ?? 0) - (mappings.startPage[row] ?? 0);
  }
  return BigInt(pages) << 12n;
}
