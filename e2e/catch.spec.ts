import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { compileSubject, statusField } from './support/target.ts';
import { command, inPhase, typeInConsole } from './support/window.ts';

const SOURCE = readFileSync(join(import.meta.dirname, 'programs', 'forks.c'), 'utf8').split('\n');
const lineOf = (mark: string): number => SOURCE.findIndex((line) => line.includes(`/* ${mark} */`)) + 1;

const what = (page: Page, name: string) => page.getByRole('tablist', { name: 'What to show' }).getByRole('tab', { name });
const words = (page: Page) => page.getByTestId('phase');

/** The program's place, as the top bar tells it. */
async function atLine(page: Page, mark: string): Promise<void> {
  await expect(page.locator('.top')).toContainText(`forks.c:${lineOf(mark)}`);
}

test('backwards in a recording; signals, forks and exec stop as chosen, and the chosen process is followed', async ({ openApp }) => {
  const { page, idle } = await openApp('--', compileSubject('forks'));
  await inPhase(page, 'stopped');
  await idle();

  // Backwards as far as was recorded, and no further.
  await atLine(page, 'turn-none');
  await command(page, 'Record, so that');
  await idle();
  await page.locator('[data-tab=breakpoints]').click();
  await what(page, 'Follow').click();
  await expect(page.getByRole('button', { name: /^Stop recording/ })).toBeVisible();
  await page.keyboard.press('F10');
  await atLine(page, 'turn-one');
  await page.keyboard.press('F10');
  await atLine(page, 'turn-two');
  await page.keyboard.press('Alt+F10');
  await atLine(page, 'turn-one');
  await page.keyboard.press('Alt+F5');
  await expect(words(page)).toContainText('beginning or end of the recording');
  await atLine(page, 'turn-none');
  await page.getByRole('button', { name: /^Stop recording/ }).click();
  await expect(page.getByRole('button', { name: /^Record/ })).toBeVisible();

  // The child is to be followed; gdb's console says the same.
  await page.getByRole('radio', { name: 'the child' }).click();
  await expect(page.getByRole('radio', { name: 'the child' })).toBeChecked();
  await idle();
  await typeInConsole(page, 'show follow-fork-mode\n');
  await expect(page.locator('[data-panel=console] .xterm')).toContainText('response to a program call of fork or vfork is "child"');

  await what(page, 'Breakpoints').click();
  for (const [kind, text] of [['catch-signal', 'SIGUSR1'], ['catch-fork', ''], ['catch-exec', '']] as const) {
    await page.getByLabel('Kind').selectOption(kind);
    if (text !== '') await page.getByRole('textbox', { name: 'Place' }).fill(text);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.locator('li.breakpoint').filter({ hasText: kind.slice('catch-'.length) })).toHaveCount(1);
  }
  await page.locator('[data-tab=breakpoints]').click();
  await page.keyboard.press('F5');
  await expect(words(page)).toContainText('signal SIGUSR1');
  await idle();

  // Without the catchpoint, and told not to stop for it, the second signal passes.
  await page.locator('li.breakpoint').filter({ hasText: 'SIGUSR1' }).getByRole('button', { name: /^Delete/ }).click();
  await expect(page.locator('li.breakpoint')).toHaveCount(2);
  await what(page, 'Signals').click();
  const stops = page.locator('tr[data-signal=SIGUSR1]').getByRole('checkbox', { name: 'SIGUSR1: stop' });
  await stops.click();
  await idle();
  await expect(stops).not.toBeChecked();
  await page.locator('[data-tab=breakpoints]').click();
  await page.keyboard.press('F5');
  await expect(words(page)).toContainText('fork, new process');
  await idle();
  const child = /new process (\d+)/.exec((await words(page).textContent()) ?? '')?.[1] ?? '';
  const parent = Number(/\d+/.exec((await page.locator('.top .pid').textContent()) ?? '')?.[0]);
  expect(child).not.toBe(String(parent));
  await page.keyboard.press('F5');
  await expect(words(page)).toContainText('Became another program');
  await expect(page.locator('.top .pid')).toContainText(child);
  expect(statusField(parent, 'TracerPid')).toBe('0');
  await idle();
  await page.keyboard.press('F5');
  await expect(words(page)).toContainText('status 7');
  await inPhase(page, 'exited');
});
