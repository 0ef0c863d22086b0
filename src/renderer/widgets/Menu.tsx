import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly className: string;
  readonly button: ReactNode;
  readonly title?: string;
  readonly disabled?: boolean;
  /** The entries: elements with a menuitem role. `close` shuts the menu. */
  readonly children: (close: () => void) => ReactNode;
}

/** A button with a drop-down menu: arrows walk, Escape and a click outside close, focus returns to the button. */
export function Menu({ label, className, button, title, disabled = false, children }: Props) {
  const [open, setOpen] = useState(false);
  const [holder, setHolder] = useState<HTMLSpanElement | null>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return undefined;
    entries(holder)[0]?.focus();
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && holder?.contains(event.target) === false) setOpen(false);
    };
    window.addEventListener('pointerdown', outside, true);
    return () => window.removeEventListener('pointerdown', outside, true);
  }, [open, holder]);

  const close = (): void => {
    setOpen(false);
    holder?.querySelector('button')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) return;
    const items = entries(holder);
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key === 'Escape') close();
    else if (event.key === 'Tab') setOpen(false);
    else return;
    if (event.key !== 'Tab') event.preventDefault();
  };

  return (
    <span ref={setHolder} className="menu-holder" onKeyDown={onKeyDown} role="presentation">
      <button
        type="button" className={className} aria-haspopup="menu" aria-expanded={open} aria-controls={open ? id : undefined} aria-label={label} title={title}
        disabled={disabled} onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open ? <div id={id} className="menu drop" role="menu" aria-label={label}>{children(close)}</div> : null}
    </span>
  );
}

function entries(holder: HTMLElement | null): HTMLElement[] {
  return [...(holder?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
}
