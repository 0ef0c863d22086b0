import { toAddress, type Address } from '../../address/address.ts';
import type { FaultAccess, FaultOperand } from '../../model/explanation.ts';
import { resolveInstruction, type RegisterFile } from '../operands/resolve-operands.ts';
import { readWord, viewOf } from '../stack/read-bytes.ts';
import { shapeOf, registerBytes, isPrivileged, type InstructionShape, type OperandRole } from './instruction-shape.ts';
import type { FaultFacts, FaultGround } from './fault-facts.ts';
import { SI_KERNEL } from './signal-codes.ts';

/** What the program was about to do when it was stopped. */
export interface Attempt {
  readonly access: FaultAccess;
  readonly address: Address | undefined;
  readonly addressFrom: 'siginfo' | 'operand' | undefined;
  readonly sizeBytes: number | undefined;
  readonly shape: InstructionShape | undefined;
  readonly operands: readonly FaultOperand[];
  /** How execution got to `address`: still at the instruction that goes there, or there already. */
  readonly via: 'call' | 'jump' | 'return' | 'arrived' | undefined;
  /** For a misaligned access: what the address must be a multiple of. */
  readonly alignment: number;
  readonly privileged: boolean;
  /** Why the access is taken to be this. */
  readonly words: string;
}

const NOTHING = { access: 'none', address: undefined, addressFrom: undefined, sizeBytes: undefined, via: undefined, alignment: 0, privileged: false, words: '' } as const;
/** Longest instruction (Intel SDM vol. 2, 2.3.11). */
const LONGEST_INSTRUCTION = 15n;
/** A string instruction or a vector without a known size may touch this far from its operand's address. */
const WIDEST_ACCESS = 64;

interface Touch {
  readonly address: Address;
  readonly role: OperandRole;
  readonly sizeBytes: number | undefined;
  /** Index in the operands, -1 for the stack. */
  readonly at: number;
}

export function attemptOf(facts: FaultFacts, ground: FaultGround): Attempt {
  const { instruction } = facts;
  const shape = instruction && shapeOf(instruction.text, instruction.bytes);
  const touches = shape && instruction ? touchesOf(facts, instruction, shape) : [];
  const tried = facts.code > 0 && (facts.signal.name === 'SIGSEGV' || facts.signal.name === 'SIGBUS') ? triedMemory(facts, ground, shape, touches) : { ...NOTHING, faulted: undefined };
  const { faulted, ...attempt } = tried;
  return { ...attempt, shape, operands: shape && instruction ? describeOperands(facts, ground, shape, touches, faulted) : [] };
}

type Tried = Omit<Attempt, 'shape' | 'operands'> & { readonly faulted: number | undefined };

function touchesOf(facts: FaultFacts, instruction: NonNullable<FaultFacts['instruction']>, shape: InstructionShape): Touch[] {
  const { operands } = resolveInstruction(instruction.text, instruction.address, instruction.bytes.length, facts.registers, true);
  const touches: Touch[] = [];
  let next = 0;
  for (const operand of operands) {
    if (operand.text === '(stack)') {
      const role = shape.flow === 'call' || shape.base.startsWith('push') ? 'write' : 'read';
      if (operand.address !== undefined) touches.push({ address: operand.address, role, sizeBytes: 8, at: -1 });
      continue;
    }
    const at = shape.operands.findIndex((one, index) => index >= next && one.kind === 'memory' && one.text === operand.text);
    next = at + 1;
    const own = shape.operands[at];
    if (operand.address !== undefined && operand.accesses && own && own.role !== 'none') touches.push({ address: operand.address, role: own.role, sizeBytes: own.sizeBytes, at });
  }
  return touches;
}

function triedMemory(facts: FaultFacts, ground: FaultGround, shape: InstructionShape | undefined, touches: readonly Touch[]): Tried {
  return facts.code === SI_KERNEL || facts.siAddress === undefined ? untoldAddress(facts, ground, shape, touches) : toldAddress(facts, facts.siAddress, ground, shape, touches);
}

