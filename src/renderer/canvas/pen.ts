/**
 * The part of a 2D context that drawing uses, in CSS pixels. Painters take a Pen and not a context, so that a test can hand them one that writes a log (testing/draw-log.ts) and an exporter one that writes SVG.
 */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'save' | 'restore' | 'beginPath' | 'closePath' | 'moveTo' | 'lineTo' | 'rect' | 'arc' | 'roundRect' | 'clip' | 'fill' | 'stroke' | 'fillRect' | 'strokeRect' | 'clearRect'
  | 'fillText' | 'strokeText' | 'measureText' | 'translate' | 'rotate' | 'setLineDash'
  | 'fillStyle' | 'strokeStyle' | 'lineWidth' | 'lineJoin' | 'globalAlpha' | 'font' | 'textAlign' | 'textBaseline'
>;

export type Ink = string | CanvasPattern;
