import { useEffect, useRef } from 'react';
import type { TerminalName } from '../../../shared/rpc/contracts/terminals.ts';
import { themeColours } from '../../theme/theme-colours.ts';
import { FONT_SIZE_PX } from './terminal-font.ts';
import type { TerminalEvents } from './terminal-events.ts';
import { useApp } from '../../widgets/app-context.tsx';

interface Props extends TerminalEvents {
  readonly sessionId: string;
  readonly terminal: TerminalName;
  readonly label: string;
}

/** An xterm.js screen joined to one of the host's terminals. */
export function TerminalView({ sessionId, terminal, label, onOpened, onEnded, onError }: Props) {
  const { clients } = useApp();
  const holder = useRef<HTMLDivElement>(null);
  const events = useRef({ onOpened, onEnded, onError });
  useEffect(() => {
    events.current = { onOpened, onEnded, onError };
  });

  useEffect(() => {
    const element = holder.current;
    if (element === null) return undefined;
    let dispose: (() => void) | undefined;
    let gone = false;
    const { mono } = themeColours();
    // xterm is a third of the window's code and not part of its first picture. It measures its cells once: the face must be there before.
    Promise.all([import('./open-terminal.ts'), document.fonts.load(`${FONT_SIZE_PX}px ${mono}`)])
      .then(([{ openTerminal }]) => {
        if (!gone) dispose = openTerminal({ parent: element, clients, sessionId, terminal, label, events: () => events.current });
      })
      .catch((error: unknown) => events.current.onError(error));
    return () => {
      gone = true;
      dispose?.();
    };
  }, [clients, sessionId, terminal, label]);

  return <div ref={holder} className="terminal" />;
}
