import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TERMINAL_ACK_BYTES, TERMINAL_HIGH_WATER_BYTES } from '../../shared/rpc/contracts/terminals.ts';
import { BACKLOG_BYTES, TerminalHub } from './terminal-hub.ts';
import { FakeTerminal } from './testing/fake-debugger.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('TerminalHub', () => {
  it('gives what was printed before a page opened, then what follows, none twice', () => {
    const pty = new FakeTerminal();
    const hub = new TerminalHub(pty);
    const shown: string[] = [];
    hub.onData((data) => shown.push(text(data)));
    pty.print('before ');
    expect(text(hub.open(80, 24))).toBe('before ');
    expect(pty.size).toEqual([80, 24]);
    pty.print('after');
    expect(shown).toEqual(['after']);
    expect(text(hub.open(80, 24))).toBe('before after');
  });

  it('keeps exactly the last 256 KiB, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 12 }), (sizes) => {
        const pty = new FakeTerminal();
        const hub = new TerminalHub(pty);
        let all = '';
        for (const [i, size] of sizes.entries()) {
          const piece = String.fromCharCode(97 + i).repeat(size);
          all += piece;
          pty.print(piece);
        }
        expect(text(hub.open(80, 24)) === all.slice(-BACKLOG_BYTES)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('holds the writer back until a slow page has caught up', () => {
    const pty = new FakeTerminal();
    const hub = new TerminalHub(pty);
    hub.open(80, 24);
    pty.print('x'.repeat(TERMINAL_HIGH_WATER_BYTES));
    expect(pty.paused).toBe(false);
    pty.print('x');
    expect(pty.paused).toBe(true);
    let acknowledged = 0;
    while (pty.paused) {
      hub.acknowledge(TERMINAL_ACK_BYTES);
      acknowledged += TERMINAL_ACK_BYTES;
    }
    expect(acknowledged).toBeLessThanOrEqual(TERMINAL_HIGH_WATER_BYTES + TERMINAL_ACK_BYTES);
  });

  it('never holds a writer back for a page that is not there, or has gone', () => {
    const pty = new FakeTerminal();
    const hub = new TerminalHub(pty);
    pty.print('x'.repeat(2 * TERMINAL_HIGH_WATER_BYTES));
    expect(pty.paused).toBe(false);
    hub.open(80, 24);
    pty.print('x'.repeat(2 * TERMINAL_HIGH_WATER_BYTES));
    expect(pty.paused).toBe(true);
    hub.leave();
    expect(pty.paused).toBe(false);
  });

  it('tells the end once and keeps what was printed', () => {
    const pty = new FakeTerminal();
    const hub = new TerminalHub(pty);
    let ends = 0;
    hub.onEnded(() => ends++);
    pty.print('bye');
    pty.hangUp();
    hub.end();
    expect(ends).toBe(1);
    expect(text(hub.open(80, 24))).toBe('bye');
    hub.write(new Uint8Array([3]));
    expect(pty.written).toEqual([]);
  });
});
