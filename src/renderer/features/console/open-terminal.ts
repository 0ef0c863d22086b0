import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { Terminal, type ITheme } from '@xterm/xterm';
import type { TerminalName } from '../../../shared/rpc/contracts/terminals.ts';
import type { Clients } from '../../../shared/rpc/services.ts';
import { TerminalFeed } from '../../state/terminal-feed.ts';
import { onThemeChange, themeColours } from '../../theme/theme-colours.ts';
import type { TerminalEvents } from './terminal-events.ts';
import { FONT_SIZE_PX } from './terminal-font.ts';

const SCROLLBACK_ROWS = 10_000;
/** A drag of a sash resizes at every pixel; gdb redraws its prompt at each. */
const RESIZE_AFTER_MS = 60;

interface OpenTerminal {
  readonly parent: HTMLElement;
  readonly clients: Pick<Clients, 'terminals'>;
  readonly sessionId: string;
  readonly terminal: TerminalName;
  readonly label: string;
  /** Asked at each event: the view's callbacks change with its renders. */
  readonly events: () => TerminalEvents;
}

/** Makes the screen in `parent` and joins it to the host's terminal. Returns how to end it. */
export function openTerminal({ parent, clients, sessionId, terminal, label, events }: OpenTerminal): () => void {
  const { mono } = themeColours();
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
    onOpened: (ptyName, ended) => events().onOpened(ptyName, ended),
    onEnded: () => events().onEnded(),
    onError: (error) => events().onError(error),
  }, { columns: screen.cols, rows: screen.rows });
  screen.onData((text) => feed.type(text));
  screen.onBinary((bytes) => feed.typeBinary(bytes));
  screen.onResize(({ cols, rows }) => feed.resize(cols, rows));
  screen.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown' || !event.ctrlKey || !event.shiftKey || event.key.toLowerCase() !== 'c') return true;
    // Ctrl+C alone is the program's; the browser would open its tools.
    event.preventDefault();
    if (screen.hasSelection()) navigator.clipboard.writeText(screen.getSelection()).catch((error: unknown) => events().onError(error));
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
