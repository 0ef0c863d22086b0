import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { startSubject, statusField, windowAddress } from './support/target.ts';
import { addressBarGo, command, inPhase } from './support/window.ts';

/** The kernel's own word for a page, read apart from the product. */
function pagemapWord(pid: number, address: bigint): bigint {
  const file = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    const word = Buffer.alloc(8);
    readSync(file, word, 0, 8, Number(address >> 12n) * 8);
    return word.readBigUInt64LE();
  } finally {
    closeSync(file);
  }
}

function permissionsAt(pid: number, address: bigint): string | undefined {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, start, end, perms] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(line) ?? [];
    if (start !== undefined && end !== undefined && BigInt(`0x${start}`) <= address && address < BigInt(`0x${end}`)) return perms;
  }
  return undefined;
}

const card = (page: Page): Locator => page.getByTestId('page-card');
const outcome = (page: Page, access: string): Locator => card(page).locator(`[data-access="${access}"]`);
const row = (page: Page, address: bigint): Locator => page.locator(`tr[data-page="${windowAddress(address - (address % 4096n))}"]`);

async function showPages(page: Page): Promise<void> {
  await page.keyboard.press('Alt+3');
  await expect(page.getByRole('grid', { name: /^Pages/ })).toBeVisible();
}

/** Goes to an address and waits until the card is about its page. */
async function goToPage(page: Page, address: bigint): Promise<void> {
  await addressBarGo(page, `0x${address.toString(16)}`);
  await expect(page.getByTestId('page-address')).toHaveText(windowAddress(address - (address % 4096n)));
  await expect(card(page)).toHaveAttribute('aria-busy', 'false');
}

