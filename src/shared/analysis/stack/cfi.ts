import type { FrameDescription } from './eh-frame.ts';
import { DwarfCursor, readWord, type ReadBytes } from './read-bytes.ts';

/** DWARF numbers of the x86-64 registers (System V ABI x86-64, figure 3.36); 16 is the return address. */
export const DWARF_REGISTERS = ['rax', 'rdx', 'rcx', 'rbx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'] as const;
export const RBP = 6;
export const RSP = 7;
export const RIP = 16;

export type CfaRule = { readonly kind: 'register'; readonly register: number; readonly offset: number } | { readonly kind: 'expression'; readonly expression: Uint8Array };

export type RegisterRule =
  /** Saved at CFA + offset. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** Its value is CFA + offset. */
  | { readonly kind: 'value-offset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array }
  | { readonly kind: 'value-expression'; readonly expression: Uint8Array }
  | { readonly kind: 'undefined' };

/** The rules that hold from `start` to the next row. A register without a rule has its caller's value still. */
export interface UnwindRow {
  readonly start: bigint;
  readonly cfa: CfaRule;
  readonly registers: ReadonlyMap<number, RegisterRule>;
}

interface State {
  cfa: CfaRule;
  registers: Map<number, RegisterRule>;
}

const copy = (state: State): State => ({ cfa: state.cfa, registers: new Map(state.registers) });

/** All rows of a description, ascending (DWARF 5, 6.4.2). Stops quietly at an instruction it does not know: the rows before are good. */
export function unwindRows(description: FrameDescription): readonly UnwindRow[] {
  const rows: UnwindRow[] = [];
  const state: State = { cfa: { kind: 'register', register: RSP, offset: 8 }, registers: new Map() };
  const machine = new Machine(description, state, rows);
  try {
    machine.run(description.initial);
    machine.initial = copy(state);
    machine.run(description.instructions);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  machine.finish();
  return rows;
}

export function rowAt(rows: readonly UnwindRow[], pc: bigint): UnwindRow | undefined {
  return rows.findLast((row) => row.start <= pc);
}

class Machine {
  initial: State | undefined;
  readonly #about: FrameDescription;
  readonly #state: State;
  readonly #rows: UnwindRow[];
  readonly #kept: State[] = [];
  #place: bigint;

  constructor(about: FrameDescription, state: State, rows: UnwindRow[]) {
    this.#about = about;
    this.#state = state;
    this.#rows = rows;
    this.#place = about.start;
  }

  finish(): void {
    this.#rows.push({ start: this.#place, ...copy(this.#state) });
  }

  run(instructions: Uint8Array): void {
    const cursor = new DwarfCursor(instructions, 0n);
    while (!cursor.atEnd) this.#step(cursor);
  }

  #step(cursor: DwarfCursor): void {
    const byte = cursor.u8();
    const low = byte & 0x3f;
    const { dataAlign } = this.#about;
    const state = this.#state;
    const set = (register: number, rule: RegisterRule): void => void state.registers.set(register, rule);
    if (byte >= 0xc0) return this.#restore(low);
    if (byte >= 0x80) return set(low, { kind: 'offset', offset: cursor.uleb() * dataAlign });
    if (byte >= 0x40) return this.#advance(low);
    switch (byte) {
      case 0x00:
        return;
      case 0x01:
        return this.#moveTo(cursor.pointer(this.#about.pointerEncoding));
      case 0x02:
        return this.#advance(cursor.u8());
      case 0x03:
        return this.#advance(cursor.u16());
      case 0x04:
        return this.#advance(cursor.u32());
      case 0x05:
        return set(cursor.uleb(), { kind: 'offset', offset: cursor.uleb() * dataAlign });
      case 0x06:
        return this.#restore(cursor.uleb());
      case 0x07:
        return set(cursor.uleb(), { kind: 'undefined' });
      case 0x08:
        return void state.registers.delete(cursor.uleb());
      case 0x09:
        return set(cursor.uleb(), { kind: 'register', register: cursor.uleb() });
      case 0x0a:
        return void this.#kept.push(copy(state));
      case 0x0b: {
        const kept = this.#kept.pop();
        if (kept) Object.assign(state, kept);
        return;
      }
      case 0x0c:
        state.cfa = { kind: 'register', register: cursor.uleb(), offset: cursor.uleb() };
        return;
      case 0x0d:
        state.cfa = { kind: 'register', register: cursor.uleb(), offset: offsetOf(state.cfa) };
        return;
      case 0x0e:
        state.cfa = { kind: 'register', register: registerOf(state.cfa), offset: cursor.uleb() };
        return;
      case 0x0f:
        state.cfa = { kind: 'expression', expression: cursor.take(cursor.uleb()) };
        return;
      case 0x10:
        return set(cursor.uleb(), { kind: 'expression', expression: cursor.take(cursor.uleb()) });
      case 0x11:
        return set(cursor.uleb(), { kind: 'offset', offset: cursor.sleb() * dataAlign });
      case 0x12:
        state.cfa = { kind: 'register', register: cursor.uleb(), offset: cursor.sleb() * dataAlign };
        return;
      case 0x13:
        state.cfa = { kind: 'register', register: registerOf(state.cfa), offset: cursor.sleb() * dataAlign };
        return;
      case 0x14:
        return set(cursor.uleb(), { kind: 'value-offset', offset: cursor.uleb() * dataAlign });
      case 0x15:
        return set(cursor.uleb(), { kind: 'value-offset', offset: cursor.sleb() * dataAlign });
      case 0x16:
        return set(cursor.uleb(), { kind: 'value-expression', expression: cursor.take(cursor.uleb()) });
      case 0x2e:
        // DW_CFA_GNU_args_size: for exception handling only.
        return void cursor.uleb();
      case 0x2f:
        return set(cursor.uleb(), { kind: 'offset', offset: -cursor.uleb() * dataAlign });
      default:
        throw new RangeError(`call frame instruction ${byte}`);
    }
  }

  #advance(delta: number): void {
    this.#moveTo(this.#place + BigInt(delta * this.#about.codeAlign));
  }

  #moveTo(place: bigint): void {
    this.#rows.push({ start: this.#place, ...copy(this.#state) });
    this.#place = place;
  }

  #restore(register: number): void {
    const rule = this.initial?.registers.get(register);
    if (rule) this.#state.registers.set(register, rule);
    else this.#state.registers.delete(register);
  }
}

