import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { runProgram, type RunningProgram } from '../src/main/testing/run-program.ts';
import { expect, test, type RunningApp } from './support/app.ts';
import { compileSubject, statusField, windowAddress } from './support/target.ts';
import { command, hexRow, inPhase, typeInConsole } from './support/window.ts';

const FLAGS = ['-g', '-O0', '-fstack-protector-strong'];
/** Line of the program that says so. */
const STOP_LINE = readFileSync(join(import.meta.dirname, 'programs', 'stack.c'), 'utf8').split('\n').findIndex((line) => line.includes('/* stop here */')) + 1;

function start(...args: readonly string[]): Promise<RunningProgram> {
  return runProgram(compileSubject('stack', FLAGS), args);
}

const slot = (page: Page, address: bigint): Locator => page.locator(`[data-slot="0x${address.toString(16)}"]`).first();
const stackTab = async ({ page, idle }: RunningApp): Promise<void> => {
  // By the tab: the terminal keeps its keys to itself.
  await page.locator('[data-tab=stack]').click();
  await expect(page.locator('section.stack')).toBeVisible();
  await idle();
};
const frame = (page: Page, name: string): Locator => page.locator('.stk-frame').filter({ hasText: name });

/** Attaches, breaks by gdb's own console at the line, and shows the stack there. */
async function stopAtLine(app: RunningApp, subject: RunningProgram): Promise<void> {
  const file = basename(subject.facts.get('file') ?? '');
  const { page, idle } = app;
  await command(page, 'Attach gdb');
  await inPhase(page, 'stopped');
  await idle();
  await page.keyboard.press('Alt+1');
  await typeInConsole(page, `break ${file}:${STOP_LINE}\n`);
  await idle();
  await typeInConsole(page, 'continue\n');
  await expect(page.locator('.top')).toContainText(`${file}:${STOP_LINE}`);
  await idle();
  await stackTab(app);
}

