import { describe, expect, it } from 'vitest';
import { Access, isAllowedHost, isSameOrigin } from './access.ts';
import { findUid } from './peer.ts';

describe('the Host header', () => {
  it.each(['127.0.0.1', '127.0.0.1:8080', 'localhost', 'LOCALHOST:1', '[::1]:80', '127.8.9.1:1'])('of a loopback host may be %s', (host) => {
    expect(isAllowedHost(host, false, [])).toBe(true);
  });
  it.each([undefined, '', 'evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example', '192.168.1.5:80', '0.0.0.0:1', '[::]:80', 'box', 'localhost@evil', 'localhost/x', 'a b'])(
    'of a loopback host may not be %s',
    (host) => {
      expect(isAllowedHost(host, false, ['box'])).toBe(false);
    },
  );
  it.each([
    ['192.168.1.5:80', true],
    ['[fe80::1]:80', true],
    ['Box:80', true],
    ['localhost:80', true],
    ['evil.example', false],
  ])('of a host beyond the loopback: %s is %s', (host, allowed) => {
    expect(isAllowedHost(host, true, ['box'])).toBe(allowed);
  });
});

describe('the Origin header', () => {
  it.each([
    ['http://localhost:9000', 'localhost:9000', true],
    ['http://localhost:9000', 'localhost:9001', false],
    ['http://127.0.0.1:9000', 'localhost:9000', false],
    ['null', 'localhost:9000', false],
    [undefined, 'localhost:9000', false],
    [undefined, undefined, false],
  ])('%s asking %s: %s', (origin, host, same) => {
    expect(isSameOrigin(origin, host)).toBe(same);
  });
});

describe('tokens', () => {
  it('of the URL are good again and again, of a launch once', () => {
    const access = new Access();
    const launch = access.createLaunchToken();
    expect([access.redeem(access.token), access.redeem(access.token)]).toEqual(['token', 'token']);
    expect([access.redeem(launch), access.redeem(launch)]).toEqual(['launch-token', 'wrong']);
    expect([access.redeem(''), access.redeem(`${access.token}x`), access.redeem(access.token.slice(1))]).toEqual(['wrong', 'wrong', 'wrong']);
  });
  it('of a launch end after a minute', () => {
    let now = 0;
    const access = new Access(() => now);
    const [early, late] = [access.createLaunchToken(), access.createLaunchToken()];
    now = 59_999;
    expect(access.redeem(early)).toBe('launch-token');
    now = 60_000;
    expect(access.redeem(late)).toBe('wrong');
  });
  it('differ from host to host, and so do cookies', () => {
    const [one, two] = [new Access(), new Access()];
    expect(one.token).not.toBe(two.token);
    const cookie = one.setCookieHeader().split(';')[0];
    expect([one.hasCookie(`a=b; ${cookie}`), two.hasCookie(cookie), one.hasCookie(undefined), one.hasCookie(`${one.cookieName}=`)]).toEqual([true, false, false, false]);
  });
});

describe('the socket table', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0',
    '   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1',
    '   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1',
  ].join('\n');
  it('tells whose the other end is', () => {
    expect([findUid(table, 0xc350, 0x1f90), findUid(table, 0xc351, 0x1f90), findUid('', 1, 2)]).toEqual([1000, undefined, undefined]);
  });
});