function offsetOf(rule: CfaRule): number {
  return rule.kind === 'register' ? rule.offset : 0;
}

function registerOf(rule: CfaRule): number {
  if (rule.kind === 'register') return rule.register;
  throw new RangeError('an offset for a CFA that is an expression');
}

/** Registers known in a frame, by DWARF number. */
export type RegisterSet = ReadonlyMap<number, bigint>;

export interface UnwoundFrame {
  readonly cfa: bigint;
  /** Places of the caller's registers in this frame, the return address (16) among them. */
  readonly saved: readonly { readonly register: number; readonly address: bigint }[];
  /** Registers of the caller; without 16 there is no caller. */
  readonly caller: RegisterSet;
  readonly isSignalFrame: boolean;
}

/** What the rules say of one frame. undefined when a register that is needed is unknown, or memory cannot be read. */
export function applyRow(row: UnwindRow, registers: RegisterSet, read: ReadBytes, isSignalFrame = false): UnwoundFrame | undefined {
  const cfa = row.cfa.kind === 'register' ? offsetFrom(registers.get(row.cfa.register), row.cfa.offset) : evaluate(row.cfa.expression, registers, read, []);
  if (cfa === undefined) return undefined;
  const saved: { register: number; address: bigint }[] = [];
  const caller = new Map(registers);
  for (const volatileRegister of [0, 1, 2, 4, 5, 8, 9, 10, 11, RIP]) caller.delete(volatileRegister);
  caller.set(RSP, cfa);
  for (const [register, rule] of row.registers) {
    const place = rule.kind === 'offset' ? BigInt.asUintN(64, cfa + BigInt(rule.offset)) : rule.kind === 'expression' ? evaluate(rule.expression, registers, read, [cfa]) : undefined;
    if (place !== undefined) saved.push({ register, address: place });
    const value = place !== undefined ? readWord(read, place) : valueOf(rule, cfa, registers, read);
    if (value === undefined) caller.delete(register);
    else caller.set(register, value);
  }
  return { cfa, saved, caller, isSignalFrame };
}

