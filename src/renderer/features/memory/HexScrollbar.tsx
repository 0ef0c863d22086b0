import { useRef } from 'react';
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
  const text = useHexView(controller, () => serialise(placeOf(controller)));
  const place = parse(text);
  if (place === undefined) return <div className="hex-scrollbar" />;
  const dragTo = (clientY: number): void => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || box.height === 0) return;
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
      aria-valuenow={Math.round(place.at * 100)}
      aria-valuetext={formatAddress(pageStart(place.first))}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragTo(event.clientY);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) dragTo(event.clientY);
      }}
    >
      <i style={{ top: `calc(${place.at} * (100% - 24px))` }} />
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

/** A string compares by value: an unmoved scrollbar renders nothing. Four digits are finer than a pixel. */
function serialise(place: Place | undefined): string {
  return place === undefined ? '' : `${place.first} ${place.end} ${place.at.toFixed(4)}`;
}

function parse(text: string): Place | undefined {
  const [first, end, at] = text.split(' ').map(Number);
  return first === undefined || end === undefined || at === undefined ? undefined : { first: first as PageNumber, end: end as PageNumber, at };
}
