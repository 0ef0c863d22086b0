import type { IncomingMessage, ServerResponse } from 'node:http';
import { securityHeaders } from '../common/page-policy.ts';
import { readStaticFile } from '../common/static-files.ts';
import { isAllowedHost, isLoopback, isSameOrigin, type Access } from './access.ts';
import { loopbackPeerUid } from './peer.ts';

/** Path of the WebSocket. The page connects to it relative to its own address. */
export const SOCKET_PATH = '/rpc';

/** The build puts a hash of the content into these files' names: a browser may keep them, and the code it compiled from them. */
const HASHED_FILES = '/assets/';
const FOREVER = { 'Cache-Control': 'private, max-age=31536000, immutable' };

export interface WebGate {
  readonly access: Access;
  /** The host listens on more than the loopback. */
  readonly beyondLoopback: boolean;
  /** Further names it may be called by. */
  readonly names: readonly string[];
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: number;
  readonly words: string;
}

/** Serves the page's files to whoever holds the cookie, and gives the cookie for a token. */
export async function answerHttp(gate: WebGate, rendererDir: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host } = request.headers;
  // Older browsers don't count ws: as the same origin as http:.
  const headers = securityHeaders(isAllowedHost(host, gate.beyondLoopback, gate.names) ? [`ws://${host}`] : []);
  const reply = (status: number, body: Uint8Array | string, type = 'text/plain; charset=utf-8', more: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { ...headers, ...more, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  };

  const refusal = refuseHost(gate, host);
  if (refusal) return reply(refusal.status, `${refusal.words}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'Only GET and HEAD.\n', undefined, { Allow: 'GET, HEAD' });

  const url = new URL(request.url ?? '/', 'http://host.invalid');
  const token = url.searchParams.get('token');
  if (url.pathname === '/' && token !== null) {
    if (!(await mayRedeem(gate.access, token, request))) return reply(403, 'This link is not valid (any more). Open the address that vmatlas prints.\n');
    return letIn(gate.access, request, reply);
  }
  if (!gate.access.hasCookie(request.headers.cookie)) return reply(403, 'Open the address that vmatlas printed, with its token.\n');

  const file = await readStaticFile(rendererDir, rawPath(request.url ?? '/'));
  if (!file) return reply(404, 'No such file.\n');
  return reply(200, file.bytes, file.type, rawPath(request.url ?? '/').startsWith(HASHED_FILES) ? FOREVER : {});
}

/** Why a WebSocket upgrade is refused; undefined when it may go on. */
export function refuseUpgrade(gate: WebGate, request: IncomingMessage): Refusal | undefined {
  const { host, origin, cookie } = request.headers;
  const refusal = refuseHost(gate, host);
  if (refusal) return refusal;
  if (rawPath(request.url ?? '/') !== SOCKET_PATH) return { status: 404, words: 'No such socket.' };
  if (!isSameOrigin(origin, host)) return { status: 403, words: 'This page is not ours.' };
  if (!gate.access.hasCookie(cookie)) return { status: 403, words: 'Open the address that vmatlas printed, with its token.' };
  return undefined;
}

function refuseHost(gate: WebGate, host: string | undefined): Refusal | undefined {
  if (isAllowedHost(host, gate.beyondLoopback, gate.names)) return undefined;
  return { status: 421, words: 'This host is not known by that name.' };
}

async function mayRedeem(access: Access, token: string, request: IncomingMessage): Promise<boolean> {
  const kind = access.redeem(token);
  if (kind !== 'launch-token') return kind === 'token';
  // Another user of this machine may have read it in the browser's command line.
  const { remoteAddress = '', remotePort = 0, localPort = 0 } = request.socket;
  const uid = isLoopback(remoteAddress) ? await loopbackPeerUid(remotePort, localPort) : undefined;
  return uid === undefined || uid === process.getuid?.();
}

type Reply = (status: number, body: string, type?: string, more?: Readonly<Record<string, string>>) => void;

/** Sets the cookie and goes to the page, without the token in the address. */
function letIn(access: Access, request: IncomingMessage, reply: Reply): void {
  const cookie = { 'Set-Cookie': access.setCookieHeader() };
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    // A link on another site: the browser keeps a Strict cookie back through redirects of that request, but not from a request that our own page makes.
    reply(200, '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>vmatlas</title>', 'text/html; charset=utf-8', cookie);
  } else {
    reply(303, '', undefined, { ...cookie, Location: '/' });
  }
}

/** The path as it was sent: URL would resolve `..` before anybody could look at it. */
function rawPath(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? '/';
}
