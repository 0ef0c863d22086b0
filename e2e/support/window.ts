import { expect, type Locator, type Page } from '@playwright/test';
import { windowAddress } from './target.ts';

/** Types a location into the address bar and goes there. */
export async function addressBarGo(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+g');
  const bar = page.getByRole('combobox', { name: 'Go to address, symbol or register' });
  await expect(bar).toBeFocused();
  await bar.fill(text);
  await bar.press('Enter');
}

/** All rows the hex view shows, as its screen-reader text. */
export async function hexText(page: Page): Promise<string> {
  const rows = await page.getByRole('list', { name: 'Rows on screen' }).getByRole('listitem').allTextContents();
  return rows.join('\n');
}

/** `count` bytes at an address as the hex view shows them; waits until they are on screen. */
export async function hexRow(page: Page, address: bigint, count: number): Promise<string> {
  const start = address - (address % 16n);
  const column = Number(address - start);
  const row = page.getByRole('list', { name: 'Rows on screen' }).getByRole('listitem').filter({ hasText: new RegExp(`^${windowAddress(start)} (?:[0-9a-f?]{2} ?){16}`) });
  await expect(row).toHaveCount(1);
  const cells = ((await row.textContent()) ?? '').split(' ').slice(1, 17);
  return cells.slice(column, column + count).join(' ');
}

/** The inspector's region card. */
export function region(page: Page): Locator {
  return page.locator('[data-panel=inspector]');
}

/** A register's value from the registers table; waits until it is there. */
export async function register(page: Page, name: string): Promise<bigint> {
  const row = page.locator(`tr[data-register=${name}]`);
  await expect(row).toHaveCount(1);
  const text = (await row.textContent()) ?? '';
  const value = /0x[0-9a-f_]+/.exec(text)?.[0];
  if (value === undefined) throw new Error(`the row of ${name} shows no value: ${text}`);
  return BigInt(value.replaceAll('_', ''));
}

export type Phase = 'observing' | 'running' | 'stopped' | 'exited' | 'detached' | 'lost';

/** Waits until the session is in a phase, as the top bar shows it. */
export async function inPhase(page: Page, phase: Phase): Promise<void> {
  await expect(page.getByTestId('phase')).toHaveAttribute('data-phase', phase);
}

/** Runs a command by the palette, as a user who knows no key does. */
export async function command(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Type a command').fill(title);
  await page.keyboard.press('Enter');
}

/** Types into gdb's own console. */
export async function typeInConsole(page: Page, text: string): Promise<void> {
  await page.locator('[data-panel=console] .xterm').click();
  await page.keyboard.type(text);
}
