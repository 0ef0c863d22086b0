import { formatAddress } from '../../../shared/address/address.ts';
import type { StackFrame } from '../../../shared/model/stack.ts';
import { slotBoxes, type FrameRows } from '../../kernels/stack-frames/frame-rows.ts';
import { placeWords } from '../../kernels/stack-frames/slot-places.ts';
import { slotSentence } from './slot-look.ts';

interface Props {
  readonly frame: StackFrame;
  readonly rows: FrameRows;
  readonly fromRow: number;
  readonly toRow: number;
  readonly cursorSlot: number;
  readonly label: string;
}

/** The slots on screen in words, high addresses first: what is drawn is not text that can be read in order. */
export function FrameForReaders({ frame, rows, fromRow, toRow, cursorSlot, label }: Props) {
  return (
    <ul className="sr-only" role="group" aria-label={label}>
      {slotBoxes(rows, frame.slots, fromRow, toRow).map((box) => {
        const slot = frame.slots[box.slot];
        if (slot === undefined || !box.isMain) return null;
        return (
          <li key={box.slot} id={slotId(slot.start)} role="option" aria-selected={box.slot === cursorSlot}>
            {formatAddress(slot.start)} {placeWords(slot.start, frame.framePointer, frame.sp)} {slotSentence(slot)}
          </li>
        );
      })}
      {frame.problems.map(({ words }) => <li key={words} role="option" aria-selected={false}>{words}</li>)}
    </ul>
  );
}

export function slotId(address: bigint): string {
  return `stk-slot-${address.toString(16)}`;
}
