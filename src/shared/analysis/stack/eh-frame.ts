import { DwarfCursor, viewOf, type ReadBytes } from './read-bytes.ts';

/** One function's (or part of a function's) unwind description: an FDE with its CIE (LSB Core 5.0, 10.6). */
export interface FrameDescription {
  readonly start: bigint;
  /** Exclusive. */
  readonly end: bigint;
  readonly codeAlign: number;
  readonly dataAlign: number;
  /** Augmentation `S`: a signal trampoline, whose saved pc is not a return address. */
  readonly isSignalFrame: boolean;
  readonly pointerEncoding: number;
  readonly initial: Uint8Array;
  readonly instructions: Uint8Array;
  /** Address of the FDE. */
  readonly address: bigint;
}

/** DW_EH_PE_datarel | sdata4: the only form of the search table that linkers write. */
const TABLE_ENCODING = 0x3b;
/** An FDE longer than this is damage. */
const MOST_BYTES = 1 << 20;

/** The description of the code at `pc`, found through the sorted table of .eh_frame_hdr at `header`. undefined: none, or damaged. */
export function findFrameDescription(header: bigint, pc: bigint, read: ReadBytes): FrameDescription | undefined {
  try {
    const place = searchHeader(header, pc, read);
    const found = place === undefined ? undefined : readDescription(place, read);
    return found && found.start <= pc && pc < found.end ? found : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Where a description is: for a module whose .eh_frame has no search table. */
export interface DescriptionPlace {
  readonly start: bigint;
  readonly end: bigint;
  readonly address: bigint;
}

/** All descriptions of the .eh_frame section at [address, address + lengthBytes), by the start of their code. */
export function listDescriptions(address: bigint, lengthBytes: number, read: ReadBytes): readonly DescriptionPlace[] {
  const places: DescriptionPlace[] = [];
  try {
    for (let at = 0; at + 8 <= lengthBytes; ) {
      const head = read(address + BigInt(at), 8);
      const length = head ? viewOf(head).getUint32(0, true) : 0;
      if (!head || length < 4 || length > MOST_BYTES) break;
      const place = address + BigInt(at);
      const found = viewOf(head).getUint32(4, true) === 0 ? undefined : readDescription(place, read);
      if (found) places.push({ start: found.start, end: found.end, address: place });
      at += length + 4;
    }
  } catch (error) {
    // Damage ends the list; what came before is good.
    if (!(error instanceof RangeError)) throw error;
  }
  return places.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

/** The description of `pc` among the listed ones. */
export function findListed(places: readonly DescriptionPlace[], pc: bigint, read: ReadBytes): FrameDescription | undefined {
  let low = 0;
  let high = places.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const place = places[middle];
    if (!place) return undefined;
    if (place.start <= pc && pc < place.end) return readDescription(place.address, read);
    if (place.start <= pc) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

function searchHeader(header: bigint, pc: bigint, read: ReadBytes): bigint | undefined {
  const bytes = read(header, 32);
  if (!bytes) return undefined;
  const cursor = new DwarfCursor(bytes, header);
  if (cursor.u8() !== 1) return undefined;
  const [pointer, count, table] = [cursor.u8(), cursor.u8(), cursor.u8()];
  if (table !== TABLE_ENCODING || count === 0xff) return undefined;
  cursor.pointer(pointer, header);
  const entries = Number(cursor.pointer(count, header));
  const first = header + BigInt(cursor.at);
  let low = 0;
  let high = entries - 1;
  let found: bigint | undefined;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const entry = read(first + BigInt(middle * 8), 8);
    if (!entry) return undefined;
    const view = viewOf(entry);
    if (header + BigInt(view.getInt32(0, true)) <= pc) {
      found = header + BigInt(view.getInt32(4, true));
      low = middle + 1;
    } else high = middle - 1;
  }
  return found;
}

/** The record at `address`: its length field says how long it is. */
function readRecord(address: bigint, read: ReadBytes): DwarfCursor | undefined {
  const head = read(address, 4);
  const length = head ? viewOf(head).getUint32(0, true) : 0;
  // 0 ends the section; 0xffffffff begins a 64-bit record, which no linker writes here.
  if (length < 4 || length > MOST_BYTES) return undefined;
  const bytes = read(address, length + 4);
  return bytes && new DwarfCursor(bytes, address, 4);
}

function readDescription(address: bigint, read: ReadBytes): FrameDescription | undefined {
  const cursor = readRecord(address, read);
  if (!cursor) return undefined;
  const idPlace = address + BigInt(cursor.at);
  const common = readCommon(idPlace - BigInt(cursor.u32()), read);
  if (!common) return undefined;
  const start = cursor.pointer(common.pointerEncoding);
  const length = cursor.pointer(common.pointerEncoding & 0x0f);
  if (common.augmented) cursor.take(cursor.uleb());
  return { ...common, address, start, end: start + length, instructions: rest(cursor) };
}

function readCommon(address: bigint, read: ReadBytes) {
  const cursor = readRecord(address, read);
  if (!cursor || cursor.u32() !== 0) return undefined;
  const version = cursor.u8();
  const augmentation = cursor.text();
  const codeAlign = cursor.uleb();
  const dataAlign = cursor.sleb();
  if (version === 1) cursor.u8();
  else cursor.uleb();
  let pointerEncoding = 0;
  const augmented = augmentation.startsWith('z');
  if (augmented) {
    const end = cursor.uleb() + cursor.at;
    for (const letter of augmentation.slice(1)) {
      if (letter === 'R') pointerEncoding = cursor.u8();
      else if (letter === 'L') cursor.u8();
      else if (letter === 'P') cursor.pointer(cursor.u8());
    }
    cursor.at = end;
  }
  return { codeAlign, dataAlign, augmented, pointerEncoding, isSignalFrame: augmentation.includes('S'), initial: rest(cursor) };
}

function rest(cursor: DwarfCursor): Uint8Array {
  let length = 0;
  const from = cursor.at;
  while (!cursor.atEnd) {
    cursor.u8();
    length++;
  }
  cursor.at = from;
  return cursor.take(length);
}
