import { inflateSync } from 'node:zlib';
import { VmatlasError } from '../../../shared/model/errors.ts';
import { SHT_NOBITS, type ElfSectionHeader } from '../../../shared/model/elf-facts.ts';
import { unzstd } from './unzstd.ts';
import { fileNumber, type ByteSource } from '../byte-source.ts';

export type DebugSectionName = 'info' | 'types' | 'abbrev' | 'str' | 'line_str' | 'str_offsets' | 'addr';
export type DebugSections = ReadonlyMap<DebugSectionName, Uint8Array>;

const SHF_COMPRESSED = 0x800n;
const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;
const CHDR_BYTES = 24;
/** Debug information is held in memory while it is in use: more than this is refused. */
export const MAX_DEBUG_BYTES = 512 * 1024 * 1024;

const NAMES: readonly DebugSectionName[] = ['info', 'types', 'abbrev', 'str', 'line_str', 'str_offsets', 'addr'];

/** True when a file says what its variables are. */
export function hasDebugInfo(sections: readonly ElfSectionHeader[]): boolean {
  return sections.some(({ name, type }) => (name === '.debug_info' || name === '.zdebug_info') && type !== SHT_NOBITS);
}

/**
 * The debug sections this reader uses, decompressed: SHF_COMPRESSED with zlib or Zstandard (gABI, "Compression"), and the older `.zdebug_` sections of GNU tools. Throws `malformed-input`, and
 * `unsupported` for another compression or more than MAX_DEBUG_BYTES. `suffix`: that of the sections' names in a .dwo file.
 */
export function readDebugSections(source: ByteSource, sections: readonly ElfSectionHeader[], suffix: '' | '.dwo' = ''): DebugSections {
  const found = new Map<DebugSectionName, Uint8Array>();
  let total = 0;
  for (const name of NAMES) {
    const section = sections.find((one) => (one.name === `.debug_${name}${suffix}` || one.name === `.zdebug_${name}${suffix}`) && one.type !== SHT_NOBITS);
    if (section === undefined) continue;
    total += fileNumber(source, section.size, section.name);
    if (total > MAX_DEBUG_BYTES) throw tooLarge(source);
    const bytes = source.read(fileNumber(source, section.offset, section.name), fileNumber(source, section.size, section.name));
    const plain = section.name.startsWith('.z') ? unpackOld(source, section, bytes) : (section.flags & SHF_COMPRESSED) !== 0n ? unpack(source, section, bytes) : bytes;
    total += plain === bytes ? 0 : plain.length;
    if (total > MAX_DEBUG_BYTES) throw tooLarge(source);
    found.set(name, plain);
  }
  return found;
}

/** Elf64_Chdr: type, reserved, size, alignment; then the stream. */
function unpack(source: ByteSource, section: ElfSectionHeader, bytes: Uint8Array): Uint8Array {
  if (bytes.length < CHDR_BYTES) throw damaged(source, section, 'it is shorter than a compression header');
  const header = new DataView(bytes.buffer, bytes.byteOffset, CHDR_BYTES);
  const type = header.getUint32(0, true);
  if (type !== ELFCOMPRESS_ZLIB && type !== ELFCOMPRESS_ZSTD) {
    throw new VmatlasError({ code: 'unsupported', message: `${section.name} of ${source.name} is compressed in a way that is not read here, so types are unknown.`, evidence: `ch_type ${type}` });
  }
  return decompress(source, section, bytes.subarray(CHDR_BYTES), header.getBigUint64(8, true), type === ELFCOMPRESS_ZSTD ? unzstd : unzlib);
}

/** `ZLIB`, the size as a big-endian number, then the stream. */
function unpackOld(source: ByteSource, section: ElfSectionHeader, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 12 || Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== 'ZLIB') throw damaged(source, section, 'it does not begin with ZLIB');
  return decompress(source, section, bytes.subarray(12), new DataView(bytes.buffer, bytes.byteOffset, 12).getBigUint64(4), unzlib);
}

function unzlib(stream: Uint8Array, sizeBytes: number): Uint8Array {
  const plain = inflateSync(stream, { maxOutputLength: sizeBytes || 1 });
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
}

function decompress(source: ByteSource, section: ElfSectionHeader, stream: Uint8Array, announced: bigint, unpackStream: (stream: Uint8Array, sizeBytes: number) => Uint8Array): Uint8Array {
  if (announced > BigInt(MAX_DEBUG_BYTES)) throw tooLarge(source);
  try {
    const plain = unpackStream(stream, Number(announced));
    if (BigInt(plain.length) !== announced) throw damaged(source, section, `it unpacks to ${plain.length} bytes and announces ${announced}`);
    return plain;
  } catch (error) {
    if (error instanceof VmatlasError) throw error;
    throw damaged(source, section, error instanceof Error ? error.message : String(error));
  }
}

function tooLarge(source: ByteSource): VmatlasError {
  return new VmatlasError({ code: 'unsupported', message: `${source.name} has more debug information than is read here, so types are unknown.`, evidence: `more than ${MAX_DEBUG_BYTES} bytes` });
}

function damaged(source: ByteSource, section: ElfSectionHeader, why: string): VmatlasError {
  return new VmatlasError({ code: 'malformed-input', message: `${source.name} is damaged: its section ${section.name} cannot be unpacked.`, evidence: why });
}
