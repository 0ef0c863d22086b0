import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { useApp } from '../../widgets/app-context.tsx';
import type { MenuRequest } from './map-input.ts';
import type { MapView } from './map-view.ts';

interface Props {
  readonly request: MenuRequest;
  readonly view: MapView;
  readonly close: () => void;
}

/** The context menu of a place on the map. */
export function MapMenu({ request, view, close }: Props) {
  const app = useApp();
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: request.clientX, top: request.clientY });
  const { address, region } = request;

  useLayoutEffect(() => {
    const box = menu.current?.getBoundingClientRect();
    if (box) setPlace({ left: Math.max(4, Math.min(request.clientX, window.innerWidth - box.width - 4)), top: Math.max(4, Math.min(request.clientY, window.innerHeight - box.height - 4)) });
    menu.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [request]);

  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) close();
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [close]);

  const range = { start: region.start, end: region.end };
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).catch(() => {
      const { notices } = app.session.getState();
      const id = 1 + notices.reduce((most, notice) => Math.max(most, notice.id), 0);
      app.session.setState({ notices: [...notices, { id, tone: 'error', facts: { message: 'The browser refused access to the clipboard.' } }] });
    });
  };
  const items: readonly { readonly text: string; readonly hint: string; readonly run: () => void }[] = [
    {
      text: 'Go to in memory', hint: formatAddress(address),
      run: () => {
        app.cursor.goTo(address, 'map');
        app.commands.run('view.memory');
      },
    },
    { text: 'Zoom to region', hint: 'Enter', run: () => view.showRange(range) },
    { text: 'Select region', hint: 'Shift drag', run: () => app.cursor.select(range) },
    { text: 'Copy address', hint: '', run: () => copy(formatAddress(address)) },
    { text: 'Copy range', hint: '', run: () => copy(formatRange(range)) },
  ];
  const onKeyDown = (event: KeyboardEvent): void => {
    const entries = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const at = entries.findIndex((entry) => entry === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    event.stopPropagation();
    if (to !== undefined) entries[(to + entries.length) % entries.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
  };

  return (
    <div ref={menu} className="menu map-menu" role="menu" tabIndex={-1} aria-label={`Actions for ${region.label}`} style={place} onKeyDown={onKeyDown}>
      {items.map(({ text, hint, run }) => (
        <button
          key={text} type="button" role="menuitem"
          onClick={() => {
            run();
            close();
          }}
        >
          <span className="grow">{text}</span>
          <span className="f3 mono">{hint}</span>
        </button>
      ))}
    </div>
  );
}
