import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { compileSubject, windowAddress } from './support/target.ts';
import { command, hexText, inPhase } from './support/window.ts';

/** What the program printed of itself, from its own terminal in the window. */
async function printedTable(page: Page): Promise<bigint> {
  const terminal = page.locator('[data-panel=program] .xterm-rows');
  await expect(terminal).toContainText(/table 0x[0-9a-f]{6,}/);
  return BigInt(/table (0x[0-9a-f]+)/.exec((await terminal.textContent()) ?? '')?.[1] ?? 0);
}

test.describe('faults', () => {
  test('a write to a constant: the card comes by itself, with cause, address and evidence, and all views mark the place', async ({ openApp }) => {
    // It looks into every view, one after the other.
    test.setTimeout(240_000);
    const { page, idle } = await openApp('--', compileSubject('crash'));
    await inPhase(page, 'stopped');
    const card = page.getByTestId('fault-card');
    await expect(card).toHaveCount(0);

    await page.keyboard.press('F5');
    await expect(page.getByTestId('phase')).toContainText('SIGSEGV');
    await expect(card.locator('.flt-body')).toHaveAttribute('data-cause', 'write-to-rodata');
    await expect(card.locator('.flt-body')).toHaveAttribute('data-certainty', 'certain');
    await idle();
    const printed = await printedTable(page);
    const address = windowAddress(printed);
    await expect(card.getByRole('heading', { level: 2 })).toContainText('rodata');
    await expect(card.locator('.flt-title')).toContainText(address);
    await expect(card.getByRole('region', { name: 'What the program tried' })).toContainText('write 4 bytes');
    await expect(card.getByRole('region', { name: 'What the program tried' })).toContainText('crash.c:14');
    await expect(card.getByRole('region', { name: 'What lies there' })).toContainText('table+0x8');
    await expect(card.getByRole('img', { name: /w is missing/ })).toBeVisible();

    // A piece of evidence leads to the place, in a view that shows it.
    await expect(page.getByTestId('cursor')).not.toHaveText(address);
    await card.locator('.flt-title').getByRole('button', { name: address }).click();
    await expect(page.getByTestId('cursor')).toHaveText(address);
    await card.getByRole('button', { name: /Source/ }).first().click();
    await idle();
    await expect(page.locator('[data-panel=source] .code-row.current[data-line]')).toHaveAttribute('data-line', '14');

    // Map, memory, pages and stack know the place.
    await page.locator('[data-panel=map] [role=application]').focus();
    const places = new Set<string | null>();
    for (let i = 0; i < 16 && !places.has(address); i++) {
      await page.keyboard.press(']');
      await idle();
      places.add(await page.getByTestId('cursor').textContent());
    }
    expect([...places]).toContain(address);
    await page.keyboard.press('Alt+1');
    await idle();
    await expect.poll(() => hexText(page)).toMatch(/; SIGSEGV /);
    await page.keyboard.press('Alt+3');
    await idle();
    await expect(page.getByTestId('page-fault')).toContainText(address);
    await expect(page.locator('tr.flt').first()).toContainText('fault');
    await page.keyboard.press('Alt+2');
    await idle();
    await expect(page.getByTestId('stack-fault')).toContainText('is not on this stack');

    // Closed, and back from the status bar and the palette.
    await page.getByRole('button', { name: 'Close the explanation' }).first().click();
    await expect(card).toHaveCount(0);
    await page.locator('.status').getByRole('button', { name: /SIGSEGV/ }).click();
    await expect(card.locator('.flt-body')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(card).toHaveCount(0);
    await command(page, 'Explain why the program stopped');
    await expect(card.locator('.flt-body')).toBeVisible();

    // When it goes on it ends; what was known of its last stop stays.
    await page.keyboard.press('F5');
    await inPhase(page, 'exited');
    await expect(card).toContainText('of its last stop');
  });

  test('a null pointer: the field is named, and a breakpoint is no fault', async ({ openApp }) => {
    const { page, idle } = await openApp('--', compileSubject('crash'), 'null');
    await inPhase(page, 'stopped');
    const card = page.getByTestId('fault-card');
    // Asked at an ordinary stop, it says that there is nothing to explain.
    await page.keyboard.press('Alt+9');
    await expect(card).toContainText('Nothing to explain');
    await page.keyboard.press('F5');
    await expect(card.locator('.flt-body')).toHaveAttribute('data-cause', 'null-dereference');
    await idle();
    await expect(card.locator('.flt-title')).toContainText('0x0000_0000_0000');
    await expect(card.getByRole('region', { name: 'Why' })).toContainText('node->next');
    await expect(card.getByRole('region', { name: 'What lies there' })).toContainText('null guard');
  });
});
