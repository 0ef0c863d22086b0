import './context-menu.css';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';

export interface MenuEntry {
  readonly text: string;
  /** Keys, a size, where it leads. */
  readonly hint?: string;
  /** Why it cannot be chosen now; the entry stays, so that it can be found. */
  readonly disabledBecause?: string | undefined;
  readonly run: () => void;
}

export interface MenuGroup {
  readonly title?: string;
  /** Entries beside each other. */
  readonly inline?: boolean;
  readonly entries: readonly MenuEntry[];
}

interface Props {
  readonly label: string;
  /** What it acts on; a line at the top. */
  readonly head?: string;
  /** Of the window, CSS pixels. */
  readonly at: { readonly x: number; readonly y: number };
  readonly groups: readonly MenuGroup[];
  readonly onClose: () => void;
}

/** A menu at a place of the window, moved inside it where it would reach out: arrows walk, letters find, Escape and a click outside close. */
export function ContextMenu({ label, head, at, groups, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: at.x, top: at.y });

  useLayoutEffect(() => {
    const box = menu.current?.getBoundingClientRect();
    if (box) setPlace({ left: Math.max(4, Math.min(at.x, window.innerWidth - box.width - 4)), top: Math.max(4, Math.min(at.y, window.innerHeight - box.height - 4)) });
    menu.current?.focus();
  }, [at]);

  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && menu.current?.contains(event.target) === false) onClose();
    };
    window.addEventListener('pointerdown', outside, true);
    window.addEventListener('blur', onClose);
    return () => {
      window.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('blur', onClose);
    };
  }, [onClose]);

  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const entries = [...(menu.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
    const focused = entries.findIndex((entry) => entry === document.activeElement);
    const next = entries.length === 0 ? undefined : {
      ArrowDown: focused + 1, ArrowRight: focused + 1, ArrowUp: focused < 0 ? entries.length - 1 : focused - 1, ArrowLeft: focused - 1, Home: 0, End: entries.length - 1,
    }[event.key];
    if (next !== undefined) entries[(next + entries.length) % entries.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key.length === 1 && event.key !== ' ') letter(entries, focused, event.key)?.focus();
    else return;
    event.preventDefault();
  };

  return (
    <div ref={menu} className="menu context-menu" role="menu" tabIndex={-1} aria-label={label} style={place} onKeyDown={onKeyDown} onContextMenu={(event) => event.preventDefault()}>
      {head === undefined ? null : <div className="context-head mono ellipsis">{head}</div>}
      {groups.filter(({ entries }) => entries.length > 0).map(({ title, inline, entries }) => (
        <div key={`${title ?? ''} ${entries[0]?.text}`} className={inline === true ? 'context-group inline' : 'context-group'} role="group" aria-label={title}>
          {title === undefined ? null : <span className="f3 context-title">{title}</span>}
          {entries.map(({ text, hint, disabledBecause, run }) => (
            <button
              key={text} type="button" role="menuitem" aria-disabled={disabledBecause !== undefined} title={disabledBecause ?? (inline === true ? hint : undefined)}
              onClick={() => {
                if (disabledBecause !== undefined) return;
                onClose();
                run();
              }}
            >
              <span className="grow">{text}</span>
              {inline === true || (disabledBecause === undefined && hint === undefined) ? null : <span className="f3 context-hint ellipsis">{disabledBecause ?? hint}</span>}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

/** The next entry that begins with a letter. */
function letter(entries: readonly HTMLElement[], from: number, key: string): HTMLElement | undefined {
  const rotated = [...entries.slice(from + 1), ...entries.slice(0, from + 1)];
  return rotated.find((entry) => entry.textContent.toLowerCase().startsWith(key.toLowerCase()));
}
