/** Name of the performance mark that says the window shows a map: what "start of the window" is measured to. */
const FIRST_PICTURE = 'vmatlas-first-picture';

let marked = false;

/** Marks, once in a window's life, that a map has been drawn. */
export function markFirstPicture(): void {
  if (marked) return;
  marked = true;
  performance.mark(FIRST_PICTURE);
}
