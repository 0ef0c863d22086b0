import { VmatlasError } from '../../../shared/model/errors.ts';
import type { RegisterRequest } from '../../target/debugger-control.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { assignRegister } from '../mi-commands/control-commands.ts';
import type { Registers } from '../questions/registers.ts';

/** Registers of fewer than 64 bits: eflags, mxcsr and the mask registers; segment selectors hold 16. */
const widths: readonly (readonly [RegExp, number])[] = [[/^(?:eflags|mxcsr|pkru|f(?:ctrl|stat|tag|iseg|ioff|oseg|ooff|op))$/, 32], [/^[cdefgs]s$/, 16]];
/** TF (bit 8) makes the next instruction trap; gdb uses it to step. The bits that are fixed stay as the processor has them. */
const TRAP_FLAG = 1n << 8n;

/** Writes a register of a frame; a vector register is written in one piece, lane by lane, and never half. Rejects with `invalid-argument` before anything was written. */
export async function setRegister(connection: MiConnection, registers: Registers, request: RegisterRequest): Promise<void> {
  const { threadId, frameLevel, name, value } = request;
  const shown = await registers.shownNames(threadId);
  if (!shown.has(name)) throw invalid(`There is no register ${name}.`);
  const scope = { thread: threadId, frame: frameLevel };
  if (value instanceof Uint8Array) {
    const lanes = vectorLanes(name, value);
    await Promise.all(lanes.map((lane, at) => connection.run(assignRegister(`$${name}.v${lanes.length}_int64[${at}]`, `0x${lane.toString(16)}`, scope))));
    return;
  }
  if (/^(?:[xyz]mm\d+|st\d)$/.test(name)) throw invalid(`${name} is wider than a number: give its bytes.`);
  const width = widths.find(([pattern]) => pattern.test(name))?.[1] ?? 64;
  if (value < 0n || value >= 1n << BigInt(width)) throw invalid(`${name} has ${width} bits, and this number needs more.`);
  if (name === 'eflags' && (value & TRAP_FLAG) !== 0n) throw invalid('The trap flag belongs to gdb, which steps with it.');
  await connection.run(assignRegister(`$${name}`, `0x${value.toString(16)}`, scope));
}

function vectorLanes(name: string, bytes: Uint8Array): bigint[] {
  const length = { x: 16, y: 32, z: 64 }[/^([xyz])mm\d+$/.exec(name)?.[1] ?? ''];
  if (length === undefined) throw invalid(`${name} holds a number, not bytes.`);
  if (bytes.length !== length) throw invalid(`${name} has ${length} bytes, and ${bytes.length} were given.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: length / 8 }, (_, at) => view.getBigUint64(at * 8, true));
}

function invalid(message: string): VmatlasError {
  return new VmatlasError({ code: 'invalid-argument', message });
}
