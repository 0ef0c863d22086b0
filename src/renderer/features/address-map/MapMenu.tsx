import { useEffect, useLayoutEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatRange, rangeContains } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { dumpPath, dumpRange } from './dump-region.ts';
import type { MenuRequest } from './map-input.ts';
import type { MapView } from './map-view.ts';
import { tell } from './tell.ts';

interface Props {
  readonly request: MenuRequest;
  readonly view: MapView;
  readonly close: () => void;
}

/** The context menu of a place on the map. What acts on a range takes the selection when the place lies in it, else the region. */
export function MapMenu({ request, view, close }: Props) {
  const app = useApp();
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: request.clientX, top: request.clientY });
  const [dumping, setDumping] = useState(false);
  const { address, region } = request;

  useLayoutEffect(() => {
    const box = menu.current?.getBoundingClientRect();
    if (box) setPlace({ left: Math.max(4, Math.min(request.clientX, window.innerWidth - box.width - 4)), top: Math.max(4, Math.min(request.clientY, window.innerHeight - box.height - 4)) });
    menu.current?.querySelector<HTMLElement>('[role="menuitem"], input')?.focus();
  }, [request, dumping]);

  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) close();
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [close]);

  const { selection } = app.cursor.getState();
  const whole = { start: region.start, end: region.end };
  const range = selection && rangeContains(selection, address) ? selection : whole;
  const what = range === whole ? 'region' : 'selection';
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).catch(() => tell(app, 'error', 'The browser refused access to the clipboard.'));
  };
  const goIn = (panel: string): void => {
    app.cursor.goTo(address, 'map');
    app.commands.run(`view.${panel}`);
  };
  /** Commands that act at the cursor: offered where they will be able to run once it is here. */
  const atCursor = (id: string, where: 'x' | 'w'): readonly Item[] => {
    const { session } = app.session.getState();
    const command = app.commands.get(id);
    if (command === undefined || !region.perms.includes(where) || (session?.phase !== 'stopped' && session?.phase !== 'running')) return [];
    return [{
      text: command.title, hint: command.keys[0] ?? '',
      run: () => {
        app.cursor.goTo(address, 'map');
        app.commands.run(id);
      },
    }];
  };
  interface Item { readonly text: string; readonly hint: string; readonly stays?: boolean; readonly run: () => void }
  const items: readonly Item[] = [
    { text: 'Go to in memory', hint: formatAddress(address), run: () => goIn('memory') },
    ...(app.commands.get('view.pages') && region.perms !== '' ? [{ text: 'Go to in pages', hint: '', run: () => goIn('pages') }] : []),
    { text: 'Go to in inspector', hint: '', run: () => goIn('inspector') },
    { text: 'Zoom to region', hint: 'Enter', run: () => view.showRange(whole) },
    { text: 'Set region as range', hint: 'Shift drag', run: () => app.cursor.select(whole) },
    ...atCursor('break.toggle', 'x'), ...atCursor('run.to-cursor', 'x'), ...atCursor('watch.write', 'w'), ...atCursor('watch.access', 'w'),
    { text: 'Copy address', hint: '', run: () => copy(formatAddress(address)) },
    { text: `Copy range of ${what}`, hint: formatSize(range.end - range.start), run: () => copy(formatRange(range)) },
    ...(region.perms === '' ? [] : [{ text: `Dump ${what} to file…`, hint: formatSize(range.end - range.start), stays: true, run: () => setDumping(true) }]),
  ];
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape' || (event.key === 'Tab' && !dumping)) close();
    else if (dumping) return;
    else {
      const entries = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
      const at = entries.findIndex((entry) => entry === document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
      if (to === undefined) return;
      entries[(to + entries.length) % entries.length]?.focus();
    }
    event.preventDefault();
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const path = data.get('path');
    if (typeof path === 'string') void dumpRange(app, range, path, data.get('fill') === null ? undefined : 0);
    close();
  };

  if (dumping) {
    return (
      <div ref={menu} className="menu map-menu" role="dialog" aria-label={`Dump ${what} to a file`} style={place} onKeyDown={onKeyDown}>
        <form className="map-dump" onSubmit={onSubmit}>
          <label>File on the machine of the process<input name="path" className="mono" required defaultValue={dumpPath(app, range)} spellCheck={false} /></label>
          <label className="row"><input name="fill" type="checkbox" value="0" /> Write zeros for bytes that can’t be read</label>
          <span className="f3 mono">{formatRange(range)}</span>
          <button type="submit" className="btn bd s">Dump {formatSize(range.end - range.start)}</button>
        </form>
      </div>
    );
  }
  return (
    <div ref={menu} className="menu map-menu" role="menu" tabIndex={-1} aria-label={`Actions for ${region.label}`} style={place} onKeyDown={onKeyDown}>
      {items.map(({ text, hint, run, stays }) => (
        <button
          key={text} type="button" role="menuitem"
          onClick={() => {
            run();
            if (stays !== true) close();
          }}
        >
          <span className="grow">{text}</span>
          <span className="f3 mono">{hint}</span>
        </button>
      ))}
    </div>
  );
}
