import { useEffect, useRef } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { HexController } from './hex-controller.ts';
import { useHexView } from './use-hex-view.ts';

interface Place {
  readonly first: PageNumber;
  readonly end: PageNumber;
  /** 0 to 1 over the stretch. */
  readonly at: number;
}

/** Own scrollbar over the mapped stretch on screen: a browser's gives out at some 30 million pixels, a reservation has a terabyte of rows. */
export function HexScrollbar({ controller }: { readonly controller: HexController }) {
  const track = useRef<HTMLDivElement>(null);
  const thumb = useRef<HTMLElement>(null);
  // Only the stretch is React's: the thumb moves with every frame of a scroll, and is moved by hand.
  const text = useHexView(controller, () => serialise(placeOf(controller)));
  const stretch = parse(text);
  useEffect(() => {
    const move = (): void => {
      const place = placeOf(controller);
      if (place === undefined || track.current === null || thumb.current === null) return;
      thumb.current.style.top = `calc(${place.at.toFixed(4)} * (100% - 24px))`;
      track.current.setAttribute('aria-valuenow', String(Math.round(place.at * 100)));
    };
    move();
    return controller.onView(move);
  }, [controller, text]);
  if (stretch === undefined) return <div className="hex-scrollbar" />;
  const dragTo = (clientY: number): void => {
    const place = placeOf(controller);
    const box = track.current?.getBoundingClientRect();
    if (place === undefined || box === undefined || box.height === 0) return;
    const ratio = Math.min(1, Math.max(0, (clientY - box.top - 12) / (box.height - 24)));
    const exact = place.first + ratio * Math.max(0, place.end - place.first - 1);
    const page = Math.floor(exact) as PageNumber;
    controller.scrollToPage(page, exact - page);
  };
  return (
    <div
      ref={track}
      className="hex-scrollbar"
      role="scrollbar"
      aria-orientation="vertical"
      aria-controls="hex-rows"
      aria-label="Position in the mapped stretch"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      aria-valuetext={formatAddress(pageStart(stretch.first))}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragTo(event.clientY);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) dragTo(event.clientY);
      }}
    >
      <i ref={thumb} />
    </div>
  );
}

function placeOf(controller: HexController): Place | undefined {
  const { anchor } = controller.model;
  if (anchor === undefined) return undefined;
  const { first, end } = controller.model.stretchAt(anchor.unit);
  const height = controller.model.heightPx(anchor.unit);
  const at = (anchor.unit - first + (height === 0 ? 0 : anchor.offsetPx / height)) / Math.max(1, end - first);
  return { first, end, at: Math.min(1, Math.max(0, at)) };
}

/** A string compares by value: React hears of another stretch only. */
function serialise(place: Place | undefined): string {
  return place === undefined ? '' : `${place.first} ${place.end}`;
}

function parse(text: string): Pick<Place, 'first' | 'end'> | undefined {
  const [first, end] = text.split(' ').map(Number);
  return first === undefined || end === undefined ? undefined : { first: first as PageNumber, end: end as PageNumber };
}
