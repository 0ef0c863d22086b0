/** A memory operand. `base` and `index` are hardware numbers (0 rax … 4 rsp, 5 rbp … 15 r15). */
export interface MemoryOperand {
  readonly base: number | 'rip' | undefined;
  readonly index: number | undefined;
  readonly displacement: number;
  readonly segment: 'fs' | 'gs' | undefined;
}

/** One x86-64 instruction, as far as the layout of frames needs it (Intel SDM vol. 2, appendix A, gives the maps). */
export interface Instruction {
  readonly lengthBytes: number;
  /** 0 one byte, 1 after 0F, 2 after 0F 38, 3 after 0F 3A. */
  readonly map: number;
  readonly opcode: number;
  /** REX.W or VEX.W. */
  readonly wide: boolean;
  /** ModRM.reg with its extension: a register, or more opcode. */
  readonly reg: number;
  /** ModRM.rm as a register, when the operand is one. */
  readonly rm: number | undefined;
  readonly memory: MemoryOperand | undefined;
  /** Upper bound of the bytes that the memory operand covers. */
  readonly accessBytes: number;
  /** Sign-extended immediate of up to 32 bits; 0 without. */
  readonly immediate: number;
}

const FS = 0x64;

/** Decodes the instruction at `at`; undefined for bytes that are none in 64-bit mode, or are cut off. */
export function decodeInstruction(bytes: Uint8Array, at: number): Instruction | undefined {
  const decoder = new Decoder(bytes, at);
  return decoder.decode();
}

