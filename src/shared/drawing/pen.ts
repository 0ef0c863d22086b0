/** What an area or a line is drawn with: a CSS colour, or a pattern of the platform's own (a CanvasPattern; a pattern of an SVG). */
export type Ink = string | object;

/**
 * The part of a 2D canvas context that drawing uses, in CSS pixels. Painters take a Pen and not a context: a canvas context is one, a test hands them one that writes a log (testing/draw-log.ts) and an
 * exporter one that writes SVG (svg/svg-pen.ts).
 */
export interface Pen {
  fillStyle: Ink;
  strokeStyle: Ink;
  lineWidth: number;
  lineJoin: 'miter' | 'round' | 'bevel';
  globalAlpha: number;
  font: string;
  textAlign: 'left' | 'right' | 'center' | 'start' | 'end';
  textBaseline: 'alphabetic' | 'middle' | 'top' | 'hanging' | 'ideographic' | 'bottom';
  save(): void;
  restore(): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  arc(x: number, y: number, radius: number, fromAngle: number, toAngle: number): void;
  roundRect(x: number, y: number, width: number, height: number, radius: number): void;
  clip(): void;
  fill(): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  strokeText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  translate(x: number, y: number): void;
  rotate(angle: number): void;
  setLineDash(segments: number[]): void;
}
