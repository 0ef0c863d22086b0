import { addBytes, formatPlainAddress, toAddress, type Address } from '../../../../shared/address/address.ts';
import type { FrameExtent } from '../../../../shared/model/debug.ts';
import type { LabEvidence } from '../../../../shared/model/lab.ts';
import type { CheckRecorder } from '../../check/check-recorder.ts';
import type { LabCheckDefinition } from '../../lab-definition.ts';
import type { AddressFact } from '../../probe/facts.ts';
import type { LabProbe } from '../../probe/lab-probe.ts';

/** So many times `descend` calls itself. */
const DEPTH = 6;
/** What `marker` is at a level: this and the level. */
const MARKER = 0x1ab_0000n;
const WORD_BYTES = 8;

/** What calls and returns do. */
export const frameChecks: readonly LabCheckDefinition[] = [
  {
    id: 'rsp',
    title: 'rsp goes down with each call, and is back where it was when all have returned.',
    why: 'A return adds to rsp what the call and the function had taken off. Nothing else keeps account of the stack.',
    stage: 'before',
    run: async (probe, check) => {
      const before = await probe.register('rsp');
      await probe.toStage('deep');
      const deep = await probe.register('rsp');
      check.expect(deep.address < before.address, `Seven calls deep, rsp is ${before.address - deep.address} bytes lower.`, before, deep);
      await probe.toStage('after');
      const after = await probe.register('rsp');
      check.expect(after.address === before.address, 'After they have all returned, it is what it was.', before, after);
    },
  },
  {
    id: 'downward',
    title: 'Each call’s frame lies below its caller’s, and holds that call’s own local.',
    why: 'A frame is made by lowering rsp. So the deeper the call, the lower the address.',
    stage: 'deep',
    run: async (probe, check) => {
      const frames = await readFrames(probe);
      const descents = frames.filter(({ frame }) => frame.function === 'descend');
      check.expect(descents.length === DEPTH, `gdb sees ${DEPTH} frames of descend.`, ...frames.map(({ evidence }) => evidence));
      const markers = await readMarkers(probe);
      check.expect(markers.every(({ address }, at) => at === 0 || address < (markers[at - 1]?.address ?? 0n)), 'The addresses that the program prints go down, level by level.', ...markers);
      for (const [at, marker] of markers.entries()) {
        // Frame 0 is the innermost; level 1 the outermost.
        const found = descents[DEPTH - 1 - at];
        const inside = found !== undefined && marker.address >= found.frame.sp && found.frame.cfa !== undefined && marker.address < found.frame.cfa;
        check.expect(inside, `The marker of level ${at + 1} lies within that call’s frame.`, marker, ...(found ? [found.evidence] : []));
      }
      const rsp = await probe.register('rsp');
      const [innermost] = frames;
      check.expect(innermost !== undefined && rsp.address === innermost.frame.sp && markers.every(({ address }) => address > rsp.address), 'rsp points to the lowest end of them all.', rsp, ...(innermost ? [innermost.evidence] : []));
    },
  },
  {
    id: 'return-address',
    title: 'Below the top of each frame lies the return address: where its caller goes on.',
    why: 'The instruction call stores the address of the instruction behind it at the new rsp. ret takes it from there.',
    stage: 'deep',
    run: async (probe, check) => {
      const frames = await readFrames(probe);
      const calls = frames.filter(({ frame }, at) => frame.cfa !== undefined && at < DEPTH + 1);
      for (const [at, { frame, evidence }] of calls.entries()) {
        const caller = frames[at + 1];
        if (frame.cfa === undefined || !caller) continue;
        const word = await probe.memory(addBytes(frame.cfa, -WORD_BYTES), WORD_BYTES);
        const stored = toAddress(new DataView(word.bytes.buffer, word.bytes.byteOffset).getBigUint64(0, true));
        const text = `The word below the top of frame ${frame.level} (${frame.function ?? '?'}) is ${formatPlainAddress(caller.frame.pc)}, in ${caller.frame.function ?? '?'}.`;
        check.expect(stored === caller.frame.pc, text, word, evidence, caller.evidence);
        await expectCallBefore(probe, check, caller.frame.pc, frame.function ?? '?');
      }
      check.expect(calls.length === DEPTH + 1, 'So it is for the place to stop and for all six calls of descend.', ...calls.map(({ evidence }) => evidence));
    },
  },
  {
    id: 'popped',
    title: 'Returning erases nothing: the popped frames’ locals are still there, below rsp.',
    why: 'To clean up would cost time and is no use: the next call overwrites it. (And it is why a pointer to a local must not outlive the call.)',
    stage: 'deep',
    run: async (probe, check) => {
      const markers = await readMarkers(probe);
      await probe.toStage('after');
      const rsp = await probe.register('rsp');
      check.expect(markers.every(({ address }) => address < rsp.address), 'All six markers lie below rsp: they belong to nobody.', rsp, ...markers);
      for (const [at, { address }] of markers.entries()) {
        const word = await probe.memory(address, WORD_BYTES);
        const value = new DataView(word.bytes.buffer, word.bytes.byteOffset).getBigUint64(0, true);
        check.expect(value === MARKER + BigInt(at + 1), `The marker of level ${at + 1} still reads 0x${(MARKER + BigInt(at + 1)).toString(16)}.`, word);
      }
    },
  },
];

interface FrameFact {
  readonly frame: FrameExtent;
  readonly evidence: LabEvidence;
}

/** The innermost frames, main's and beyond it. */
async function readFrames(probe: LabProbe): Promise<readonly FrameFact[]> {
  const { frames } = await probe.gdb().frames(probe.threadId, 0, DEPTH + 4);
  return frames.map((frame) => {
    const top = frame.cfa === undefined ? 'not known' : formatPlainAddress(frame.cfa);
    const text = `frame ${frame.level}, ${frame.function ?? '?'}: pc ${formatPlainAddress(frame.pc)}, from ${formatPlainAddress(frame.sp)} up to ${top}`;
    return { frame, evidence: { from: 'gdb: backtrace, info frame', text } };
  });
}

async function readMarkers(probe: LabProbe): Promise<readonly AddressFact[]> {
  return Promise.all(Array.from({ length: DEPTH }, (_, at) => probe.printedAddress(`level_${at + 1}`)));
}

/** The instruction before a return address is the call (E8, near and relative: Intel SDM vol. 2, CALL). */
async function expectCallBefore(probe: LabProbe, check: CheckRecorder, returnAddress: Address, callee: string): Promise<void> {
  const CALL_BYTES = 5;
  const [call] = await probe.instructions(addBytes(returnAddress, -CALL_BYTES), returnAddress);
  const holds = call !== undefined && call.bytes.length === CALL_BYTES && call.text.startsWith('call') && call.text.includes(`<${callee}>`);
  check.expect(holds, `The instruction just before that address is the call of ${callee}.`, call ?? (await probe.register('rip')));
}
