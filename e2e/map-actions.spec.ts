import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { formatSize } from '../src/shared/address/size.ts';
import { expect, test } from './support/app.ts';
import { startSubject, windowAddress } from './support/target.ts';
import { addressBarGo, region } from './support/window.ts';

const map = (page: Page): Locator => page.getByRole('application', { name: /Address-space map/ });
const card = (page: Page): Locator => page.locator('.map-card');

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

/** The range that a text tells: `0x… – 0x…`. */
function rangeIn(text: string): Range {
  const [, start = '', end = ''] = /(0x[0-9a-f_]+) – (0x[0-9a-f_]+)/.exec(text) ?? [];
  return { start: BigInt(start.replaceAll('_', '')), end: BigInt(end.replaceAll('_', '')) };
}

/** A point of the map's blocks, `share` of the panel's height down. */
async function point(page: Page, share: number): Promise<{ readonly x: number; readonly y: number }> {
  const box = await map(page).boundingBox();
  if (!box) throw new Error('the map has no box');
  return { x: box.x + 140, y: box.y + box.height * share };
}

/** What the card says of the region there. */
async function regionUnder(page: Page, share: number): Promise<Range> {
  const { x, y } = await point(page, share);
  await page.mouse.move(x, y - 3);
  await page.mouse.move(x, y);
  await expect(card(page)).toBeVisible();
  return rangeIn(await card(page).innerText());
}

/** A height at which a block reaches some px up and down: where blocks begin and end differs from run to run, with the sizes of the gaps. */
async function wellInside(page: Page): Promise<number> {
  for (let share = 0.45; share < 0.8; share += 0.005) {
    const [above, below] = [await regionUnder(page, share - 0.006), await regionUnder(page, share + 0.006)];
    if (above.start === below.start && above.end - above.start < 1n << 30n) return share;
  }
  throw new Error('no block of the map is 10 px high');
}

/** The bytes of a process as the kernel gives them. */
function bytesOf(pid: number, { start, end }: Range): Buffer {
  const bytes = Buffer.alloc(Number(end - start));
  const file = openSync(`/proc/${pid}/mem`, 'r');
  try {
    expect(readSync(file, bytes, { position: start })).toBe(bytes.length);
  } finally {
    closeSync(file);
  }
  return bytes;
}

test.describe('pointer on the map', () => {
  test('a double click fills the panel, a pinch zooms about the fingers, Shift and drag selects, and the menu copies, dumps and leads on', async ({ openApp }) => {
    // Many steps in one window, which is cheaper than a window for each.
    test.slow();
    const subject = await startSubject();
    const folder = mkdtempSync(join(tmpdir(), 'vmatlas-e2e-dump-'));
    try {
      const { page, idle } = await openApp(String(subject.pid));
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await idle();

      // Double click: what was one block of many reaches from the top of the panel to its end.
      const share = await wellInside(page);
      const chosen = await regionUnder(page, share);
      const middle = await point(page, share);
      await page.mouse.dblclick(middle.x, middle.y);
      await idle();
      expect([await regionUnder(page, 0.06), await regionUnder(page, 0.94)]).toEqual([chosen, chosen]);
      await page.keyboard.press('Home');
      await idle();

      // A mouse that moves renders nothing anew but the card.
      const renders = await page.evaluateHandle(() => {
        const seen = { count: 0 };
        const panel = document.querySelector('.map-panel');
        const own = document.querySelector('.map-card');
        if (panel) new MutationObserver((records) => {
          seen.count += records.filter(({ target, type }) => type !== 'attributes' && !(own?.contains(target) ?? false)).length;
        }).observe(panel, { subtree: true, childList: true, characterData: true });
        return seen;
      });
      // News of the process may come at any time, once in a while; what a move renders comes in every round.
      let fewest = Infinity;
      for (let round = 0; round < 3; round++) {
        await renders.evaluate((seen) => void (seen.count = 0));
        for (let i = 1; i <= 20; i++) await page.mouse.move(middle.x, 200 + i * 20);
        await idle();
        fewest = Math.min(fewest, await renders.evaluate((seen) => seen.count));
      }
      expect(fewest).toBe(0);

      // Two fingers: the region between them stays there and grows.
      const session = await page.context().newCDPSession(page);
      const fingers = (apart: number): { x: number; y: number; id: number }[] => [{ x: middle.x, y: middle.y - apart, id: 0 }, { x: middle.x, y: middle.y + apart, id: 1 }];
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(10) });
      for (const apart of [40, 120, 300]) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: false });
      await idle();
      expect([await regionUnder(page, share - 0.03), await regionUnder(page, share), await regionUnder(page, share + 0.03)]).toEqual([chosen, chosen, chosen]);
      await page.keyboard.press('Home');
      await idle();

      // The page of constants, which nobody writes.
      const constant = subject.address('constant_text');
      await addressBarGo(page, windowAddress(constant));
      await idle();
      await map(page).focus();
      await page.keyboard.press('Enter');
      await idle();
      const whole = await regionUnder(page, 0.5);
      expect(whole.start <= constant && constant < whole.end).toBe(true);

      // A selection tells its size while it is made.
      const [low, high] = [await point(page, 0.7), await point(page, 0.3)];
      await page.keyboard.down('Shift');
      await page.mouse.move(low.x, low.y);
      await page.mouse.down();
      await page.mouse.move(high.x, high.y + 20);
      await page.mouse.move(high.x, high.y);
      const said = await card(page).innerText();
      const selected = rangeIn(said);
      expect(said).toContain(formatSize(selected.end - selected.start));
      expect(whole.start < selected.start && selected.end < whole.end).toBe(true);
      await page.mouse.up();
      await page.keyboard.up('Shift');

      // The menu acts on the selection inside it.
      const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
      const choose = async (name: RegExp): Promise<void> => {
        const at = await point(page, 0.5);
        await page.mouse.click(at.x, at.y, { button: 'right' });
        await page.getByRole('menuitem', { name }).click();
      };
      await choose(/^Copy range of selection/);
      expect(rangeIn(await clipboard())).toEqual(selected);
      await choose(/^Copy address/);
      const copied = BigInt((await clipboard()).replaceAll('_', ''));
      expect(selected.start <= copied && copied < selected.end).toBe(true);
      await choose(/^Dump selection to file/);
      const dialog = page.getByRole('dialog', { name: 'Dump selection to a file' });
      const file = join(folder, 'selection.bin');
      await dialog.getByRole('textbox').fill(file);
      await dialog.getByRole('button', { name: /^Dump / }).click();
      await expect(page.getByRole('log', { name: 'Messages' })).toContainText(`written to ${file}`);
      expect(readFileSync(file).equals(bytesOf(subject.pid, selected))).toBe(true);
      await choose(/^Set region as range/);
      await choose(/^Copy range of selection/);
      expect(rangeIn(await clipboard())).toEqual(whole);
      await choose(/^Go to in memory/);
      await idle();
      await expect(region(page)).toContainText(windowAddress(copied));
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await subject.stop();
    }
  });
});

