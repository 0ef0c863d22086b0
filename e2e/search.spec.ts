import { expect, test } from './support/app.ts';
import { startSubject, windowAddress } from './support/target.ts';
import { command, region } from './support/window.ts';
import type { Locator, Page } from '@playwright/test';

const places = (page: Page): Locator => page.getByRole('listbox', { name: 'Places found' });
const summary = (page: Page): Locator => page.locator('.search-summary');

async function search(page: Page, text: string, type: string, where: string): Promise<void> {
  await page.keyboard.press('Control+f');
  await expect(page.getByRole('textbox', { name: 'Search for' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Search for' }).fill(text);
  await page.getByLabel('Read the pattern as').selectOption(type);
  await page.getByLabel('Search in').selectOption(where);
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Enter');
}

test.describe('search', () => {
  test('finds text in the program’s data, and a place moves the shared cursor', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await search(page, 'Hello, memory', 'text', 'readable');
    await idle();
    await expect(summary(page)).toContainText(/\d+ places?/);
    await places(page).focus();
    await page.keyboard.press('ArrowDown');
    await idle();
    const chosen = /0x[0-9a-f_]+/.exec((await places(page).locator('[aria-selected=true]').textContent()) ?? '')?.[0] ?? 'none';
    await page.keyboard.press('Alt+4');
    await expect(region(page)).toContainText(chosen);
  });

  test('narrows numbers by their value, and says what was left out', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await search(page, '40..50', 'i32', 'data');
    await idle();
    await expect(summary(page)).toContainText('place');
    await page.getByRole('textbox', { name: 'Keep places that now hold' }).fill('42');
    await page.keyboard.press('Enter');
    await idle();
    await expect(summary(page)).toContainText('narrowed 1×');
    await expect(places(page)).toContainText('initialized_global');
    await page.getByRole('button', { name: 'Changed', exact: true }).click();
    await idle();
    await expect(places(page)).toContainText('No such place');
    await expect(page.locator('.search-panel')).toContainText(/left out/);
  });

  test('a mistake in the pattern is told under the field, and nothing is searched', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await search(page, 'zz', 'hex', 'data');
    await expect(page.locator('#search-problem')).toContainText('no hex digit');
    await idle();
    await expect(summary(page)).toHaveCount(0);
  });

  test('what points here: the words that hold the cursor’s address', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await page.keyboard.press('Control+g');
    const bar = page.getByRole('combobox', { name: 'Go to address, symbol or register' });
    await bar.fill('sentinel');
    await bar.press('Enter');
    await idle();
    await command(page, 'What points here');
    await idle();
    // Its own first member leads back to it.
    await expect(places(page)).toContainText('sentinel');
  });
});

test.describe('sections and symbols', () => {
  test('lists what readelf lists, filters, and goes there', async ({ openApp }) => {
    const subject = await startSubject();
    const { page, idle } = await openApp(String(subject.pid));
    await page.keyboard.press('Alt+6');
    await idle();
    const sections = page.getByRole('listbox', { name: 'Sections' });
    await expect(sections).toContainText('.interp');
    await page.getByRole('textbox', { name: 'Filter symbols by name' }).fill('main');
    await idle();
    const symbols = page.getByRole('listbox', { name: 'Symbols' });
    await symbols.getByText('main', { exact: true }).click();
    await idle();
    const chosen = /0x[0-9a-f_]+/.exec((await symbols.locator('[aria-selected=true]').textContent()) ?? '')?.[0] ?? 'none';
    await page.keyboard.press('Alt+4');
    await expect(region(page)).toContainText(chosen);
    expect(chosen).toBe(windowAddress(BigInt(chosen.replaceAll('_', ''))));
    await subject.stop();
  });
});
