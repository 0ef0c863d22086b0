import { parseInstruction, splitComment, splitInstruction, type OperandText } from '../operands/parse-operands.ts';
import { decodeInstruction } from '../stack/x86-instruction.ts';

/** What an instruction does with one operand. `none`: the address is computed or hinted at, nothing is touched. */
export type OperandRole = 'read' | 'write' | 'read-write' | 'none';

export interface ShapedOperand {
  readonly text: string;
  readonly kind: 'memory' | 'register' | 'immediate';
  readonly role: OperandRole;
  readonly sizeBytes: number | undefined;
  readonly memory: OperandText | undefined;
  /** Register without its sigil. */
  readonly register: string | undefined;
  readonly immediate: bigint | undefined;
}

export interface InstructionShape {
  readonly mnemonic: string;
  /** Without AT&T's size letter. */
  readonly base: string;
  readonly operands: readonly ShapedOperand[];
  /** Transfers control by a register or a word of memory, or returns. */
  readonly flow: 'call' | 'jump' | 'return' | undefined;
  /** Bytes that a memory operand must be aligned to, or the processor refuses (#GP); 0 for none. */
  readonly alignment: number;
}

const READS_ALL = /^(?:cmp(?!xchg)|test|push|jmp|call|bt|div|idiv|mul|v?u?comis[sd]|v?ptest|v?testp[sd]|cmps|scas|lods|fld|fild|fbld|fadd|fsub|fmul|fdiv|fcom|ficom|fiadd|fisub|fimul|fidiv|ldmxcsr|vldmxcsr|fldcw|fldenv|frstor|fxrstor|xrstor|v?pcmp[ei]str[im]|clflush|clwb|invlpg|lgdt|lidt|lldt|ltr|lmsw|verr|verw|out|outs|jecxz|jrcxz|ret|enter)/;
const TOUCHES_NOTHING = /^(?:lea|nop|prefetch|endbr|cldemote|cli$|sti$|hlt)/;
const WRITES_ONLY = /^(?:v?mov|set[a-z]|pop|stos|ins[bwl]?$|lea|v?cvt|fst|fist|fbst|fnst|stmxcsr|vstmxcsr|fxsave|xsave|fsave|fnsave|sgdt|sidt|sldt|str$|smsw|v?extract|v?pextr|vpscatter|vscatter|vcompress|vpcompress|vmaskmov|vpmaskmov|v?maskmov|rdrand|rdseed|kmov|v?lddqu|v?sqrt|v?rcp|v?rsqrt|v?pshuf|v?broadcast|vpbroadcast|v?pabs|bsf|bsr|lzcnt|tzcnt|popcnt|movbe|in[bwl]?$)/;
/** Legacy SSE that may be used on any address (Intel SDM vol. 1, 4.1.1, and the instructions' own pages). */
const UNALIGNED_SSE = /^(?:movup[sd]|movdqu|lddqu|mov[lh]p[sd]|mov[lh]lps|movs[sd]|movq|movd|maskmovdqu|pcmp[ei]str[im]|movdq2q|movq2dq)$/;
const ATT_SUFFIX: Readonly<Record<string, number>> = { b: 1, w: 2, l: 4, q: 8 };
const INTEL_SIZES: Readonly<Record<string, number>> = { BYTE: 1, WORD: 2, DWORD: 4, FWORD: 6, QWORD: 8, TBYTE: 10, XMMWORD: 16, OWORD: 16, YMMWORD: 32, ZMMWORD: 64 };
/** Instructions of the AT&T syntax that may end with a size letter. */
const TAKES_SUFFIX = /^(?:mov|add|sub|adc|sbb|and|or|xor|cmp|test|inc|dec|not|neg|shl|shr|sar|sal|rol|ror|rcl|rcr|shld|shrd|mul|imul|div|idiv|push|pop|xchg|cmpxchg|xadd|bt|bts|btr|btc|call|jmp|ret|leave|movs|stos|lods|scas|cmps|lea|nop|movabs)$/;

