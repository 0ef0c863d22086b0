import type { DrawLog } from './draw-log.ts';

/** Where a text of a draw log lies, px of the panel. */
export interface TextBox {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly alpha: number;
  /** Drawn inside a clip: what is outside of it is not seen. */
  readonly clipped: boolean;
}

/** Letters of the fonts in use above and below the baseline. */
const ASCENT_PX = 7.5;
const DESCENT_PX = 1.5;

/** Boxes of all texts, with alignment and the quarter turn of the names along brackets. */
export function textBoxes(log: DrawLog): readonly TextBox[] {
  interface State { x: number; y: number; turned: boolean; clipped: boolean }
  const saved: State[] = [];
  let now: State = { x: 0, y: 0, turned: false, clipped: false };
  const boxes: TextBox[] = [];
  for (const { op, args, alpha, align } of log.ops) {
    if (op === 'save') saved.push({ ...now });
    else if (op === 'restore') now = saved.pop() ?? now;
    else if (op === 'clip') now.clipped = true;
    else if (op === 'rotate') now.turned = true;
    else if (op === 'translate') now = { ...now, x: now.x + Number(args[0]), y: now.y + Number(args[1]) };
    else if (op === 'fillText') {
      const [text, x, y] = [String(args[0]), Number(args[1]), Number(args[2])];
      if (text.trim() === '') continue;
      const width = log.measureText(text).width;
      const from = x - (align === 'right' ? width : align === 'center' ? width / 2 : 0);
      const box = now.turned
        ? { left: now.x + y - ASCENT_PX, right: now.x + y + DESCENT_PX, top: now.y - from - width, bottom: now.y - from }
        : { left: now.x + from, right: now.x + from + width, top: now.y + y - ASCENT_PX, bottom: now.y + y + DESCENT_PX };
      boxes.push({ text, ...box, alpha, clipped: now.clipped });
    }
  }
  return boxes;
}

/** Pairs of texts that lie over each other by more than a hair. */
export function collisions(boxes: readonly TextBox[]): readonly string[] {
  const sorted = boxes.toSorted((a, b) => a.top - b.top);
  const found: string[] = [];
  for (const [i, a] of sorted.entries()) {
    for (let j = i + 1; j < sorted.length; j++) {
      const b = sorted[j];
      if (!b || b.top >= a.bottom) break;
      if (a.bottom - b.top > HAIR_PX && Math.min(a.right, b.right) - Math.max(a.left, b.left) > HAIR_PX) found.push(`${told(a)} meets ${told(b)}`);
    }
  }
  return found;
}

const HAIR_PX = 1;

function told({ text, left, top, alpha }: TextBox): string {
  return `‘${text}’ (${left.toFixed(0)}, ${top.toFixed(1)}, alpha ${alpha.toFixed(2)})`;
}
