import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type ITheme } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import type { TerminalName } from '../../../shared/rpc/contracts/terminals.ts';
import { TerminalFeed } from '../../state/terminal-feed.ts';
import { onThemeChange, themeColours } from '../../theme/theme-colours.ts';
import { useApp } from '../../widgets/app-context.tsx';

const FONT_SIZE_PX = 11.5;
const SCROLLBACK_ROWS = 10_000;
/** A drag of a sash resizes at every pixel; gdb redraws its prompt at each. */
const RESIZE_AFTER_MS = 60;

interface Props {
  readonly sessionId: string;
  readonly terminal: TerminalName;
  readonly label: string;
  readonly onOpened: (ptyName: string, ended: boolean) => void;
  readonly onEnded: () => void;
  readonly onError: (error: unknown) => void;
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
    // xterm measures its cells once: the face must be there before.
    void document.fonts.load(`${FONT_SIZE_PX}px ${mono}`).finally(() => {
      if (!gone) dispose = openTerminal(element);
    });
    return () => {
      gone = true;
      dispose?.();
    };

    function openTerminal(parent: HTMLElement): () => void {
      const screen = new Terminal({
        allowProposedApi: true, fontFamily: mono, fontSize: FONT_SIZE_PX, lineHeight: 1.1, scrollback: SCROLLBACK_ROWS, theme: terminalTheme(), minimumContrastRatio: 4.5,
        cursorBlink: false, overviewRuler: { width: 10 }, cursorStyle: 'block', cursorInactiveStyle: 'outline', macOptionIsMeta: true,
      });
      const fit = new FitAddon();
      screen.loadAddon(fit);
      screen.loadAddon(new Unicode11Addon());
      screen.unicode.activeVersion = '11';
      screen.open(parent);
      screen.textarea?.setAttribute('aria-label', label);
      fit.fit();
      const feed = new TerminalFeed(clients.terminals, sessionId, terminal, screen, {
        onOpened: (ptyName, ended) => events.current.onOpened(ptyName, ended),
        onEnded: () => events.current.onEnded(),
        onError: (error) => events.current.onError(error),
      }, { columns: screen.cols, rows: screen.rows });
      screen.onData((text) => feed.type(text));
      screen.onBinary((bytes) => feed.typeBinary(bytes));
      screen.onResize(({ cols, rows }) => feed.resize(cols, rows));
      screen.attachCustomKeyEventHandler((event) => {
        if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.key.toLowerCase() !== 'c') return true;
        // Ctrl+C alone is the program's; the browser would open its tools.
        event.preventDefault();
        if (screen.hasSelection()) navigator.clipboard.writeText(screen.getSelection()).catch((error: unknown) => events.current.onError(error));
        return false;
      });
      let timer: ReturnType<typeof setTimeout> | undefined;
      const observer = new ResizeObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          // A hidden panel has no size; fitting to it would leave one column.
          if (parent.clientWidth > 0 && parent.clientHeight > 0) fit.fit();
        }, RESIZE_AFTER_MS);
      });
      observer.observe(parent);
      const endTheme = onThemeChange(() => {
        screen.options.theme = terminalTheme();
      });
      return () => {
        clearTimeout(timer);
        observer.disconnect();
        endTheme();
        feed.dispose();
        screen.dispose();
      };
    }
  }, [clients, sessionId, terminal, label]);

  return <div ref={holder} className="terminal" />;
}

function terminalTheme(): ITheme {
  const colours = themeColours();
  return {
    background: colours.panel, foreground: colours.fg2, cursor: colours.fg, cursorAccent: colours.panel,
    scrollbarSliderBackground: `${colours.fg3}55`, scrollbarSliderHoverBackground: `${colours.fg3}88`, scrollbarSliderActiveBackground: `${colours.fg3}aa`, overviewRulerBorder: colours.panel,
    selectionBackground: colours.light ? '#1d5fd140' : '#7db0ff50',
    black: colours.light ? colours.fg : colours.line2, brightBlack: colours.fg3, white: colours.fg2, brightWhite: colours.fg,
    red: colours.bad, brightRed: colours.bad, green: colours.ok, brightGreen: colours.ok, yellow: colours.warn, brightYellow: colours.warn,
    blue: colours.accent, brightBlue: colours.accent, magenta: colours.disk, brightMagenta: colours.kind.tstack, cyan: colours.kind.rodata, brightCyan: colours.kind.rodata,
  };
}
