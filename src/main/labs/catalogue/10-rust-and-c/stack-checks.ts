import type { FrameExtent } from '../../../../shared/model/debug.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** Innermost first, with the language each was written in. */
const CHAIN = [
  { name: 'c_deepest', extension: '.c', language: 'C' },
  { name: 'rust_callback', extension: '.rs', language: 'Rust' },
  { name: 'c_middle', extension: '.c', language: 'C' },
  { name: 'main', extension: '.rs', language: 'Rust' },
] as const;
const LOCALS = ['c_deepest_local', 'rust_callback_local', 'c_middle_local', 'rust_main_local'] as const;

export async function alternatingFrames(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const frames = await readFrames(probe);
  for (const [level, { name, extension, language }] of CHAIN.entries()) {
    const frame = frames[level];
    if (frame === undefined) return void check.expect(false, `There is a frame ${level}, of ${name}.`, { from: 'gdb: backtrace', text: `${frames.length} frames` });
    check.expect(lastName(frame) === name && (frame.source?.file.endsWith(extension) ?? false), `Frame ${level} is ${name}, ${language}.`, lineOf(frame));
  }
}

export async function oneStack(probe: LabProbe, check: CheckRecorder): Promise<void> {
  const frames = (await readFrames(probe)).slice(0, CHAIN.length);
  const stack = probe.mappings().find(({ path }) => path === '[stack]');
  if (stack === undefined) check.cannot('This process has no [stack].');
  const lines = frames.map(lineOf);
  check.expect(frames.length === CHAIN.length && frames.every(({ sp, cfa }) => sp >= stack.start && (cfa ?? sp) <= stack.end), 'All four frames lie in [stack].', stack, ...lines);
  check.expect(frames.every(({ sp }, level) => level === 0 || sp === frames[level - 1]?.cfa), 'Each frame begins where its callee’s ends: there is nothing between the two languages.', ...lines);
  for (const [level, name] of LOCALS.entries()) {
    const frame = frames[level];
    const { address, evidence } = await probe.printedAddress(name);
    // main is the outermost frame that gdb shows: it knows no caller, and so no end of it.
    check.expect(frame !== undefined && address >= frame.sp && address < (frame.cfa ?? stack.end), `${name} is inside frame ${level}.`, { evidence }, ...lines.slice(level, level + 1));
  }
}

async function readFrames(probe: LabProbe): Promise<readonly FrameExtent[]> {
  const { frames } = await probe.gdb().frames(probe.threadId, 0, CHAIN.length);
  return frames;
}

/** `main::rust_callback` is `rust_callback`. */
function lastName({ function: name }: FrameExtent): string | undefined {
  return name?.split('::').at(-1);
}

function lineOf({ level, function: name, source, sp, cfa }: FrameExtent): LabEvidence {
  const end = cfa === undefined ? '' : `, ends at 0x${cfa.toString(16)}`;
  return { from: 'gdb: backtrace', text: `#${level} ${name ?? '?'} at ${source?.file.split('/').at(-1) ?? '?'}:${source?.line ?? '?'}, begins at 0x${sp.toString(16)}${end}` };
}
