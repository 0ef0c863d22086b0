import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { windowAddress } from './support/target.ts';
import { register } from './support/window.ts';

const map = (page: Page): Locator => page.getByRole('application', { name: /Address-space map/ });

async function pidOf(page: Page): Promise<number> {
  const text = (await page.locator('.top').textContent()) ?? '';
  return Number(/PID (\d+)/.exec(text)?.[1]);
}

test.describe('the address-space map', () => {
  test('lists every mapping the kernel lists, with its address', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await idle();
    const listed = (await page.getByRole('treeitem').allTextContents()).join('\n');
    const starts = readFileSync(`/proc/${await pidOf(page)}/maps`, 'utf8').trim().split('\n').map((line) => BigInt(`0x${line.split('-')[0]}`));
    expect(starts.length).toBeGreaterThan(20);
    for (const start of starts) expect(listed).toContain(`at ${windowAddress(start)}`);
  });

  test('is walked by keys: marks, regions, and the shared cursor follows', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await idle();
    const rip = await register(page, 'rip');
    const rsp = await register(page, 'rsp');
    const inspector = page.locator('[data-panel=inspector]');
    await map(page).focus();
    // Round all marks: both registers are among the places the cursor comes to.
    const places = new Set<string>();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press(']');
      await idle();
      places.add(/0x[0-9a-f]{4}(?:_[0-9a-f]{4}){2,3}/.exec((await inspector.textContent()) ?? '')?.[0] ?? '');
    }
    expect([...places]).toEqual(expect.arrayContaining([windowAddress(rip), windowAddress(rsp)]));
    await page.keyboard.press('ArrowUp');
    await idle();
    await expect(page.locator('[aria-live=polite]').filter({ hasText: /, at 0x/ })).toHaveCount(1);
  });

  test('zooms in by wheel and key, and comes back to the very same picture', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await map(page).focus();
    await idle();
    const whole = await map(page).screenshot();
    const box = await map(page).boundingBox();
    if (!box) throw new Error('the map has no box');
    await page.mouse.move(box.x + 150, box.y + 300);
    await page.mouse.wheel(0, -600);
    await idle();
    expect((await map(page).screenshot()).equals(whole)).toBe(false);
    await page.mouse.move(box.x + box.width + 40, box.y + 300);
    await page.keyboard.press('Home');
    await idle();
    expect((await map(page).screenshot()).equals(whole)).toBe(true);
    await page.keyboard.press('Enter');
    await idle();
    expect((await map(page).screenshot()).equals(whole)).toBe(false);
    await page.keyboard.press('Backspace');
    await idle();
    expect((await map(page).screenshot()).equals(whole)).toBe(true);
  });
});