test.describe('the stack view', () => {
  test('shows a local in its slot, its change at a step, and where its pointer leads', async ({ openApp }) => {
    const subject = await start();
    try {
      const app = await openApp('--pid', String(subject.pid));
      const { page, idle } = app;
      await stopAtLine(app, subject);

      // Where and what the program printed itself.
      const counter = slot(page, subject.address('counter'));
      await expect(counter).toHaveAttribute('data-role', 'local');
      await expect(counter).toContainText('counter');
      await expect(counter.locator('.stk-val')).toHaveText('41');
      await expect(slot(page, subject.address('return'))).toHaveAttribute('data-role', 'return-address');
      await expect(slot(page, subject.address('return'))).toContainText('main+');
      await expect(frame(page, 'work').locator('[data-role=canary]')).toContainText('intact');
      await expect(page.getByTestId('source-excerpt').locator('[aria-current=true]')).toContainText('stop here');

      await page.keyboard.press('F10');
      await expect(page.locator('.top')).toContainText(`:${STOP_LINE + 1}`);
      await idle();
      await expect(counter.locator('.stk-val')).toHaveText('42');
      await expect(counter.getByTestId('slot-was')).toHaveText('was 41');
      await counter.click();
      await expect(page.getByTestId('slot-address')).toHaveText(windowAddress(subject.address('counter')));
      await expect(page.getByTestId('slot-value')).toHaveText('42');
      await expect(page.getByTestId('slot-change')).toHaveText('was 41');

      // A struct opens: the field holds what the program put there.
      await page.getByRole('button', { name: 'Open copy' }).click();
      await expect(page.locator('tr[data-variable=key]')).toContainText('7');

      // The pointer leads to the heap, and its bytes are those the program wrote.
      await slot(page, subject.address('item')).click();
      await expect(page.getByTestId('follow')).toHaveText(windowAddress(subject.address('heap')));
      await page.getByTestId('follow').click();
      await idle();
      expect(await hexRow(page, subject.address('heap'), 8)).toBe('07 00 00 00 00 00 00 00');
      await expect(page.locator('.status')).toContainText(windowAddress(subject.address('heap')));
    } finally {
      await subject.stop();
    }
  });

  test('is walked by keys over slots and frames', async ({ openApp }) => {
    const subject = await start();
    try {
      const app = await openApp('--pid', String(subject.pid));
      const { page, idle } = app;
      await stopAtLine(app, subject);
      await slot(page, subject.address('return')).click();
      const list = page.getByRole('listbox', { name: /^Frames and their slots/ });
      await list.focus();
      // Below the return address lies the saved rbp, above it the caller's frame.
      await page.keyboard.press('ArrowDown');
      await expect(page.getByTestId('slot-address')).toHaveText(windowAddress(subject.address('return') - 8n));
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      await idle();
      await expect(page.getByTestId('frame-card').getByRole('heading', { name: 'Frame record' })).toBeVisible();
      await expect(page.locator('.stk-card')).toContainText('main');
      await page.keyboard.press('Alt+ArrowDown');
      await idle();
      await expect(page.locator('.stk-card')).toContainText('Frame 0');
      // Enter on the saved rbp goes to the caller's frame.
      await slot(page, subject.address('return') - 8n).click();
      await list.focus();
      await page.keyboard.press('Enter');
      await idle();
      await expect(page.getByTestId('slot-card')).toContainText('saved register');
      await page.getByRole('group', { name: 'Rows' }).getByRole('button', { name: 'Words' }).click();
      await expect(frame(page, 'work').locator('.stk-box.word').first()).toContainText('0x');
    } finally {
      await subject.stop();
    }
  });

  test('folds a recursion of 20 000 calls, and opens it', async ({ openApp }) => {
    const depth = 20_000;
    const subject = await start('recurse', String(depth));
    try {
      const app = await openApp('--pid', String(subject.pid));
      const { page, idle } = app;
      await command(page, 'Attach gdb');
      await inPhase(page, 'stopped');
      await idle();
      await stackTab(app);
      const run = page.locator('[data-run]');
      await expect(run).toContainText(/recurse ×(19|20)/);
      // To callers further out than the window keeps: the run opens around them.
      const card = page.locator('.stk-card');
      for (let level = 1; level <= 66; level++) await page.keyboard.press('Alt+ArrowUp');
      await expect(card).toContainText('Frame 66');
      await expect(page.locator('.stk-frame[data-frame="66"] [data-role=return-address]')).toContainText('recurse+');
      const list = page.getByRole('listbox', { name: /^Frames and their slots/ });
      await list.evaluate((element) => element.scrollTo(0, 0));
      await expect(run).toContainText('opened');
      // Folding it leaves the frame, opening it shows all.
      await run.click();
      await expect(run).toContainText('folded');
      await run.click();
      await expect(run).toContainText('opened');
      await idle();
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
      await idle();
      // A frame of the middle, with the argument of that call: each level further out has one more.
      const folded = page.locator('.stk-line[data-frame]').nth(10);
      await expect(folded).toContainText('recurse');
      const level = Number(await folded.getAttribute('data-frame'));
      await folded.click();
      await idle();
      const open = page.locator(`.stk-frame[data-frame="${level}"]`);
      await expect(open.locator('[data-role=return-address]')).toContainText('recurse+');
      // gdb cannot select it, and the caller's caller is one key away all the same.
      await page.keyboard.press('Alt+ArrowUp');
      await expect(card).toContainText(`Frame ${level + 1}`);
      await idle();
      expect(await page.locator('.stk-frame, .stk-line').count()).toBeLessThan(200);
    } finally {
      await subject.stop();
    }
  });

  test('says that a canary is smashed', async ({ openApp }) => {
    const subject = await start('smash');
    try {
      const app = await openApp('--pid', String(subject.pid));
      await command(app.page, 'Attach gdb');
      await inPhase(app.page, 'stopped');
      await app.idle();
      await stackTab(app);
      await expect(app.page.locator('[data-problem=canary-mismatch]')).toBeVisible();
      await expect(frame(app.page, 'smash').locator('[data-role=canary]')).toContainText('smashed');
    } finally {
      await subject.stop();
    }
  });

  test('shows a raw stack with candidates while gdb is not attached, and stops nothing', async ({ openApp }) => {
    const subject = await start('recurse', '50');
    try {
      const app = await openApp('--pid', String(subject.pid));
      await stackTab(app);
      await expect(app.page.locator('[data-raw=return-candidate]').first()).toContainText('return address?');
      await expect(app.page.locator('[data-raw=return-candidate]').filter({ hasText: 'recurse+' }).first()).toBeVisible();
      expect(statusField(subject.pid, 'TracerPid')).toBe('0');
    } finally {
      await subject.stop();
    }
  });

  test('puts all threads’ stacks side by side', async ({ openApp }) => {
    const app = await openApp('--demo');
    await stackTab(app);
    await app.page.getByRole('button', { name: 'All threads' }).click();
    await app.idle();
    await expect(app.page.locator('.stk-thread')).toHaveCount(2);
    await expect(app.page.locator('.stk-thread').nth(1)).toContainText('helper_main');
    await app.page.locator('.stk-thread').nth(1).getByRole('button', { name: 'Thread 2' }).click();
    await app.idle();
    await expect(frame(app.page, 'helper_main').locator('[data-role=local]').first()).toBeVisible();
  });
});
