import { toAddress } from '../../../shared/address/address.ts';
import { findFrameDescription, findListed, listDescriptions, type DescriptionPlace, type FrameDescription } from '../../../shared/analysis/stack/eh-frame.ts';
import { readFunction, type FunctionFacts } from '../../../shared/analysis/stack/function-facts.ts';
import { viewOf, type ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import type { Section } from '../../../shared/model/symbol.ts';

const PT_LOAD = 1;
const PT_GNU_EH_FRAME = 0x6474_e550;
const PROGRAM_HEADER_BYTES = 56;

/** Unwind descriptions of the loaded modules by pc, each read once. */
export class UnwindTables {
  readonly #regions: RegionTable;
  readonly #read: ReadBytes;
  readonly #sectionsIn: (module: ModulePlace) => readonly Section[];
  /** By the module's lowest address. */
  readonly #modules = new Map<bigint, ModuleUnwind>();
  readonly #byPc = new Map<bigint, FrameDescription | undefined>();
  readonly #functions = new Map<string, FunctionFacts>();

  /** `sectionsIn`: sections of a module by its section headers. */
  constructor(regions: RegionTable, read: ReadBytes, sectionsIn: (module: ModulePlace) => readonly Section[]) {
    this.#sectionsIn = sectionsIn;
    this.#regions = regions;
    this.#read = read;
  }

  descriptionAt(pc: bigint): FrameDescription | undefined {
    if (this.#byPc.has(pc)) return this.#byPc.get(pc);
    const module = this.#moduleOf(pc);
    const found = module?.header === undefined ? module?.list && findListed(module.list, pc, this.#read) : findFrameDescription(module.header, pc, this.#read);
    this.#byPc.set(pc, found);
    return found;
  }

  /** The function around `pc`, its rules and what its code says of the frame; undefined without a description. */
  functionAt(pc: bigint, spOffset: number): FunctionFacts | undefined {
    const description = this.descriptionAt(pc);
    if (!description) return undefined;
    const key = `${description.address} ${spOffset}`;
    const known = this.#functions.get(key) ?? readFunction(description, spOffset, this.#read);
    this.#functions.set(key, known);
    return known;
  }

  #moduleOf(pc: bigint): ModuleUnwind | undefined {
    const place = moduleAt(this.#regions, pc);
    if (!place) return undefined;
    const module = this.#modules.get(place.start) ?? this.#openModule(place);
    this.#modules.set(place.start, module);
    return module;
  }

  /** Static programs often have no search table: their .eh_frame is listed once. */
  #openModule(place: ModulePlace): ModuleUnwind {
    const header = findHeader(place.start, this.#read);
    if (header !== undefined) return { header, list: undefined };
    const section = this.#sectionsIn(place).find(({ name }) => name === '.eh_frame');
    return { header: undefined, list: section && listDescriptions(section.address, Number(section.memorySizeBytes), this.#read) };
  }
}

/** Where a module lies: from its first byte to the end of its last mapping of the same file. */
export interface ModulePlace {
  readonly start: bigint;
  readonly end: bigint;
}

interface ModuleUnwind {
  /** Address of .eh_frame_hdr. */
  readonly header: bigint | undefined;
  readonly list: readonly DescriptionPlace[] | undefined;
}

/** The module that `pc` is in: it begins where its file's first byte is mapped. */
export function moduleAt(regions: RegionTable, pc: bigint): ModulePlace | undefined {
  if (pc < 0n || pc >= 1n << 64n) return undefined;
  const row = regions.indexAt(toAddress(pc));
  if (row < 0) return undefined;
  const region = regions.rowAt(row);
  if (!region.perms.includes('x') || region.path === '') return undefined;
  for (let at = row; at >= 0; at--) {
    const before = regions.rowAt(at);
    if (before.path !== region.path && before.perms !== '') return undefined;
    if (before.path === region.path && before.offset === 0n) return { start: before.start, end: endOfModule(regions, row, region.path) };
  }
  return undefined;
}

function endOfModule(regions: RegionTable, row: number, path: string): bigint {
  let end: bigint = regions.endAt(row);
  for (let at = row + 1; at < regions.length && regions.rowAt(at).path === path; at++) end = regions.endAt(at);
  return end;
}

/** .eh_frame_hdr by the program headers: section headers may be gone. */
function findHeader(base: bigint, read: ReadBytes): bigint | undefined {
  const head = read(base, 64);
  if (!head || viewOf(head).getUint32(0, false) !== 0x7f45_4c46) return undefined;
  const view = viewOf(head);
  const table = read(base + view.getBigUint64(0x20, true), view.getUint16(0x38, true) * PROGRAM_HEADER_BYTES);
  if (!table) return undefined;
  const headers = viewOf(table);
  let bias: bigint | undefined;
  let frame: bigint | undefined;
  for (let at = 0; at + PROGRAM_HEADER_BYTES <= table.length; at += PROGRAM_HEADER_BYTES) {
    const type = headers.getUint32(at, true);
    const vaddr = headers.getBigUint64(at + 16, true);
    if (type === PT_LOAD && headers.getBigUint64(at + 8, true) === 0n) bias = base - vaddr;
    if (type === PT_GNU_EH_FRAME) frame = vaddr;
  }
  return bias === undefined || frame === undefined ? undefined : BigInt.asUintN(64, bias + frame);
}
