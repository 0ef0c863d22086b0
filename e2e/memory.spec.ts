import { closeSync, openSync, readSync } from 'node:fs';
import { expect, test, type RunningApp } from './support/app.ts';
import { startSubject, windowAddress } from './support/target.ts';
import { addressBarGo, command, hexRow, hexText } from './support/window.ts';
import type { RunningProgram } from '../src/main/testing/run-program.ts';

/** Bytes of a process as the kernel gives them. */
function bytesOf(pid: number, address: bigint, count: number): number[] {
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  const bytes = Buffer.alloc(count);
  readSync(fd, bytes, 0, count, Number(address));
  closeSync(fd);
  return [...bytes];
}

function presentPages(pid: number, start: bigint, count: number): number[] {
  const fd = openSync(`/proc/${pid}/pagemap`, 'r');
  const words = Buffer.alloc(count * 8);
  readSync(fd, words, 0, words.length, Number(start >> 12n) * 8);
  closeSync(fd);
  return Array.from({ length: count }, (_, page) => page).filter((page) => words.readBigUInt64LE(page * 8) >> 63n === 1n);
}

test.describe('memory', () => {
  let subject: RunningProgram;
  test.beforeEach(async () => {
    subject = await startSubject('memory');
  });
  test.afterEach(() => subject.stop());

  const open = async (openApp: (...args: string[]) => Promise<RunningApp>, place: string): Promise<RunningApp> => {
    const app = await openApp(String(subject.pid));
    await addressBarGo(app.page, place);
    await app.idle();
    return app;
  };

  test('names variables by their types, with values, beside their bytes', async ({ openApp }) => {
    const { page } = await open(openApp, 'config');
    expect(await hexRow(page, subject.address('config'), 4)).toBe('90 1f 00 00');
    await expect.poll(() => hexText(page)).toContain('config = 8080, 3, 5, 2.5');
    const text = await hexText(page);
    expect(text).toMatch(/primes\[0…3\] = 2, 3, 5, 7/);
    expect(text).toContain('first = {next → second, id 1,');
    expect(text).toContain('name "first"}');
    await expect.poll(() => hexText(page)).toContain('greeting → "Hello, memory"');
  });

  test('shows the file beside memory, and says who wrote', async ({ openApp }) => {
    const { page } = await open(openApp, 'greeting');
    await expect.poll(() => hexText(page)).toMatch(/ELF file \+0x[0-9a-f]+: .*ld\.so wrote R_X86_64_RELATIVE/);
    await expect.poll(() => hexText(page)).toMatch(/program wrote [^;]*input/);
  });

  test('follows a pointer with Enter, and back', async ({ openApp }) => {
    const { page, idle } = await open(openApp, 'first');
    await page.locator('.hex-view').focus();
    await page.keyboard.press('Enter');
    await idle();
    await expect(page.locator('.status')).toContainText(windowAddress(subject.address('second')).slice(-9));
  });

  test('edits a running program, which sees it, and undoes', async ({ openApp }) => {
    const { page, idle } = await open(openApp, 'input');
    await page.locator('.hex-view').focus();
    await page.keyboard.press('e');
    await expect(page.getByRole('toolbar', { name: 'Edit mode' })).toBeVisible();
    await page.locator('.hex-view').focus();
    await page.keyboard.type('2a');
    await expect.poll(() => bytesOf(subject.pid, subject.address('output'), 4)).toEqual([0x2a, 0, 0, 0]);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => bytesOf(subject.pid, subject.address('output'), 4)).toEqual([7, 0, 0, 0]);
    await idle();
  });

  test('asks before it writes code, and leaves it when told so', async ({ openApp }) => {
    const { page } = await open(openApp, 'main');
    const before = bytesOf(subject.pid, subject.address('main'), 4);
    await command(page, 'Edit memory');
    await page.getByLabel('Bytes or text to write at the cursor').fill('90');
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    const question = page.getByRole('alertdialog');
    await expect(question).toContainText('private copy');
    await question.getByRole('button', { name: 'Leave it' }).click();
    await expect(question).toHaveCount(0);
    expect(bytesOf(subject.pid, subject.address('main'), 4)).toEqual(before);
  });

  test('reads the bytes in every way in the data inspector, and writes what is typed there', async ({ openApp }) => {
    const { page } = await open(openApp, 'config');
    await command(page, 'Data inspector');
    await expect(page.getByRole('button', { name: 'u32 little-endian: 8080' })).toBeVisible();
    await page.getByRole('button', { name: 'u16 little-endian: 8080' }).click();
    await page.getByLabel('New u16 little-endian').fill('9090');
    await page.keyboard.press('Enter');
    await expect.poll(() => bytesOf(subject.pid, subject.address('config'), 2)).toEqual([0x82, 0x23]);
  });

  test('shows both sides of a hole, and touches no page by being scrolled over', async ({ openApp }) => {
    const area = subject.address('area');
    const before = presentPages(subject.pid, area, 16);
    expect(before).toEqual([0, 8]);
    const { page, idle } = await open(openApp, `0x${area.toString(16)}`);
    await expect.poll(() => hexText(page)).toMatch(/11 11 11 11/);
    const view = page.locator('.hex-view');
    const box = await view.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 200, (box?.y ?? 0) + 200);
    let seen = await hexText(page);
    for (let i = 0; i < 12; i++) {
      await page.mouse.wheel(0, 400);
      await idle();
      seen += await hexText(page);
    }
    expect(seen).toContain('never touched');
    expect(seen).toMatch(/22 22 22 22/);
    expect(presentPages(subject.pid, area, 16)).toEqual(before);
  });

  test('has several views, one locked to an expression', async ({ openApp }) => {
    const { page, idle } = await open(openApp, 'config');
    await command(page, 'New memory view');
    await page.getByLabel('Expression this view follows').fill('greeting');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('tab', { name: 'greeting' })).toBeVisible();
    await idle();
    await addressBarGo(page, 'main');
    await idle();
    await expect.poll(() => hexText(page)).toContain('greeting → "Hello, memory"');
    await page.getByRole('tab', { name: 'Memory 1' }).click();
    await idle();
    await expect(page.getByRole('tab', { name: 'Memory 1' })).toHaveAttribute('aria-selected', 'true');
  });

  test('copies in formats, loads a file over memory, and undoes it', async ({ openApp }) => {
    const { page, idle } = await open(openApp, 'config');
    // What would go to the machine's clipboard: reading that back needs a permission a test has not.
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text: string) => void ((window as { copied?: string }).copied = text) } });
    });
    const copied = (): Promise<string | undefined> => page.evaluate(() => (window as { copied?: string }).copied);
    await page.locator('.hex-view').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('button', { name: 'Copy, export, load' }).click();
    await page.getByRole('menuitem', { name: 'Copy as C array' }).click();
    await expect.poll(copied).toContain('unsigned char bytes[4] = {\n    0x90, 0x1f, 0x00, 0x00,\n}');
    await idle();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Copy, export, load' }).click();
    await page.getByRole('menuitem', { name: 'Save as Intel HEX' }).click();
    const file = await (await saved).path();
    const before = bytesOf(subject.pid, subject.address('config'), 4);
    // An Intel HEX file says what lies where; loaded at the cursor its first byte goes there.
    await page.getByLabel('File to load over memory').setInputFiles({ name: 'patch.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([1, 2, 3, 4]) });
    await expect.poll(() => bytesOf(subject.pid, subject.address('config'), 4)).toEqual([1, 2, 3, 4]);
    await page.getByLabel('File to load over memory').setInputFiles(file);
    await expect.poll(() => bytesOf(subject.pid, subject.address('config'), 4)).toEqual(before);
    await command(page, 'Undo all edits of memory');
    await expect.poll(() => bytesOf(subject.pid, subject.address('config'), 4)).toEqual(before);
  });

  test('marks what changed since a stop of one’s choice, and has its actions in a menu of the byte', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await addressBarGo(page, 'uninitialized_global');
    await idle();
    const changes = page.getByRole('button', { name: /^Since stop/ });
    const stepOn = async (): Promise<void> => {
      const stops = Number(/stop #(\d+)/.exec((await page.locator('.status').textContent()) ?? '')?.[1]);
      await command(page, 'Step over');
      await expect(page.locator('.status')).toContainText(`stop #${stops + 1}`);
      await idle();
    };
    for (let i = 0; i < 2; i++) await stepOn();
    await expect(changes).toHaveText(/Since stop 2/);
    await page.getByRole('button', { name: 'Compare with an earlier generation' }).click();
    await page.getByRole('menuitemradio', { name: 'stop 1', exact: true }).click();
    await expect(changes).toHaveText(/Since stop 1/);
    await stepOn();
    // The chosen one stays when newer ones come.
    await expect(changes).toHaveText(/Since stop 1/);

    await expect(page.getByLabel('Place of the cursor')).toContainText('.bss');
    await page.locator('.hex-view').focus();
    await page.keyboard.press('ContextMenu');
    const menu = page.getByRole('menu', { name: 'Actions for these bytes' });
    await expect(menu).toContainText('uninitialized_global');
    await menu.getByRole('menuitem', { name: 'Stop when uninitialized_global is written' }).click();
    await idle();
    await page.keyboard.press('Alt+8');
    await expect(page.locator('[data-panel=breakpoints]')).toContainText('written');
    await page.locator('.hex-view').click({ button: 'right', position: { x: 200, y: 60 } });
    await menu.getByRole('menuitem', { name: 'Pages', exact: true }).click();
    await expect(page.locator('[data-panel=pages]')).toBeVisible();
  });
});
