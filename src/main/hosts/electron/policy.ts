import { APP_ORIGIN } from '../../../shared/rpc/port-handover.ts';

/** Where links may lead: the documents our cards and messages cite. Everything else stays closed. */
const LINK_HOSTS: ReadonlySet<string> = new Set([
  'man7.org', 'www.man7.org', 'docs.kernel.org', 'www.kernel.org', 'sourceware.org', 'www.gnu.org', 'refspecs.linuxfoundation.org', 'refspecs.linuxbase.org', 'wiki.osdev.org', 'github.com',
]);

/** Whether a URL is a page of ours. */
export function isOurPage(url: string): boolean {
  const parsed = parse(url);
  // URL gives no origin for schemes it does not know.
  return parsed !== undefined && `${parsed.protocol}//${parsed.host}` === APP_ORIGIN && parsed.username === '' && parsed.password === '';
}

/** Whether a link may be opened in the user's browser. */
export function mayOpenOutside(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === 'https:' && parsed.port === '' && parsed.username === '' && parsed.password === '' && LINK_HOSTS.has(parsed.hostname);
}

/** Whether the page may have a permission it asks for: to write text to the clipboard, and nothing else. */
export function mayHavePermission(permission: string): boolean {
  return permission === 'clipboard-sanitized-write';
}

/** Whether the page may load a URL at all. The developer tools are a page of Electron's own. */
export function mayLoad(url: string): boolean {
  return isOurPage(url) || url.startsWith('devtools://');
}

/** Who asks for a port. */
export interface PortAsker {
  /** URL of the asking frame; undefined when the frame is gone. */
  readonly frameUrl: string | undefined;
  readonly isMainFrame: boolean;
  /** The asking page is in a window that we opened. */
  readonly inOurWindow: boolean;
}

/** Why a page gets no port; undefined when it does. */
export function refusePort({ frameUrl, isMainFrame, inOurWindow }: PortAsker): string | undefined {
  if (frameUrl === undefined) return 'the asking frame is gone';
  if (!inOurWindow) return 'the asking page is in no window of ours';
  if (!isMainFrame) return 'the asking frame is not the page itself';
  if (!isOurPage(frameUrl)) return `the asking page is ${frameUrl.slice(0, 200)}`;
  return undefined;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
