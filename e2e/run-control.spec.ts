import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { compileSubject, statusField } from './support/target.ts';
import { addressBarGo, command, hexRow, inPhase, register, typeInConsole } from './support/window.ts';

const SOURCE = readFileSync(join(import.meta.dirname, 'programs', 'steps.c'), 'utf8').split('\n');
const lineOf = (mark: string): number => SOURCE.findIndex((line) => line.includes(`/* ${mark} */`)) + 1;

const sourceLine = (page: Page, mark: string): Locator => page.locator(`[data-panel=source] [data-line="${lineOf(mark)}"]`);
const breakpointRows = (page: Page): Locator => page.locator('[data-panel=breakpoints] li.breakpoint');

/** The line that the source view marks as the frame's next. */
async function atLine(page: Page, mark: string): Promise<void> {
  await expect(page.locator('[data-panel=source] .code-row.current[data-line]')).toHaveAttribute('data-line', String(lineOf(mark)));
}

/** Launched from the start screen's form, stopped in main, with source and breakpoints in sight. */
async function launched(page: Page, idle: () => Promise<void>): Promise<void> {
  await inPhase(page, 'stopped');
  await page.keyboard.press('Alt+7');
  await page.keyboard.press('Alt+8');
  await idle();
  await atLine(page, 'main-first');
}

test.describe('run control', () => {
  test('a breakpoint from the gutter, a step, a changing variable, the cursor, and the beginning again', async ({ openApp }) => {
    const { page, idle } = await openApp('--', compileSubject('steps'));
    await launched(page, idle);

    // A click in the gutter; the list, the gutter and gdb know of it.
    await sourceLine(page, 'advance-store').getByRole('button').click();
    await idle();
    await expect(breakpointRows(page)).toHaveCount(1);
    await expect(breakpointRows(page)).toContainText(`steps.c:${lineOf('advance-store')}`);
    await expect(sourceLine(page, 'advance-store').getByRole('button')).toHaveAttribute('aria-pressed', 'true');

    await page.keyboard.press('F5');
    await expect(page.getByTestId('phase')).toContainText('Stopped at breakpoint');
    await idle();
    await atLine(page, 'advance-store');
    await expect(breakpointRows(page)).toContainText('1×');

    // One step: the global is written, and the memory view shows it at the address where gdb says it is.
    await addressBarGo(page, 'counter');
    await page.keyboard.press('Alt+1');
    await idle();
    const counter = await page.locator('[data-panel=inspector]').getByText(/0x[0-9a-f]{4}_[0-9a-f]{4}_[0-9a-f]{4}/).first().textContent();
    const address = BigInt((counter ?? '').replaceAll('_', ''));
    expect(await hexRow(page, address, 8)).toBe('00 00 00 00 00 00 00 00');
    await page.keyboard.press('F10');
    await page.keyboard.press('Alt+7');
    await atLine(page, 'advance-return');
    await page.keyboard.press('Alt+1');
    await idle();
    expect(await hexRow(page, address, 8)).toBe('01 00 00 00 00 00 00 00');

    // Watching it stops where it is written next.
    await page.keyboard.press('Alt+8');
    await page.getByRole('checkbox', { name: /Breakpoint \d+ is on/ }).click();
    await idle();
    await command(page, 'Stop when the selection, or the 8 bytes at the cursor, are written');
    await idle();
    await expect(breakpointRows(page)).toHaveCount(2);
    await page.keyboard.press('F5');
    await expect(page.getByTestId('phase')).toContainText('watchpoint');
    await idle();
    expect(await hexRow(page, address, 8)).toBe('03 00 00 00 00 00 00 00');
    for (const left of [1, 0]) {
      await breakpointRows(page).first().getByRole('button', { name: /^Delete breakpoint/ }).click();
      await expect(breakpointRows(page)).toHaveCount(left);
    }
    await idle();

    // The cursor on a line, and the program runs to it.
    await page.keyboard.press('Alt+7');
    await idle();
    await sourceLine(page, 'main-call').locator('code').click();
    await page.keyboard.press('F4');
    await atLine(page, 'main-call');
    await idle();
    await expect(breakpointRows(page)).toHaveCount(0);

    // Again from the beginning, as a new process.
    const before = await page.locator('.top .pid').textContent();
    await page.keyboard.press('Control+Shift+F5');
    await atLine(page, 'main-first');
    await inPhase(page, 'stopped');
    await idle();
    expect(await page.locator('.top .pid').textContent()).not.toBe(before);
    expect(statusField(Number(/\d+/.exec(before ?? '')?.[0]), 'State')).toBeUndefined();
  });

  test('what is typed in gdb’s console shows everywhere', async ({ openApp }) => {
    const { page, idle } = await openApp('--', compileSubject('steps'));
    await launched(page, idle);
    await typeInConsole(page, 'break advance\n');
    await expect(breakpointRows(page)).toHaveCount(1);
    await typeInConsole(page, 'continue\n');
    await atLine(page, 'advance-first');
    await typeInConsole(page, 'set $r12 = 0x1234\n');
    // Alt chords belong to the terminal that has the focus.
    await page.locator('[data-tab=registers]').click();
    await expect(page.locator('tr[data-register=r12]')).toContainText('0000_1234');
    await typeInConsole(page, 'disable\n');
    await page.locator('[data-tab=breakpoints]').click();
    await expect(page.getByRole('checkbox', { name: /Breakpoint \d+ is on/ })).not.toBeChecked();
    await page.getByRole('tab', { name: 'Signals' }).click();
    await idle();
    const stops = page.locator('tr[data-signal=SIGUSR1]').getByRole('checkbox', { name: 'SIGUSR1: stop' });
    await expect(stops).toBeChecked();
    await typeInConsole(page, 'handle SIGUSR1 nostop\n');
    await expect(stops).not.toBeChecked();
  });

  test('a register is written from its row, and a deadly value is asked about', async ({ openApp }) => {
    const { page, idle } = await openApp('--', compileSubject('steps'));
    await launched(page, idle);
    await page.keyboard.press('Alt+5');
    await page.getByRole('button', { name: 'Edit rbx' }).click();
    await page.getByLabel('New value of rbx').fill('0xfeed_beef');
    await page.keyboard.press('Enter');
    await idle();
    expect(await register(page, 'rbx')).toBe(0xfeed_beefn);
    await page.getByRole('button', { name: 'Edit rip' }).click();
    await page.getByLabel('New value of rip').fill('0x10');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: 'Write it' })).toBeVisible();
    await page.keyboard.press('Escape');
    await idle();
    expect(await register(page, 'rip')).not.toBe(0x10n);
  });

  test('the current instruction’s operand leads to its memory', async ({ openApp }) => {
    const { page, idle } = await openApp('--', compileSubject('steps'));
    await launched(page, idle);
    await sourceLine(page, 'advance-store').locator('code').click();
    await page.keyboard.press('F4');
    await atLine(page, 'advance-store');
    await page.getByRole('button', { name: 'Disassembly' }).click();
    await page.keyboard.press('Control+F11');
    await idle();
    const current = page.locator('[data-panel=source] .code-row.asm.current');
    await expect(current).toContainText('counter');
    await current.getByRole('button', { name: /0x[0-9a-f_]+/ }).last().click();
    await idle();
    await expect(page.locator('[data-panel=inspector]')).toContainText('counter');
  });
});
