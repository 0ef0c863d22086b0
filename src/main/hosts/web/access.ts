import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** A token in a browser's command line can be read by every user of the machine (/proc/PID/cmdline), so it works once and not for long. */
const LAUNCH_TOKEN_LIFE_MS = 60_000;

/**
 * Who may talk to the host. The token of the printed URL, or a single-use launch token, is exchanged for a cookie on the first request; everything else needs
 * the cookie.
 */
export class Access {
  /** In the printed URL. */
  readonly token = secret();
  readonly #cookieValue = secret();
  readonly #launchTokens = new Map<string, number>();
  readonly #now: () => number;
  /** Cookies are shared by all ports of a machine: hosts must not overwrite each other's. */
  readonly cookieName = `vmatlas-${randomBytes(4).toString('hex')}`;

  /** @param now milliseconds from any start; for tests */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A token that opens the door once, within a minute. */
  createLaunchToken(): string {
    const token = secret();
    this.#launchTokens.set(token, this.#now() + LAUNCH_TOKEN_LIFE_MS);
    return token;
  }

  /** What a presented token is. A launch token is used up by this. */
  redeem(token: string): 'token' | 'launch-token' | 'wrong' {
    if (sameText(token, this.token)) return 'token';
    const ends = this.#launchTokens.get(token);
    this.#launchTokens.delete(token);
    return ends !== undefined && this.#now() < ends ? 'launch-token' : 'wrong';
  }

  /** Value of the Set-Cookie header. HttpOnly: no script can read it. Strict: no other site's request carries it. */
  setCookieHeader(): string {
    return `${this.cookieName}=${this.#cookieValue}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** @param cookieHeader the request's Cookie header */
  hasCookie(cookieHeader: string | undefined): boolean {
    const prefix = `${this.cookieName}=`;
    return (cookieHeader ?? '').split(';').some((part) => {
      const cookie = part.trim();
      return cookie.startsWith(prefix) && sameText(cookie.slice(prefix.length), this.#cookieValue);
    });
  }
}

/**
 * Whether a request's Host header names this host and not a foreign name that was made to resolve to it (DNS rebinding). The port may differ: an SSH tunnel has
 * its own. A host that listens beyond the loopback also answers to any IP address, which can't be rebound, and to `names`.
 */
export function isAllowedHost(hostHeader: string | undefined, beyondLoopback: boolean, names: readonly string[]): boolean {
  const name = hostName(hostHeader);
  if (name === undefined) return false;
  if (name === 'localhost' || isLoopback(name)) return true;
  return beyondLoopback && (isIP(name) !== 0 || names.some((allowed) => allowed.toLowerCase() === name));
}

/** Whether the Origin header is that of a page this host served: the same host and port that the request was sent to. */
export function isSameOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  return origin !== undefined && hostHeader !== undefined && (origin === `http://${hostHeader}` || origin === `https://${hostHeader}`);
}

/** 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return (isIP(address) === 4 && address.startsWith('127.')) || address === '::1' || address.startsWith('::ffff:127.');
}

/** The name in a Host header, lower case, without port and brackets; undefined for what is no Host header. */
function hostName(hostHeader: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(hostHeader ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Takes the same time wherever the texts differ. Hashed first, because timingSafeEqual wants equal lengths. */
function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