test.describe('the page view', () => {
  test('tells pages in different states apart, and looking changes none of them', async ({ openApp }) => {
    const subject = await startSubject('pages');
    try {
      const keys = ['written', 'read', 'untouched', 'none', 'shared'] as const;
      const before = keys.map((key) => pagemapWord(subject.pid, subject.address(key)));
      const { page, idle } = await openApp('--pid', String(subject.pid));
      await showPages(page);

      const expected = {
        written: ['ok', 'ok', 'fault'], read: ['ok', 'copy-on-write', 'fault'], untouched: ['demand-zero', 'demand-zero', 'fault'], none: ['fault', 'fault', 'fault'], shared: ['ok', 'ok', 'fault'],
      } as const;
      for (const key of keys) {
        await goToPage(page, subject.address(key));
        const [reads, writes, executes] = expected[key];
        await expect(outcome(page, 'reads')).toHaveAttribute('data-outcome', reads);
        await expect(outcome(page, 'writes')).toHaveAttribute('data-outcome', writes);
        await expect(outcome(page, 'executes')).toHaveAttribute('data-outcome', executes);
        const word = BigInt(`0x${((await page.getByTestId('pagemap-word').textContent()) ?? '').replaceAll('_', '')}`);
        // Frames may be hidden from the product's user; the flag bits are not.
        expect(word >> 55n).toBe(pagemapWord(subject.pid, subject.address(key)) >> 55n);
      }
      await expect(row(page, subject.address('written')).locator('[data-access=writes]')).toHaveAttribute('data-outcome', 'ok');
      // The text of another page: executable, and the program itself runs there.
      await goToPage(page, subject.address('text'));
      await expect(outcome(page, 'executes')).toHaveAttribute('data-outcome', 'ok');
      await idle();
      expect(keys.map((key) => pagemapWord(subject.pid, subject.address(key)) >> 55n)).toEqual(before.map((word) => word >> 55n));
    } finally {
      await subject.stop();
    }
  });

  test('is walked by keys, selects a range, and counts it', async ({ openApp }) => {
    const subject = await startSubject('pages');
    try {
      const { page, idle } = await openApp('--pid', String(subject.pid));
      await showPages(page);
      const top = subject.address('written') + 7n * 4096n;
      await goToPage(page, top);
      const grid = page.getByRole('grid', { name: /^Pages/ });
      await grid.focus();
      // Unfolded, rows are pages: seven steps down are the lowest page of the mapping.
      await page.keyboard.press('f');
      for (let i = 0; i < 7; i++) await page.keyboard.press('Shift+ArrowDown');
      await idle();
      await expect(page.getByTestId('page-range')).toContainText('8 pages, 2 present');
      await expect(page.getByTestId('page-address')).toHaveText(windowAddress(subject.address('written')));
      await page.keyboard.press('Escape');
      await expect(page.getByTestId('page-range')).toHaveCount(0);
    } finally {
      await subject.stop();
    }
  });

  test('draws the grid, by the page and by groups of 512', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await showPages(page);
    await page.getByRole('group', { name: 'View' }).getByRole('button', { name: 'Grid' }).click();
    await idle();
    const grid = page.getByRole('application', { name: /^Page grid/ });
    await expect(page.getByRole('list', { name: 'Regions in the grid' })).toContainText(/pages present/);
    const single = await grid.screenshot();
    await page.getByRole('group', { name: 'Pages in a cell' }).getByRole('button', { name: '512' }).click();
    await idle();
    expect((await grid.screenshot()).equals(single)).toBe(false);
    await page.getByRole('group', { name: 'Pages in a cell' }).getByRole('button', { name: '1', exact: true }).click();
    await page.getByRole('group', { name: 'Filter' }).getByRole('button', { name: 'Private copies' }).click();
    await idle();
    expect((await grid.screenshot()).equals(single)).toBe(false);
  });

  test('shows hardening of every module, and sums that equal the kernel’s', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await showPages(page);
    const views = page.getByRole('group', { name: 'View' });
    await views.getByRole('button', { name: 'Hardening' }).click();
    await expect(page.locator('tr[data-module$="/tour"] [data-check=pie]')).toHaveAttribute('data-verdict', 'yes');
    await views.getByRole('button', { name: 'Usage' }).click();
    // The demo is stopped, so smaps and smaps_rollup tell of the same moment.
    await expect(page.getByText('Sums equal smaps_rollup')).toBeVisible();
    await views.getByRole('button', { name: 'W^X' }).click();
    await idle();
    await expect(page.locator('.pg-list')).toContainText('writable and executable now');
  });

  test('changes permissions of a live target by mprotect, as the preview said, and the target runs on', async ({ openApp }) => {
    const subject = await startSubject('pages');
    try {
      const { page, idle } = await openApp('--pid', String(subject.pid));
      await command(page, 'Attach gdb');
      await inPhase(page, 'stopped');
      await showPages(page);
      const middle = subject.address('untouched');
      await goToPage(page, middle);
      await page.getByRole('grid', { name: /^Pages/ }).focus();
      await page.keyboard.press('p');
      const dialog = page.getByRole('dialog', { name: 'Change permissions' });
      await dialog.getByRole('checkbox', { name: 'write' }).uncheck();
      // Cut out of the middle of a mapping, the page makes three of one.
      await expect(dialog.locator('.pg-pieces > div').nth(1).getByRole('listitem')).toHaveCount(3);
      await dialog.getByRole('button', { name: 'Run mprotect' }).click();
      await expect(dialog.getByRole('status')).toContainText('as the preview said');
      expect(permissionsAt(subject.pid, middle)).toBe('r--p');
      expect(permissionsAt(subject.pid, middle + 4096n)).toBe('rw-p');
      await dialog.getByRole('button', { name: 'Close' }).click();
      await idle();
      await expect(outcome(page, 'writes')).toHaveAttribute('data-outcome', 'fault');
      await command(page, 'Detach gdb');
      await expect.poll(() => statusField(subject.pid, 'TracerPid')).toBe('0');
      await expect.poll(() => statusField(subject.pid, 'State')).toMatch(/^[SR]/);
    } finally {
      await subject.stop();
    }
  });

  test('says why permissions cannot be changed while gdb is not attached', async ({ openApp }) => {
    const subject = await startSubject('pages');
    try {
      const { page } = await openApp('--pid', String(subject.pid));
      await showPages(page);
      await goToPage(page, subject.address('written'));
      await expect(page.getByRole('button', { name: /^Change permissions/ })).toHaveAttribute('title', /gdb is not attached/);
    } finally {
      await subject.stop();
    }
  });
});