/** A page fault: the kernel tells the address, and not what was done with it. */
function toldAddress(facts: FaultFacts, address: Address, ground: FaultGround, shape: InstructionShape | undefined, touches: readonly Touch[]): Tried {
  const { pc, pageFault } = facts;
  const told = { ...NOTHING, address, addressFrom: 'siginfo' } as const;
  const fetched = pageFault?.fetch ?? (address === pc || (shape === undefined && address > pc && address - pc < LONGEST_INSTRUCTION));
  if (fetched) return { ...told, access: 'execute', via: 'arrived', faulted: undefined, words: address === pc ? 'the faulting address is the instruction pointer itself' : 'the instruction reaches into the faulting page' };
  const touch = touches.find((one) => one.address === address) ?? touches.find((one) => one.address <= address && address < one.address + BigInt(one.sizeBytes ?? WIDEST_ACCESS));
  if (touch === undefined) {
    // A gather, or an instruction that is not understood: what the mapping forbids is what was done.
    const region = ground.regions.regionAt(address);
    const access = pageFault?.write === true || (pageFault === undefined && region !== undefined && region.perms.startsWith('r-')) ? 'write' : 'read';
    return { ...told, access, faulted: undefined, words: 'the operand could not be worked out' };
  }
  const access = pageFault === undefined ? accessOf(touch) : pageFault.write ? 'write' : 'read';
  const words = pageFault === undefined ? `${shape?.mnemonic ?? 'the instruction'} ${access}s there` : `the processor’s error code says that it was a ${access}`;
  return { ...told, access, sizeBytes: touch.sizeBytes, faulted: touch.at, words };
}

/** An instruction that reads, changes and writes asks for the right to write at once: its fault is a write, also where nothing is mapped (seen in the processor's error code, with and without lock). */
function accessOf(touch: Touch): FaultAccess {
  return touch.role === 'write' || touch.role === 'read-write' ? 'write' : 'read';
}

/** A general protection fault: no address is told; one of the operands is to blame, or the instruction itself. */
function untoldAddress(facts: FaultFacts, ground: FaultGround, shape: InstructionShape | undefined, touches: readonly Touch[]): Tried {
  if (facts.signal.name === 'SIGBUS' && facts.code !== SI_KERNEL) return misaligned(facts, shape, touches) ?? { ...NOTHING, faulted: undefined };
  const odd = touches.find((touch) => !isCanonical(touch.address, ground) || !isCanonical(touch.address + BigInt((touch.sizeBytes ?? 1) - 1), ground));
  if (odd && shape) {
    const access = accessOf(odd);
    return { ...NOTHING, access, address: odd.address, addressFrom: 'operand', sizeBytes: odd.sizeBytes, faulted: odd.at, words: `${shape.mnemonic} ${access}s there` };
  }
  const goes = shape && destination(facts, ground, shape, touches);
  if (goes && !isCanonical(goes.address, ground)) {
    return { ...NOTHING, access: 'execute', address: goes.address, addressFrom: 'operand', via: goes.via, faulted: goes.at, words: `${shape.mnemonic} goes there` };
  }
  if (shape && isPrivileged(shape)) return { ...NOTHING, privileged: true, faulted: undefined };
  return misaligned(facts, shape, touches) ?? { ...NOTHING, faulted: undefined };
}

function misaligned(facts: FaultFacts, shape: InstructionShape | undefined, touches: readonly Touch[]): Tried | undefined {
  // With the AC flag set, every access must be aligned to its size (Intel SDM vol. 3, 6.15, #AC): that is SIGBUS.
  const touch = touches.find((one) => one.address % BigInt(needed(facts, shape, one)) !== 0n);
  if (!touch || !shape) return undefined;
  const access = accessOf(touch);
  return { ...NOTHING, access, address: touch.address, addressFrom: 'operand', sizeBytes: touch.sizeBytes, alignment: needed(facts, shape, touch), faulted: touch.at, words: `${shape.mnemonic} ${access}s there` };
}

function needed(facts: FaultFacts, shape: InstructionShape | undefined, touch: Touch): number {
  if (facts.signal.name === 'SIGBUS') return touch.sizeBytes !== undefined && [2, 4, 8, 16].includes(touch.sizeBytes) ? touch.sizeBytes : 1;
  return touch.at >= 0 && shape !== undefined && shape.alignment > 0 ? shape.alignment : 1;
}

