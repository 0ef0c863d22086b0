import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { compileC, programSource } from '../src/main/testing/compile.ts';
import { runProgram, type RunningProgram } from '../src/main/testing/run-program.ts';
import { expect, test, type OpenApp } from './support/app.ts';
import { addressBarGo, command, inPhase } from './support/window.ts';

/** A program that says where its variables, return addresses and frames are, then waits. */
function start(name: string, flags: readonly string[], ...args: readonly string[]): Promise<RunningProgram> {
  return runProgram(compileC(readFileSync(programSource(`stack/${name}.c`), 'utf8'), { name, flags }), args);
}

async function openStack(openApp: OpenApp, subject: RunningProgram): Promise<{ readonly page: Page; readonly idle: () => Promise<void> }> {
  const { page, idle } = await openApp('--pid', String(subject.pid));
  await command(page, 'Attach gdb');
  await inPhase(page, 'stopped');
  await idle();
  await page.locator('[data-tab=stack]').click();
  await expect(page.getByRole('listbox', { name: /^Frames and their slots/ })).toBeVisible();
  await idle();
  return { page, idle };
}

const slot = (page: Page, address: bigint): Locator => page.locator(`[data-slot="0x${address.toString(16)}"]`).first();
const place = (subject: RunningProgram, key: string): bigint => BigInt(subject.facts.get(key)?.split(' ')[0] ?? `no ${key}`);

/** Brings an address into sight, as a user who has it from elsewhere does. */
async function goTo(page: Page, idle: () => Promise<void>, address: bigint): Promise<void> {
  await addressBarGo(page, `0x${address.toString(16)}`);
  await idle();
}

test('a signal frame part by part, on its alternate stack', async ({ openApp }) => {
  const subject = await start('signals', ['-g', '-O0'], 'alternate');
  try {
    const { page, idle } = await openStack(openApp, subject);
    const signal = page.locator('[data-frame]').filter({ hasText: 'signal frame, by the kernel' });
    await signal.click();
    await idle();
    await expect(page.getByTestId('frame-card')).toContainText('the kernel pushed it');
    await expect(slot(page, subject.address('siginfo'))).toHaveAttribute('data-role', 'signal-frame');
    await expect(slot(page, subject.address('siginfo'))).toContainText('siginfo');
    await expect(slot(page, subject.address('savedR12'))).toContainText('saved r12');
    await expect(slot(page, subject.address('savedPc'))).toHaveAttribute('data-role', 'return-address');
    await expect(slot(page, subject.address('savedPc'))).toContainText('interrupted+');
    // Where the handler's stack ends and the interrupted one goes on; the column is the handler's.
    await expect(page.locator('.stk-switch')).toHaveCount(1);
    await expect(page.locator('.stk-switch')).toContainText('[stack]');
    await expect(page.locator('.stk-usage')).toContainText('not on the thread’s own stack');
    await expect(page.getByRole('list', { name: /^Pages of the stack/ })).toContainText('frames 0 to 2');
  } finally {
    await subject.stop();
  }
});

test('inlined frames without storage, alloca, a struct with its array opened, a pointer followed by Enter, a slot watched', async ({ openApp }) => {
  const subject = await start('slots', ['-g', '-O0', '-fstack-protector-all', '-DPROTECTED']);
  try {
    const { page, idle } = await openStack(openApp, subject);
    await expect(page.locator('.stk-line.no-storage').filter({ hasText: 'inlined' })).toContainText('no storage');
    await expect(slot(page, place(subject, 'local:inlined:inner'))).toContainText('of inlined, inlined here: 11');

    await goTo(page, idle, place(subject, 'alloca:takes_alloca'));
    await expect(page.getByTestId('slot-card')).toContainText('alloca');
    // The pointer to that room: Enter goes there.
    const room = slot(page, place(subject, 'local:takes_alloca:room'));
    await room.click();
    await idle();
    await page.getByRole('listbox', { name: /^Frames and their slots/ }).press('Enter');
    await idle();
    await expect(page.getByTestId('slot-card')).toContainText('alloca');

    // A struct passed by value lies in the caller's frame; its array opens element by element.
    await goTo(page, idle, place(subject, 'local:blocks:value'));
    await slot(page, place(subject, 'local:blocks:value')).click();
    await idle();
    await page.getByRole('button', { name: 'Open value' }).click();
    await page.getByRole('button', { name: 'Open words' }).click();
    await expect(page.locator('tr[data-variable="8"]')).toContainText('9');
    await expect(page.locator('tr[data-variable=text]')).toContainText('large by value');

    // Watched from its slot, and in the list with just these bytes.
    const weight = place(subject, 'local:blocks:weight');
    await goTo(page, idle, weight);
    await page.getByTestId('watch-access').click();
    await idle();
    await page.keyboard.press('Alt+8');
    await expect(page.locator('li.breakpoint')).toHaveCount(1);
    await expect(page.locator('li.breakpoint')).toContainText(weight.toString(16).slice(-4));
  } finally {
    await subject.stop();
  }
});

test('a stripped program: extents, return addresses, saved registers and canaries by the unwind tables', async ({ openApp }) => {
  const subject = await start('slots', ['-O2', '-s', '-fstack-protector-all', '-DPROTECTED']);
  try {
    const { page, idle } = await openStack(openApp, subject);
    for (const name of ['wait_here', 'inlines', 'vla']) {
      const cfa = place(subject, `cfa:${name}`);
      await goTo(page, idle, cfa - 8n);
      await expect(slot(page, cfa - 8n)).toHaveAttribute('data-role', 'return-address');
      await expect(page.getByTestId('slot-card')).toContainText('return address');
    }
    await goTo(page, idle, place(subject, 'canary:wait_here'));
    await expect(slot(page, place(subject, 'canary:wait_here'))).toContainText('intact');
    await expect(page.locator('[data-role=saved-register]').first()).toContainText('saved r');
    await expect(page.locator('[data-role=local]')).toHaveCount(0);
  } finally {
    await subject.stop();
  }
});