test.describe('pictures of the map', () => {
  test.skip(process.env['VMATLAS_E2E'] === 'electron', 'Electron asks where to save');

  test('are saved as SVG, PNG and poster; hits of a search are on them, and brackets walk them', async ({ openApp }) => {
    test.slow();
    const subject = await startSubject();
    try {
      const { page, idle } = await openApp(String(subject.pid));
      await idle();
      const save = async (name: string): Promise<{ readonly name: string; readonly bytes: Buffer }> => {
        await page.getByRole('button', { name: 'Save the map' }).click();
        const coming = page.waitForEvent('download');
        await page.getByRole('menuitem', { name }).click();
        const download = await coming;
        return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
      };
      const svg = await save('This picture as SVG');
      const text = svg.bytes.toString('utf8');
      expect(svg.name.endsWith(`subject-${subject.pid}-map.svg`)).toBe(true);
      expect(text).toMatch(new RegExp(`<title>Address space of \\d*-?subject, PID ${subject.pid}, \\d{4}-\\d\\d-\\d\\d`));
      for (const word of ['[stack]', '[heap]', 'libc.so.6', 'compressed']) expect(text).toContain(word);
      // Whole in itself: no address of another file but the namespace.
      expect(text.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<image|@import/);

      const png = await save('This picture as PNG');
      const box = await map(page).boundingBox();
      expect(png.name.endsWith(`subject-${subject.pid}-map.png`)).toBe(true);
      expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
      // Twice the size of the panel: width and height of the header chunk (PNG specification, IHDR).
      expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual([Math.round((box?.width ?? 0) * 2), Math.round((box?.height ?? 0) * 2)]);

      const poster = (await save('The whole map as an SVG poster')).bytes.toString('utf8');
      expect(poster).toContain(`PID ${subject.pid}`);
      const mapped = new Set(readFileSync(`/proc/${subject.pid}/maps`, 'utf8').split('\n').flatMap((line) => /\/([^/]+)$/.exec(line)?.[1] ?? []));
      for (const file of mapped) expect(poster).toContain(file === 'subject' ? 'subject' : file.replace('ld-linux-x86-64.so.2', 'ld.so'));
      expect(poster).toContain('Shared library, ');

      // The legend hides a class, down to a shadow, and shows it again.
      const opacity = (picture: string): number => Number(/fill-opacity="([\d.]+)"/.exec(/<text[^>]*>\[heap\]</.exec(picture)?.[0] ?? '')?.[1] ?? 1);
      const heap = page.getByRole('group', { name: /^Legend/ }).getByRole('button', { name: /Heap/i });
      await heap.click();
      await expect(heap).toHaveAttribute('aria-pressed', 'false');
      expect(opacity((await save('This picture as SVG')).bytes.toString('utf8'))).toBeLessThan(0.5);
      await heap.click();
      expect(opacity(text)).toBe(1);

      // A real search: the text of one variable.
      const place = subject.address('greeting_text');
      await page.keyboard.press('Control+f');
      await page.getByRole('textbox', { name: 'Search for' }).fill('vmatlas e2e');
      await page.getByLabel('Read the pattern as').selectOption('text');
      await page.getByLabel('Search in').selectOption('data');
      await page.getByRole('textbox', { name: 'Search for' }).press('Enter');
      await expect(page.locator('.search-summary')).toContainText('place');
      await idle();
      const colour = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--warn').trim());
      const marks = (picture: string): number => picture.split(`fill="${colour}"`).length - 1;
      expect(marks(text)).toBe(0);
      expect(marks((await save('This picture as SVG')).bytes.toString('utf8'))).toBe(1);
      // From the start of its region the next mark upward is the hit.
      await addressBarGo(page, windowAddress(place - 1n));
      await idle();
      await map(page).focus();
      await page.keyboard.press(']');
      await idle();
      await page.keyboard.press('Alt+4');
      await expect(region(page)).toContainText(windowAddress(place));
      await map(page).focus();
      await page.keyboard.press(']');
      await idle();
      await page.keyboard.press('[');
      await idle();
      await expect(region(page)).toContainText(windowAddress(place));
    } finally {
      await subject.stop();
    }
  });
});
