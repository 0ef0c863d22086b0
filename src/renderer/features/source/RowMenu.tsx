import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { addBytes } from '../../../shared/address/address.ts';
import type { Operand } from '../../../shared/model/code.ts';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';
import { useApp } from '../../widgets/app-context.tsx';

export interface RowMenuRequest {
  readonly clientX: number;
  readonly clientY: number;
  /** For gdb: `tour.c:38`, `*0x…`. */
  readonly location: string;
  readonly words: string;
  readonly breakpoints: readonly BreakpointInfo[];
  readonly operands: readonly Operand[];
}

/** What can be done at a row of code. */
export function RowMenu({ request, close }: { readonly request: RowMenuRequest; readonly close: () => void }) {
  const { controller, commands } = useApp();
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: request.clientX, top: request.clientY });
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

  const { location, words, breakpoints, operands } = request;
  const { run } = controller;
  const items: { readonly text: string; readonly run: () => void }[] = [
    { text: 'Run to here', run: () => void run.runTo(location) },
    { text: 'Set breakpoint', run: () => void run.insertBreakpoint({ location }) },
    { text: 'Set temporary breakpoint', run: () => void run.insertBreakpoint({ location, temporary: true }) },
    { text: 'Set hardware breakpoint', run: () => void run.insertBreakpoint({ location, hardware: true }) },
  ];
  for (const { number, enabled } of breakpoints) {
    items.push({ text: `Switch breakpoint ${number} ${enabled ? 'off' : 'on'}`, run: () => void controller.enableBreakpoint(number, !enabled) });
    items.push({ text: `Delete breakpoint ${number}`, run: () => void controller.removeBreakpoint(number) });
  }
  if (breakpoints.length > 0) items.push({ text: 'Condition and ignore count…', run: () => void commands.run('view.breakpoints') });
  for (const { text, address, accesses } of operands) {
    if (address === undefined || !accesses) continue;
    const start = addBytes(address, -(address % 8n));
    items.push({ text: `Stop when ${text} is written`, run: () => void run.watchRange({ start, end: addBytes(start, 8) }, 'write') });
  }
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
    <div ref={menu} className="menu row-menu" role="menu" tabIndex={-1} aria-label={`Actions at ${words}`} style={place} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.text} type="button" role="menuitem"
          onClick={() => {
            item.run();
            close();
          }}
        >
          {item.text}
        </button>
      ))}
    </div>
  );
}
