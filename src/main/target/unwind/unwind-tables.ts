import { toAddress } from '../../../shared/address/address.ts';
import { findFrameDescription, type FrameDescription } from '../../../shared/analysis/stack/eh-frame.ts';
import { readFunction, type FunctionFacts } from '../../../shared/analysis/stack/function-facts.ts';
import { viewOf, type ReadBytes } from '../../../shared/analysis/stack/read-bytes.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';

const PT_LOAD = 1;
const PT_GNU_EH_FRAME = 0x6474_e550;
const PROGRAM_HEADER_BYTES = 56;

/** Unwind descriptions of the loaded modules by pc, each read once. */
export class UnwindTables {
  readonly #regions: RegionTable;
  readonly #read: ReadBytes;
  /** Address of .eh_frame_hdr by the module's lowest address. */
  readonly #headers = new Map<bigint, bigint | undefined>();
  readonly #byPc = new Map<bigint, FrameDescription | undefined>();
  readonly #functions = new Map<string, FunctionFacts>();

  constructor(regions: RegionTable, read: ReadBytes) {
    this.#regions = regions;
    this.#read = read;
  }

  descriptionAt(pc: bigint): FrameDescription | undefined {
    if (this.#byPc.has(pc)) return this.#byPc.get(pc);
    const header = this.#headerFor(pc);
    const found = header === undefined ? undefined : findFrameDescription(header, pc, this.#read);
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

  #headerFor(pc: bigint): bigint | undefined {
    const base = moduleBase(this.#regions, pc);
    if (base === undefined) return undefined;
    if (!this.#headers.has(base)) this.#headers.set(base, findHeader(base, this.#read));
    return this.#headers.get(base);
  }
}

/** Lowest address of the module that `pc` is in: where its file's first byte is mapped. */
export function moduleBase(regions: RegionTable, pc: bigint): bigint | undefined {
  if (pc < 0n || pc >= 1n << 64n) return undefined;
  const row = regions.indexAt(toAddress(pc));
  if (row < 0) return undefined;
  const region = regions.rowAt(row);
  if (!region.perms.includes('x') || region.path === '') return undefined;
  for (let at = row; at >= 0; at--) {
    const before = regions.rowAt(at);
    if (before.path !== region.path && before.perms !== '') return undefined;
    if (before.path === region.path && before.offset === 0n) return before.start;
  }
  return undefined;
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
