import { toAddress } from '../../address/address.ts';
import type { Address } from '../../address/address.ts';
import { parseInstruction } from './parse-operands.ts';
import type { OperandText } from './parse-operands.ts';

/** Values of 64-bit registers by name: `rax` … `r15`, `fs_base`, `gs_base`. */
export type RegisterFile = ReadonlyMap<string, bigint>;

export interface ResolvedOperand {
  readonly text: string;
  readonly address: Address | undefined;
  readonly accesses: boolean;
  readonly certain: boolean;
}

export interface ResolvedInstruction {
  readonly operands: readonly ResolvedOperand[];
  readonly target: Address | undefined;
  readonly targetWords: string | undefined;
}

const MASK_32 = 0xffff_ffffn;
/** Their operand is an address that is computed, not used (Intel SDM vol. 2, LEA, NOP). */
const COMPUTES_ONLY = /^(?:lea|nop)[wlq]?$/;

/**
 * The memory that an instruction names, and what push, pop, call, ret and leave touch besides, computed from the registers given. Those hold for the current instruction; for others only
 * RIP-relative, absolute and thread-local addresses are `certain`.
 */
export function resolveInstruction(text: string, address: Address, lengthBytes: number, registers: RegisterFile, isCurrent: boolean): ResolvedInstruction {
  const instruction = parseInstruction(text);
  const next = address + BigInt(lengthBytes);
  const accesses = !COMPUTES_ONLY.test(instruction.mnemonic);
  const operands: ResolvedOperand[] = instruction.memory.map((operand) => ({
    text: operand.text,
    address: effectiveAddress(operand, next, registers),
    accesses,
    certain: isCurrent || isFixed(operand),
  }));
  const implicit = stackAddress(instruction.mnemonic, registers);
  if (isCurrent && implicit !== undefined) operands.push({ text: '(stack)', address: implicit, accesses: true, certain: true });
  const { target } = instruction;
  return { operands, target: target === undefined ? undefined : toAddress(BigInt.asUintN(64, target)), targetWords: instruction.targetWords };
}

function isFixed({ base, index }: OperandText): boolean {
  return index === undefined && (base === undefined || base === 'rip' || base === 'eip');
}

/** Base + index × scale + displacement, cut to the width of its registers, plus the base of fs or gs; the other segments begin at 0 in 64-bit mode (Intel SDM vol. 1, 3.4.2.1). */
function effectiveAddress({ segment, base, index, scale, displacement }: OperandText, next: bigint, registers: RegisterFile): Address | undefined {
  const values = [base, index].map((name) => (name === undefined ? { value: 0n, wide: true } : registerValue(name, next, registers)));
  const [first, second] = values;
  if (first === undefined || second === undefined) return undefined;
  const sum = first.value + second.value * BigInt(scale) + displacement;
  const offset = BigInt.asUintN(first.wide && second.wide ? 64 : 32, sum);
  const segmentBase = segment === 'fs' || segment === 'gs' ? registers.get(`${segment}_base`) : 0n;
  return segmentBase === undefined ? undefined : toAddress(BigInt.asUintN(64, segmentBase + offset));
}

/** undefined for registers that are not known, and for vector registers, which hold many indices. */
function registerValue(name: string, next: bigint, registers: RegisterFile): { readonly value: bigint; readonly wide: boolean } | undefined {
  if (name === 'rip') return { value: next, wide: true };
  const wide = registers.get(name);
  if (wide !== undefined) return { value: wide, wide: true };
  if (name === 'eip') return { value: next & MASK_32, wide: false };
  const whole = /^e[a-z]{2}$/.test(name) ? `r${name.slice(1)}` : /^r\d+d$/.test(name) ? name.slice(0, -1) : undefined;
  const value = whole === undefined ? undefined : registers.get(whole);
  return value === undefined ? undefined : { value: value & MASK_32, wide: false };
}

/** What the instruction reads or writes by rsp or rbp without naming it. */
function stackAddress(mnemonic: string, registers: RegisterFile): Address | undefined {
  const by = (name: string, offset: bigint): Address | undefined => {
    const value = registers.get(name);
    return value === undefined ? undefined : toAddress(BigInt.asUintN(64, value + offset));
  };
  if (/^(?:push[qf]?q?|call[q]?)$/.test(mnemonic)) return by('rsp', -8n);
  if (/^(?:pop[qf]?q?|retq?)$/.test(mnemonic)) return by('rsp', 0n);
  return /^leaveq?$/.test(mnemonic) ? by('rbp', 0n) : undefined;
}
