import { describe, expect, it } from 'vitest';
import { TERMINAL_ACK_BYTES } from '../../shared/rpc/contracts/terminals.ts';
import { TerminalFeed } from './terminal-feed.ts';
import { deferred, FakeHost } from './testing/fake-host.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words);

function setUp(open = Promise.resolve({ backlog: bytes('before '), ptyName: '/dev/pts/9', ended: false })) {
  const shown: string[] = [];
  const written: string[] = [];
  const acknowledged: number[] = [];
  const told: string[] = [];
  const waiting: (() => void)[] = [];
  const host = new FakeHost({
    terminals: {
      open: () => open,
      write: ({ data }) => {
        written.push(text(data));
        return null;
      },
      acknowledge: ({ bytes: count }) => {
        acknowledged.push(count);
        return null;
      },
    },
  });
  const screen = {
    write: (data: Uint8Array, done: () => void): void => {
      shown.push(text(data));
      waiting.push(done);
    },
  };
  const feed = new TerminalFeed(host.clients.terminals, 's', 'gdb', screen, {
    onOpened: (ptyName) => told.push(`opened ${ptyName}`), onEnded: () => told.push('ended'), onError: (error) => told.push(`error ${String(error)}`),
  }, { columns: 80, rows: 24 });
  const print = (words: string, sessionId = 's'): void => host.emit('terminals', 'data', { sessionId, terminal: 'gdb', data: bytes(words) });
  const draw = (): void => {
    for (const done of waiting.splice(0)) done();
  };
  return { host, feed, shown, written, acknowledged, told, print, draw };
}

describe('TerminalFeed', () => {
  it('shows the backlog, then what comes, and only its own', async () => {
    const { host, shown, told, print } = setUp();
    await host.settle();
    print('after');
    print('another session', 'x');
    host.emit('terminals', 'data', { sessionId: 's', terminal: 'program', data: bytes('program') });
    await host.settle();
    expect(shown).toEqual(['before ', 'after']);
    expect(told).toEqual(['opened /dev/pts/9']);
  });

  it('does not show twice what is already in the backlog', async () => {
    const answer = deferred<{ backlog: Uint8Array; ptyName: string; ended: boolean }>();
    const { host, shown, print } = setUp(answer.promise);
    await host.settle();
    print('early');
    await host.settle();
    answer.resolve({ backlog: bytes('early'), ptyName: '', ended: false });
    await host.settle();
    expect(shown).toEqual(['early']);
  });

  it('acknowledges what is on the screen, in portions, and never more than came', async () => {
    const { host, acknowledged, print, draw } = setUp();
    await host.settle();
    const portion = 'x'.repeat(TERMINAL_ACK_BYTES / 4);
    for (let i = 0; i < 6; i++) print(portion);
    await host.settle();
    expect(acknowledged).toEqual([]);
    draw();
    await host.settle();
    expect(acknowledged).toEqual([TERMINAL_ACK_BYTES]);
    for (let i = 0; i < 2; i++) print(portion);
    await host.settle();
    draw();
    await host.settle();
    expect(acknowledged).toEqual([TERMINAL_ACK_BYTES, TERMINAL_ACK_BYTES]);
  });

  it('sends what is typed as UTF-8, Ctrl-C as byte 3, and binary as it is', async () => {
    const { host, feed, written } = setUp();
    feed.type('prïnt\r');
    feed.type('\u0003');
    feed.typeBinary('\u0041\u007f');
    await host.settle();
    expect(written).toEqual(['prïnt\r', '\u0003', 'A\u007f']);
  });

  it('tells of the end and of failures, and is silent once disposed', async () => {
    const { host, feed, told, shown, print } = setUp();
    await host.settle();
    feed.resize(80, 24);
    feed.resize(90, 24);
    await host.settle();
    expect(told[1]).toMatch(/^error .*terminals.resize/);
    expect(told).toHaveLength(2);
    host.emit('terminals', 'ended', { sessionId: 's', terminal: 'gdb' });
    await host.settle();
    expect(told[2]).toBe('ended');
    feed.dispose();
    print('late');
    await host.settle();
    expect(shown).toEqual(['before ']);
  });
});
