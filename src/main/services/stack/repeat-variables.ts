import type { FrameVariable } from '../../../shared/analysis/stack/assemble-frames.ts';
import type { FrameExtent } from '../../../shared/model/debug.ts';
import type { StackReading } from '../../target/debugger.ts';

/** gdb's outermost frames that are looked at: twice the longest cycle of a folded recursion. */
export const SAMPLE_LEVELS = 16;

/** Whether two frames stopped at the same place of the same function, with a frame of the same size. */
function isAlike(a: FrameExtent, b: FrameExtent): boolean {
  return a.pc === b.pc && a.cfa !== undefined && b.cfa !== undefined && a.cfa - a.sp === b.cfa - b.sp;
}

/**
 * Variables of frames that gdb was not asked for, from frames of the same recursion that it was: at one place of a function, a variable with a fixed place has it at one distance
 * from the CFA. Only those are taken that two of gdb's frames have at the same distance, so that nothing that moves (a variable-length array) is guessed. Values are gdb's, of the
 * type at the address.
 */
export async function repeatVariables(
  frames: readonly FrameExtent[], samples: Pick<StackReading, 'extents' | 'variables'>, valuesIn: (level: number, expressions: readonly string[]) => Promise<readonly (string | undefined)[]>,
): Promise<ReadonlyMap<number, readonly FrameVariable[]>> {
  const repeated = await Promise.all(
    frames.map(async (frame): Promise<readonly [number, readonly FrameVariable[]]> => {
      const alike = samples.extents.filter((sample) => samples.variables.has(sample.level) && isAlike(sample, frame));
      const [first, second] = [alike[0], alike[1]];
      if (!first || !second) return [frame.level, []];
      const moved = moveVariables(frame, first, second, samples.variables);
      const texts = await valuesIn(first.level, moved.flatMap(({ type, address }) => expressionsFor(type ?? '', address ?? 0n)));
      return [frame.level, moved.map((variable, at) => ({ ...variable, value: texts[at * 2] ?? texts[at * 2 + 1] }))];
    }),
  );
  return new Map(repeated);
}

function moveVariables(frame: FrameExtent, first: FrameExtent, second: FrameExtent, variables: StackReading['variables']): readonly FrameVariable[] {
  const others = variables.get(second.level) ?? [];
  const distance = (variable: FrameVariable | undefined, of: FrameExtent): bigint | undefined =>
    variable?.address === undefined || of.cfa === undefined || variable.frameOffset !== undefined ? undefined : variable.address - of.cfa;
  return (variables.get(first.level) ?? []).flatMap((variable, at) => {
    const other = others[at];
    const own = distance(variable, first);
    const isFixed = own !== undefined && other?.name === variable.name && other.type === variable.type && distance(other, second) === own;
    return isFixed && frame.cfa !== undefined && variable.type !== undefined ? [{ ...variable, address: frame.cfa + own, value: undefined }] : [];
  });
}

/** As C and C++ write it, and as Rust does: gdb takes one of them, by the frame's language. */
function expressionsFor(type: string, address: bigint): readonly [string, string] {
  const place = `0x${address.toString(16)}`;
  return [`{${type}} ${place}`, `*(${place} as *mut ${type})`];
}
