/** Name of the performance mark that says the window shows a map: what "start of the window" is measured to. */
const FIRST_PICTURE = 'vmatlas-first-picture';

const waiting = new Set<() => void>();
let marked = false;

/** Marks, once in a window's life, that a map has been drawn. */
export function markFirstPicture(): void {
  if (marked) return;
  marked = true;
  performance.mark(FIRST_PICTURE);
  // The frame with the map goes to the screen first.
  setTimeout(() => {
    for (const tell of waiting) tell();
    waiting.clear();
  }, 0);
}

export function firstPictureDrawn(): boolean {
  return marked;
}

/** Calls back once, after the frame that shows the first map. */
export function onFirstPicture(tell: () => void): () => void {
  waiting.add(tell);
  return () => void waiting.delete(tell);
}