function valueOf(rule: RegisterRule, cfa: bigint, registers: RegisterSet, read: ReadBytes): bigint | undefined {
  if (rule.kind === 'value-offset') return BigInt.asUintN(64, cfa + BigInt(rule.offset));
  if (rule.kind === 'register') return registers.get(rule.register);
  return rule.kind === 'value-expression' ? evaluate(rule.expression, registers, read, [cfa]) : undefined;
}

function offsetFrom(value: bigint | undefined, offset: number): bigint | undefined {
  return value === undefined ? undefined : BigInt.asUintN(64, value + BigInt(offset));
}

/** DWARF expressions as far as unwind information uses them (DWARF 5, 2.5.1): register offsets, constants, arithmetic, dereference. undefined for anything else. */
export function evaluate(expression: Uint8Array, registers: RegisterSet, read: ReadBytes, start: readonly bigint[]): bigint | undefined {
  const stack = [...start];
  const cursor = new DwarfCursor(expression, 0n);
  const two = (work: (a: bigint, b: bigint) => bigint): void => {
    const b = stack.pop() ?? 0n;
    const a = stack.pop() ?? 0n;
    stack.push(BigInt.asUintN(64, work(a, b)));
  };
  const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
  try {
    while (!cursor.atEnd) {
      const op = cursor.u8();
      if (op >= 0x30 && op <= 0x4f) stack.push(BigInt(op - 0x30));
      else if (op >= 0x70 && op <= 0x8f) {
        const value = offsetFrom(registers.get(op - 0x70), cursor.sleb());
        if (value === undefined) return undefined;
        stack.push(value);
      } else if (op === 0x06) {
        const value = readWord(read, stack.pop() ?? 0n);
        if (value === undefined) return undefined;
        stack.push(value);
      } else if (op === 0x08) stack.push(BigInt(cursor.u8()));
      else if (op === 0x09) stack.push(BigInt.asUintN(64, BigInt.asIntN(8, BigInt(cursor.u8()))));
      else if (op === 0x0a) stack.push(BigInt(cursor.u16()));
      else if (op === 0x0c) stack.push(BigInt(cursor.u32()));
      else if (op === 0x0e) stack.push(cursor.u64());
      else if (op === 0x10) stack.push(BigInt(cursor.uleb()));
      else if (op === 0x11) stack.push(BigInt.asUintN(64, BigInt(cursor.sleb())));
      else if (op === 0x12) stack.push(stack.at(-1) ?? 0n);
      else if (op === 0x1a) two((a, b) => a & b);
      else if (op === 0x1c) two((a, b) => a - b);
      else if (op === 0x1e) two((a, b) => a * b);
      else if (op === 0x21) two((a, b) => a | b);
      else if (op === 0x22) two((a, b) => a + b);
      else if (op === 0x23) stack.push(BigInt.asUintN(64, (stack.pop() ?? 0n) + BigInt(cursor.uleb())));
      else if (op === 0x24) two((a, b) => a << (b & 63n));
      else if (op === 0x2a) two((a, b) => (signed(a) >= signed(b) ? 1n : 0n));
      else return undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return stack.at(-1);
}
