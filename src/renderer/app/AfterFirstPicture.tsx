import { useEffect, useState, type ReactNode } from 'react';
import { firstPictureDrawn, onFirstPicture } from '../canvas/first-picture.ts';

/** A window whose map is hidden, or whose target has none, never draws one. */
const NO_LONGER_THAN_MS = 500;

/** Makes what is inside once the window has drawn its first map: a dozen views made and measured at once would keep the map, which says most, from the screen. */
export function AfterFirstPicture({ children }: { readonly children: ReactNode }) {
  const [now, setNow] = useState(firstPictureDrawn);
  useEffect(() => {
    if (now) return undefined;
    const show = (): void => setNow(true);
    const stop = onFirstPicture(show);
    const timer = setTimeout(show, NO_LONGER_THAN_MS);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [now]);
  return now ? children : null;
}