class Decoder {
  readonly #bytes: Uint8Array;
  readonly #begin: number;
  #at: number;
  #operand16 = false;
  #repeat = 0;
  #address32 = false;
  #segment: MemoryOperand['segment'];
  #rex = 0;
  #vector = 0;
  #evex = false;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#begin = at;
    this.#at = at;
  }

  decode(): Instruction | undefined {
    let byte = this.#prefixes();
    let map = 0;
    if (byte === 0xc5) {
      const payload = this.#next();
      this.#rex = payload & 0x80 ? 0 : 4;
      this.#vectorPrefix(payload);
      map = 1;
      byte = this.#next();
    } else if (byte === 0xc4 || byte === 0x62) {
      const first = this.#next();
      const second = this.#next();
      this.#rex = (~first >> 5) & 7;
      if (second & 0x80) this.#rex |= 8;
      map = first & (byte === 0xc4 ? 0x1f : 0x07);
      if (byte === 0xc4) this.#vectorPrefix(second);
      else {
        this.#evex = true;
        this.#vectorPrefix(second & 3);
        this.#vector = 16 << ((this.#next() >> 5) & 3);
      }
      byte = this.#next();
    } else if (byte === 0x0f) {
      map = 1;
      byte = this.#next();
      if (byte === 0x38 || byte === 0x3a) {
        map = byte === 0x38 ? 2 : 3;
        byte = this.#next();
      }
    }
    if (map > 3) return undefined;
    const shape = map === 0 ? oneByteShape(byte) : laterShape(map, byte);
    if (shape === undefined) return undefined;
    let reg = byte & 7;
    let rm: number | undefined = map === 0 && byte >= 0x50 && byte < 0x60 ? (byte & 7) | ((this.#rex & 1) << 3) : undefined;
    let memory: MemoryOperand | undefined;
    let immediateBytes = this.#immediateBytes(shape.immediate);
    if (shape.modrm) {
      const modrm = this.#next();
      reg = ((modrm >> 3) & 7) | ((this.#rex & 4) << 1);
      if (modrm >= 0xc0) rm = (modrm & 7) | ((this.#rex & 1) << 3);
      else memory = this.#memory(modrm);
      // TEST is the one of its group that has an immediate.
      if (map === 0 && (byte === 0xf6 || byte === 0xf7) && (reg & 7) < 2) immediateBytes = byte === 0xf6 ? 1 : this.#operand16 ? 2 : 4;
    }
    const immediate = this.#signed(immediateBytes);
    if (this.#at > this.#bytes.length) return undefined;
    return {
      lengthBytes: this.#at - this.#begin, map, opcode: byte, wide: (this.#rex & 8) !== 0, reg, rm, memory, immediate,
      accessBytes: memory === undefined ? 0 : this.#accessBytes(map, byte),
    };
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #prefixes(): number {
    for (;;) {
      const byte = this.#next();
      if (byte === 0x66) this.#operand16 = true;
      else if (byte === 0x67) this.#address32 = true;
      else if (byte === 0xf2 || byte === 0xf3) this.#repeat = byte;
      else if (byte === FS || byte === 0x65) this.#segment = byte === FS ? 'fs' : 'gs';
      else if (byte === 0xf0 || byte === 0x2e || byte === 0x36 || byte === 0x3e || byte === 0x26) continue;
      else if (byte >= 0x40 && byte <= 0x4f) {
        this.#rex = byte & 0x0f;
        return this.#next();
      } else return byte;
      if (this.#at > this.#begin + 15) return byte;
    }
  }

  #vectorPrefix(payload: number): void {
    this.#vector = payload & 4 ? 32 : 16;
    this.#repeat = [0, 0, 0xf3, 0xf2][payload & 3] ?? 0;
    this.#operand16 = (payload & 3) === 1;
  }

  #memory(modrm: number): MemoryOperand {
    const mode = modrm >> 6;
    let base: MemoryOperand['base'] = (modrm & 7) | ((this.#rex & 1) << 3);
    let index: number | undefined;
    let displacementBytes = mode === 1 ? 1 : mode === 2 ? 4 : 0;
    if ((modrm & 7) === 4) {
      const sib = this.#next();
      base = (sib & 7) | ((this.#rex & 1) << 3);
      const number = ((sib >> 3) & 7) | ((this.#rex & 2) << 2);
      index = number === 4 ? undefined : number;
      if ((sib & 7) === 5 && mode === 0) {
        base = undefined;
        displacementBytes = 4;
      }
    } else if ((modrm & 7) === 5 && mode === 0) {
      base = 'rip';
      displacementBytes = 4;
    }
    const raw = this.#signed(displacementBytes);
    // EVEX counts an 8-bit displacement in units of the vector (Intel SDM vol. 2, 2.7.5); most instructions' unit is the whole vector.
    const displacement = this.#evex && displacementBytes === 1 ? raw * this.#vector : raw;
    return { base: this.#address32 ? undefined : base, index, displacement, segment: this.#segment };
  }

  #signed(lengthBytes: number): number {
    let value = 0;
    for (let i = 0; i < lengthBytes; i++) value += this.#next() * 2 ** (8 * i);
    if (lengthBytes === 0 || lengthBytes > 4) return 0;
    const limit = 2 ** (8 * lengthBytes);
    return value >= limit / 2 ? value - limit : value;
  }

  #immediateBytes(kind: Immediate): number {
    if (kind === 'z') return this.#operand16 ? 2 : 4;
    if (kind === 'v') return (this.#rex & 8) !== 0 ? 8 : this.#operand16 ? 2 : 4;
    if (kind === 'address') return this.#address32 ? 4 : 8;
    return kind;
  }

  #accessBytes(map: number, opcode: number): number {
    if (this.#vector > 0) return this.#vector;
    const integer = (this.#rex & 8) !== 0 ? 8 : this.#operand16 ? 2 : 4;
    if (map === 0) {
      if (opcode >= 0xd8 && opcode <= 0xdf) return opcode === 0xd8 || opcode === 0xd9 ? 4 : 16;
      if (opcode === 0xff || opcode === 0x8f) return 8;
      const byteForm = opcode < 0x40 || [0x80, 0x84, 0x86, 0x88, 0x8a, 0xc0, 0xc6, 0xd0, 0xd2, 0xf6, 0xfe].includes(opcode);
      return byteForm && (opcode & 1) === 0 ? 1 : integer;
    }
    if (map > 1) return 16;
    if (opcode === 0xb6 || opcode === 0xbe || (opcode >= 0x90 && opcode <= 0x9f)) return 1;
    if (opcode === 0xb7 || opcode === 0xbf) return 2;
    if ((opcode >= 0x40 && opcode < 0x50) || (opcode >= 0xa0 && opcode < 0xc0 && opcode !== 0xae)) return integer;
    if (opcode === 0xae) return 1024;
    if (opcode === 0x6e || opcode === 0x7e) return 8;
    if (opcode === 0xd6 || opcode === 0x12 || opcode === 0x13 || opcode === 0x16 || opcode === 0x17) return 8;
    const scalar = opcode === 0x10 || opcode === 0x11 || opcode === 0x2a || (opcode >= 0x51 && opcode <= 0x5f);
    if (scalar && this.#repeat !== 0) return this.#repeat === 0xf3 && opcode !== 0x2a ? 4 : 8;
    return 16;
  }
}

type Immediate = number | 'z' | 'v' | 'address';

interface Shape {
  readonly modrm: boolean;
  readonly immediate: Immediate;
}

const plain: Shape = { modrm: false, immediate: 0 };
const modrm: Shape = { modrm: true, immediate: 0 };
const imm8: Shape = { modrm: false, immediate: 1 };
const immZ: Shape = { modrm: false, immediate: 'z' };
const modrm8: Shape = { modrm: true, immediate: 1 };
const modrmZ: Shape = { modrm: true, immediate: 'z' };

function oneByteShape(opcode: number): Shape | undefined {
  if (opcode < 0x40) {
    const low = opcode & 7;
    return low < 4 ? modrm : low === 4 ? imm8 : low === 5 ? immZ : undefined;
  }
  if (opcode < 0x60) return plain;
  if (opcode < 0x70) return [undefined, undefined, undefined, modrm, undefined, undefined, undefined, undefined, immZ, modrmZ, imm8, modrm8, plain, plain, plain, plain][opcode & 15];
  if (opcode < 0x80) return imm8;
  if (opcode < 0x90) return opcode === 0x81 ? modrmZ : opcode === 0x80 || opcode === 0x83 ? modrm8 : opcode === 0x82 ? undefined : modrm;
  if (opcode < 0xa0) return opcode === 0x9a ? undefined : plain;
  if (opcode < 0xa4) return { modrm: false, immediate: 'address' };
  if (opcode < 0xb0) return opcode === 0xa8 ? imm8 : opcode === 0xa9 ? immZ : plain;
  if (opcode < 0xb8) return imm8;
  if (opcode < 0xc0) return { modrm: false, immediate: 'v' };
  if (opcode < 0xd0) {
    const two: Shape = { modrm: false, immediate: 2 };
    return [modrm8, modrm8, two, plain, undefined, undefined, modrm8, modrmZ, { modrm: false, immediate: 3 }, plain, two, plain, plain, imm8, undefined, plain][opcode & 15];
  }
  if (opcode < 0xd4) return modrm;
  if (opcode < 0xd8) return opcode === 0xd7 ? plain : undefined;
  if (opcode < 0xe0) return modrm;
  if (opcode < 0xe8) return imm8;
  if (opcode < 0xf0) return opcode < 0xea ? { modrm: false, immediate: 4 } : opcode === 0xea ? undefined : opcode === 0xeb ? imm8 : plain;
  return opcode === 0xf6 || opcode === 0xf7 || opcode >= 0xfe ? modrm : plain;
}

function laterShape(map: number, opcode: number): Shape {
  if (map === 2) return modrm;
  if (map === 3) return modrm8;
  if (opcode >= 0x80 && opcode < 0x90) return { modrm: false, immediate: 4 };
  if ((opcode >= 0x05 && opcode <= 0x09) || opcode === 0x0b || opcode === 0x0e || (opcode >= 0x30 && opcode < 0x38) || opcode === 0x77 || opcode >= 0xff) return plain;
  if ([0xa0, 0xa1, 0xa2, 0xa8, 0xa9, 0xaa].includes(opcode) || (opcode >= 0xc8 && opcode < 0xd0)) return plain;
  return (opcode >= 0x70 && opcode < 0x74) || [0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6].includes(opcode) ? modrm8 : modrm;
}