/** Where a call, jump or return is about to go. */
function destination(facts: FaultFacts, ground: FaultGround, shape: InstructionShape, touches: readonly Touch[]): { readonly address: Address; readonly via: 'call' | 'jump' | 'return'; readonly at: number } | undefined {
  if (shape.flow === undefined) return undefined;
  if (shape.flow === 'return') {
    const word = readWord(ground.read, facts.sp);
    return word === undefined ? undefined : { address: toAddress(word), via: 'return', at: -1 };
  }
  const [operand] = shape.operands;
  if (operand?.kind === 'register' && operand.register !== undefined) {
    const value = registerValue(facts.registers, operand.register);
    return value === undefined ? undefined : { address: toAddress(value), via: shape.flow, at: 0 };
  }
  const touch = touches.find(({ at }) => at === 0);
  const word = touch && readWord(ground.read, touch.address);
  return word === undefined ? undefined : { address: toAddress(word), via: shape.flow, at: 0 };
}

export function isCanonical(address: bigint, ground: FaultGround): boolean {
  return address < 1n << 64n && ground.regions.regionAt(toAddress(address))?.kind !== 'non-canonical';
}

/** Value of a register or of a part of one; undefined when it is not known. */
export function registerValue(registers: RegisterFile, name: string): bigint | undefined {
  const whole = registers.get(name);
  if (whole !== undefined) return whole;
  const size = registerBytes(name);
  const wide = wideName(name);
  const value = wide === undefined ? undefined : registers.get(wide);
  if (value === undefined || size === undefined) return undefined;
  return /^[abcd]h$/.test(name) ? (value >> 8n) & 0xffn : BigInt.asUintN(size * 8, value);
}

/** `eax`, `ax`, `al`, `ah` → `rax`; `r8d` → `r8`. */
export function wideName(name: string): string | undefined {
  const numbered = /^(r\d+)[dwbl]?$/.exec(name)?.[1];
  if (numbered !== undefined) return numbered;
  const letter = /^[re]?([abcd])[xlh]$/.exec(name)?.[1];
  if (letter !== undefined) return `r${letter}x`;
  const pointer = /^[re]?([sb]p|[sd]i)l?$/.exec(name)?.[1];
  return pointer === undefined ? undefined : `r${pointer}`;
}

function describeOperands(facts: FaultFacts, ground: FaultGround, shape: InstructionShape, touches: readonly Touch[], faulted: number | undefined): FaultOperand[] {
  const named = shape.operands.map((operand, at): FaultOperand => {
    const touch = touches.find((one) => one.at === at);
    const parts = operand.memory === undefined ? [] : [operand.memory.base, operand.memory.index];
    const registers = parts.flatMap((name) => {
      const value = name === undefined || name === 'rip' ? undefined : registerValue(facts.registers, name);
      return name === undefined || value === undefined ? [] : [{ name, value }];
    });
    const value =
      operand.kind === 'register' && operand.register !== undefined ? registerValue(facts.registers, operand.register)
      : operand.kind === 'immediate' ? operand.immediate
      : touch && memoryValue(ground, touch.address, operand.sizeBytes);
    return { text: operand.text, kind: operand.kind, address: touch?.address, value, registers, faulted: faulted === at };
  });
  const stack = touches.find(({ at }) => at === -1);
  if (!stack) return named;
  return [...named, { text: '(stack)', kind: 'memory', address: stack.address, value: memoryValue(ground, stack.address, 8), registers: [{ name: 'rsp', value: facts.sp }], faulted: faulted === -1 }];
}

function memoryValue(ground: FaultGround, address: Address, sizeBytes: number | undefined): bigint | undefined {
  // What the program itself may not read is not shown as what its operand holds.
  if (sizeBytes === undefined || ![1, 2, 4, 8].includes(sizeBytes) || ground.regions.regionAt(address)?.perms.startsWith('r') !== true) return undefined;
  const bytes = ground.read(address, sizeBytes);
  if (!bytes) return undefined;
  const view = viewOf(bytes);
  return sizeBytes === 8 ? view.getBigUint64(0, true) : BigInt(sizeBytes === 4 ? view.getUint32(0, true) : sizeBytes === 2 ? view.getUint16(0, true) : view.getUint8(0));
}
