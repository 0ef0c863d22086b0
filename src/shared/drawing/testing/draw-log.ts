import type { Ink, Pen } from '../pen.ts';

/** One call on the pen, with the styles it used. */
export interface DrawOp {
  readonly op: string;
  readonly args: readonly (string | number)[];
  readonly ink: string;
  readonly font: string;
  readonly alpha: number;
  readonly align: Pen['textAlign'];
}

/**
 * A pen that draws nothing and writes down what it was asked to draw. Text is measured as 6 px per character: near to the fonts in use, and the same on every machine.
 */
export class DrawLog implements Pen {
  readonly ops: DrawOp[] = [];
  fillStyle: Ink = '#000';
  strokeStyle: Ink = '#000';
  lineWidth = 1;
  lineJoin: Pen['lineJoin'] = 'miter';
  globalAlpha = 1;
  font = '';
  textAlign: Pen['textAlign'] = 'start';
  textBaseline: Pen['textBaseline'] = 'alphabetic';

  /** Texts drawn, in order. */
  get texts(): readonly string[] {
    return this.ops.filter((entry) => entry.op === 'fillText').map((entry) => String(entry.args[0]));
  }

  count(op: string): number {
    return this.ops.filter((entry) => entry.op === op).length;
  }

  save(): void { this.#log('save', []); }
  restore(): void { this.#log('restore', []); }
  beginPath(): void { this.#log('beginPath', []); }
  closePath(): void { this.#log('closePath', []); }
  moveTo(x: number, y: number): void { this.#log('moveTo', [x, y]); }
  lineTo(x: number, y: number): void { this.#log('lineTo', [x, y]); }
  rect(x: number, y: number, w: number, h: number): void { this.#log('rect', [x, y, w, h]); }
  arc(x: number, y: number, r: number, from: number, to: number): void { this.#log('arc', [x, y, r, from, to]); }
  roundRect(x: number, y: number, w: number, h: number): void { this.#log('roundRect', [x, y, w, h]); }
  clip(): void { this.#log('clip', []); }
  fill(): void { this.#log('fill', []); }
  stroke(): void { this.#log('stroke', [], this.strokeStyle); }
  fillRect(x: number, y: number, w: number, h: number): void { this.#log('fillRect', [x, y, w, h]); }
  strokeRect(x: number, y: number, w: number, h: number): void { this.#log('strokeRect', [x, y, w, h], this.strokeStyle); }
  clearRect(x: number, y: number, w: number, h: number): void { this.#log('clearRect', [x, y, w, h]); }
  fillText(text: string, x: number, y: number): void { this.#log('fillText', [text, x, y]); }
  strokeText(text: string, x: number, y: number): void { this.#log('strokeText', [text, x, y], this.strokeStyle); }
  translate(x: number, y: number): void { this.#log('translate', [x, y]); }
  rotate(angle: number): void { this.#log('rotate', [angle]); }
  setLineDash(segments: Iterable<number>): void { this.#log('setLineDash', [...segments]); }

  measureText(text: string): { readonly width: number } {
    return { width: text.length * 6 };
  }

  #log(op: string, args: readonly (string | number)[], ink: Ink = this.fillStyle): void {
    this.ops.push({ op, args, ink: typeof ink === 'string' ? ink : '[pattern]', font: this.font, alpha: this.globalAlpha, align: this.textAlign });
  }
}
