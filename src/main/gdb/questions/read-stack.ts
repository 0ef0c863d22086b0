import { toAddress, type Address } from '../../../shared/address/address.ts';
import type { StackReading } from '../../target/debugger.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { readFrameVariables } from './frame-variables.ts';
import { readFrames } from './frames.ts';
import type { Registers } from './registers.ts';

/** Frames with their variables by machine-interface commands alone, for a gdb without Python. */
export async function readStack(connection: MiConnection, registers: Registers, thread: number, low: number, high: number, withVariables: boolean): Promise<StackReading> {
  const { frames, more } = await readFrames(connection, registers, thread, low, high + 1);
  const levels = frames.map(({ level }) => level).filter((level) => level <= high);
  if (levels.length === 0) return { extents: frames, more, framePointer: undefined, threadBlock: undefined, variables: new Map() };
  const [general, segments, variables] = await Promise.all([
    registers.readGroup(thread, low, 'general'), registers.readGroup(thread, 0, 'segment'), withVariables ? readFrameVariables(connection, thread, levels) : new Map(),
  ]);
  return { extents: frames, more, framePointer: valueOf(general, 'rbp'), threadBlock: valueOf(segments, 'fs_base'), variables };
}

function valueOf(registers: readonly { readonly name: string; readonly value: bigint | undefined }[], name: string): Address | undefined {
  const value = registers.find((register) => register.name === name)?.value;
  return value === undefined ? undefined : toAddress(BigInt.asUintN(64, value));
}
