import './virtual-rows.css';
import { useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

/** Rows drawn above and below the visible ones. */
const SPARE_ROWS = 8;
/** Browsers place nothing right beyond some 16 million pixels; taller lists end here. */
const MOST_PX = 12_000_000;

interface Props {
  readonly label: string;
  readonly id: string;
  readonly count: number;
  readonly rowHeightPx: number;
  readonly className?: string;
  /** The chosen row; -1 for none. */
  readonly selected: number;
  /** By arrows, Page Up and Down, Home and End, and by a click. */
  readonly onSelect: (row: number) => void;
  /** By Enter and by a double click. */
  readonly onOpen?: (row: number) => void;
  /** Contents of a row. */
  readonly children: (row: number) => ReactNode;
  /** Title row, which stays on top. */
  readonly head?: ReactNode;
  readonly empty?: ReactNode;
}

/** How many rows a list can show. */
export function mostRows(rowHeightPx: number): number {
  return Math.floor(MOST_PX / rowHeightPx);
}

/** A list of any length of which only the visible rows are in the document. */
export function VirtualRows({ label, id, count, rowHeightPx, className = '', selected, onSelect, onOpen, children, head, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const rows = Math.min(count, mostRows(rowHeightPx));

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const show = (row: number): void => {
    const element = scroller.current;
    if (element === null) return;
    const top = row * rowHeightPx;
    const room = element.clientHeight - (head === undefined ? 0 : rowHeightPx);
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeightPx > element.scrollTop + room) element.scrollTop = top + rowHeightPx - room;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / rowHeightPx) - 1);
    const to = { ArrowDown: selected + 1, ArrowUp: selected - 1, PageDown: selected + page, PageUp: selected - page, Home: 0, End: rows - 1 }[event.key];
    if (to !== undefined && rows > 0) {
      const row = Math.min(Math.max(to, 0), rows - 1);
      onSelect(row);
      show(row);
    } else if (event.key === 'Enter' && selected >= 0 && onOpen !== undefined) onOpen(selected);
    else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.min(Math.floor(view.top / rowHeightPx) - SPARE_ROWS, rows));
  const last = Math.min(rows, first + Math.ceil(view.height / rowHeightPx) + 2 * SPARE_ROWS);
  return (
    <div
      ref={scroller} className={`vrows ${className}`} tabIndex={0} role="listbox" aria-label={label} onKeyDown={onKeyDown}
      aria-activedescendant={selected >= first && selected < last ? `${id}-${selected}` : undefined}
      onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      {head}
      {rows === 0 ? empty : null}
      <div role="presentation" style={{ height: rows * rowHeightPx, position: 'relative' }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).map((row) => (
          <div
            key={row} id={`${id}-${row}`} role="option" tabIndex={-1} aria-selected={row === selected} aria-posinset={row + 1} aria-setsize={count} className={row === selected ? 'vrow on' : 'vrow'}
            style={{ height: rowHeightPx, transform: `translateY(${row * rowHeightPx}px)` }} onMouseDown={() => onSelect(row)} onDoubleClick={() => onOpen?.(row)}
          >
            {children(row)}
          </div>
        ))}
      </div>
    </div>
  );
}
