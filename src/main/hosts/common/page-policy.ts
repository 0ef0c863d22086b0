/**
 * What the page may load and do, the same in both hosts. No script that is not a file of ours, nothing from any network.
 *
 * Inline styles are allowed: xterm.js writes its colours and cell sizes into style elements of its own and has no way to give them a nonce. A style can neither run
 * code nor, with no foreign source allowed, send anything away.
 *
 * @param connect further sources for connections, such as `ws://127.0.0.1:8080`
 */
export function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self'",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function securityHeaders(connect: readonly string[]): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(connect),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    // The build's file names don't change with every build of index.html, and another host on this port may be another version.
    'Cache-Control': 'no-store',
  };
}
