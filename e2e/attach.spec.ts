import { addressBarGo, command, hexRow, inPhase, region, register } from './support/window.ts';
import { expect, test } from './support/app.ts';
import { startSubject, statusField } from './support/target.ts';

test.describe('a running process', () => {
  test('is looked at without stopping it, to the value it printed', async ({ openApp }) => {
    const subject = await startSubject();
    try {
      const { page, idle } = await openApp('--pid', String(subject.pid));
      await expect(page.locator('.top')).toContainText('subject');
      expect(statusField(subject.pid, 'TracerPid')).toBe('0');

      // .data: 42, as the program's source says, at the address the program printed.
      await addressBarGo(page, 'initialized_global');
      await idle();
      expect(await hexRow(page, subject.address('initialized_global'), 4)).toBe('2a 00 00 00');
      await expect(region(page)).toContainText('data');

      // .bss: written by the program before it printed.
      await addressBarGo(page, `0x${subject.address('uninitialized_global').toString(16)}`);
      await idle();
      expect(await hexRow(page, subject.address('uninitialized_global'), 4)).toBe('34 12 00 00');

      // Looking stopped nothing: it still counts.
      expect(statusField(subject.pid, 'TracerPid')).toBe('0');
      expect(statusField(subject.pid, 'State')).toMatch(/^[SR]/);
    } finally {
      await subject.stop();
    }
  });

  test('is attached to, shows rsp inside its stack, and runs on after detach', async ({ openApp }) => {
    const subject = await startSubject();
    try {
      const { page, idle } = await openApp('--pid', String(subject.pid));
      await command(page, 'Attach gdb');
      await inPhase(page, 'stopped');
      expect(Number(statusField(subject.pid, 'TracerPid'))).toBeGreaterThan(0);
      await idle();

      const rsp = await register(page, 'rsp');
      const stack = subject.address('stack');
      // The stopped frame lies below main's local, and not far: both are in a few frames of one small stack.
      expect(rsp).toBeLessThanOrEqual(stack);
      expect(stack - rsp).toBeLessThan(64n * 1024n);
      await addressBarGo(page, '$rsp');
      await idle();
      await expect(region(page)).toContainText('stack');

      await command(page, 'Detach gdb');
      await inPhase(page, 'observing');
      await expect.poll(() => statusField(subject.pid, 'TracerPid')).toBe('0');
      await expect.poll(() => statusField(subject.pid, 'State')).toMatch(/^[SR]/);
    } finally {
      await subject.stop();
    }
  });

  test('that dies leaves its last picture, marked as such', async ({ openApp }) => {
    const subject = await startSubject();
    const { page, idle } = await openApp('--pid', String(subject.pid));
    await addressBarGo(page, 'initialized_global');
    await idle();
    await subject.stop();
    await expect(page.locator('.stale-banner')).toContainText(/last picture/i);
    await idle();
    // What was read stays readable.
    expect(await hexRow(page, subject.address('initialized_global'), 4)).toBe('2a 00 00 00');
  });

  test('runs on, untraced, when the window and its host are gone', async ({ openApp }) => {
    const subject = await startSubject();
    try {
      const app = await openApp('--pid', String(subject.pid));
      await command(app.page, 'Attach gdb');
      await inPhase(app.page, 'stopped');
      await app.close();
      await expect.poll(() => statusField(subject.pid, 'TracerPid')).toBe('0');
      await expect.poll(() => statusField(subject.pid, 'State')).toMatch(/^[SR]/);
    } finally {
      await subject.stop();
    }
  });
});