/** Reads what gdb prints of an instruction, in AT&T or Intel syntax: its operands, what is done with each, and how many bytes of memory it touches. */
export function shapeOf(text: string, bytes: Uint8Array): InstructionShape {
  const plain = splitComment(text).text;
  const { mnemonic, operands: written } = splitInstruction(plain);
  const att = !/\[|\bPTR\b/.test(plain) && (/[%$(]|\*/.test(plain) || written.length === 0);
  const { memory } = parseInstruction(text);
  const base = att ? withoutSuffix(mnemonic) : mnemonic;
  const flow = base.startsWith('ret') ? 'return' : /^l?call/.test(base) ? 'call' : /^l?jmp/.test(base) ? 'jump' : undefined;
  const destination = att ? written.length - 1 : 0;
  const registers = written.map((operand) => registerIn(operand));
  const operands = written.map((operand, at): ShapedOperand => {
    const place = memory.find((one) => one.text === operand);
    const register = place === undefined ? registers[at] : undefined;
    const kind = place !== undefined ? 'memory' : register === undefined ? 'immediate' : 'register';
    return {
      text: operand, kind, memory: place, register, immediate: kind === 'immediate' ? immediateIn(operand) : undefined,
      role: roleOf(base, at === destination, written.length),
      sizeBytes: kind === 'memory' ? memoryBytes({ mnemonic, base, operand, att, registers, bytes }) : register === undefined ? undefined : registerBytes(register),
    };
  });
  return { mnemonic, base, operands, flow, alignment: alignmentOf(mnemonic, operands) };
}

function withoutSuffix(mnemonic: string): string {
  const shorter = mnemonic.slice(0, -1);
  if (/^mov[sz][bwl][wlq]$/.test(mnemonic)) return mnemonic.slice(0, 4);
  return !TAKES_SUFFIX.test(mnemonic) && TAKES_SUFFIX.test(shorter) && /[bwlq]$/.test(mnemonic) ? shorter : mnemonic;
}

function roleOf(base: string, isDestination: boolean, count: number): OperandRole {
  if (TOUCHES_NOTHING.test(base)) return 'none';
  if (base === 'imul' && count > 1) return isDestination ? 'write' : 'read';
  if (base === 'xchg' || base === 'xadd') return 'read-write';
  if (READS_ALL.test(base) && !/^bt[src]/.test(base)) return 'read';
  if (!isDestination) return 'read';
  // AVX names source and destination apart.
  return WRITES_ONLY.test(base) || base.startsWith('v') ? 'write' : 'read-write';
}

function registerIn(operand: string): string | undefined {
  const name = /^\*?%?([a-z][a-z0-9]{1,6})(?:\{.*\})?$/.exec(operand)?.[1];
  return name !== undefined && registerBytes(name) !== undefined ? name : undefined;
}

/** Width of a register by its name; undefined when it is none. */
export function registerBytes(name: string): number | undefined {
  if (/^(?:r(?:[abcd]x|[sb]p|[sd]i|[89]|1[0-5]|ip)|mm[0-7])$/.test(name)) return 8;
  if (/^(?:e(?:[abcd]x|[sb]p|[sd]i)|r(?:[89]|1[0-5])d)$/.test(name)) return 4;
  if (/^(?:[abcd]x|[sb]p|[sd]i|r(?:[89]|1[0-5])w|[c-gs]s)$/.test(name)) return 2;
  if (/^(?:[abcd][lh]|[sb]pl|[sd]il|r(?:[89]|1[0-5])[bl])$/.test(name)) return 1;
  if (/^(?:cr|dr|k)\d+$/.test(name)) return 8;
  const vector = /^([xyz])mm\d+$/.exec(name)?.[1];
  if (vector !== undefined) return vector === 'x' ? 16 : vector === 'y' ? 32 : 64;
  return name === 'st' ? 10 : undefined;
}

function immediateIn(operand: string): bigint | undefined {
  const match = /^\$?(-?)(0x[0-9a-f]+|\d+)$/.exec(operand);
  return match?.[2] === undefined ? undefined : BigInt.asUintN(64, BigInt(match[2]) * (match[1] === '-' ? -1n : 1n));
}

interface SizedOperand {
  readonly mnemonic: string;
  readonly base: string;
  readonly operand: string;
  readonly att: boolean;
  readonly registers: readonly (string | undefined)[];
  readonly bytes: Uint8Array;
}

function memoryBytes({ mnemonic, base, operand, att, registers, bytes }: SizedOperand): number | undefined {
  const named = /^([A-Z]+) PTR /.exec(operand)?.[1];
  if (named !== undefined) return INTEL_SIZES[named];
  const name = mnemonic.replace(/^v/, '');
  if (/^(?:call|jmp|push|pop)$/.test(base)) return 8;
  const extended = /^mov[sz]([bwl])[wlq]$/.exec(mnemonic)?.[1];
  if (extended !== undefined) return ATT_SUFFIX[extended];
  const vector = registers.map((register) => (register !== undefined && /mm\d/.test(register) ? registerBytes(register) : undefined)).find((size) => size !== undefined);
  if (vector !== undefined) return vectorBytes(name, vector);
  if (/^set[a-z]+$/.test(base)) return 1;
  if (att && base !== mnemonic) return ATT_SUFFIX[mnemonic.at(-1) ?? ''];
  // A shift's count in %cl says nothing of what is shifted.
  const other = registers.find((register) => register !== undefined && !(register === 'cl' && /^(?:s[ah][lr]|ro[lr]|rc[lr])/.test(base)));
  if (other !== undefined && !/^(?:in|out)/.test(base)) return registerBytes(other);
  const decoded = decodeInstruction(bytes, 0);
  return decoded === undefined || decoded.accessBytes === 0 || decoded.accessBytes > 64 ? undefined : decoded.accessBytes;
}

function vectorBytes(name: string, registerSize: number): number {
  if (/^(?:movd|.*ss|cvtsi2s[sd]l?|pinsrd|pextrd|insertps|extractps)$/.test(name)) return 4;
  if (/^(?:movq|mov[lh]p[sd]|movddup|cvtsi2s[sd]q|pinsrq|pextrq)$/.test(name)) return registerSize === 16 || name === 'movq' ? 8 : registerSize;
  if (/^pinsrb|pextrb$/.test(name)) return 1;
  if (/^pinsrw|pextrw$/.test(name)) return 2;
  if (name.endsWith('sd')) return 8;
  return registerSize;
}

/** movaps and the like, and every legacy SSE instruction with 16 bytes of memory; AVX needs alignment in moves that say so only (Intel SDM vol. 1, 14.9). */
function alignmentOf(mnemonic: string, operands: readonly ShapedOperand[]): number {
  const memory = operands.find(({ kind }) => kind === 'memory');
  if (memory?.sizeBytes === undefined) return /^(?:fxsave|fxrstor)/.test(mnemonic) ? 16 : /^xsave|^xrstor/.test(mnemonic) ? 64 : 0;
  if (/^v?mov(?:ap[sd]|dqa(?:32|64)?|nt)/.test(mnemonic)) return mnemonic.startsWith('movnti') ? 0 : memory.sizeBytes;
  if (mnemonic.startsWith('cmpxchg16b')) return 16;
  const legacy = !mnemonic.startsWith('v') && operands.some(({ register }) => register !== undefined && register.startsWith('xmm'));
  return legacy && memory.sizeBytes === 16 && !UNALIGNED_SSE.test(mnemonic) ? 16 : 0;
}

/** Instructions that only the kernel may use (Intel SDM vol. 3, 5.9); in, out and the like when no I/O port is open to the program; a software interrupt whose gate is closed. */
export function isPrivileged({ mnemonic, operands }: InstructionShape): boolean {
  if (/^(?:hlt|cli|sti|clts|invd|wbinvd|wbnoinvd|invlpg|invpcid|lgdt|lidt|lldt|ltr|lmsw|rdmsr|wrmsr|rdpmc|swapgs|sysret[lq]?|sysexit[lq]?|iret[lqw]?|xsetbv|xsaves|xrstors|rsm|clac|stac|vm\w+)$/.test(mnemonic)) return true;
  if (/^(?:in|out)(?:s?[bwl])?$/.test(mnemonic) || mnemonic === 'int') return true;
  return mnemonic.startsWith('mov') && operands.some(({ text }) => /^%?(?:cr|dr|db)\d+$/.test(text));
}
