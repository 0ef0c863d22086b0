import type { Locator, Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { startSubject, windowAddress } from './support/target.ts';

const map = (page: Page): Locator => page.getByRole('application', { name: /Address-space map/ });
const shown = (page: Page): Locator => page.getByRole('region', { name: 'What the map shows' });

/** A running process is looked at the less often the busier the machine is. */
const SEEN = { timeout: 60_000 };

interface Shown {
  readonly level: string;
  readonly low: bigint;
  readonly high: bigint;
}

/** What the map says it shows: `pages, 0x… to 0x…, 16 KiB`. */
async function picture(page: Page): Promise<Shown> {
  const text = (await shown(page).locator('p').textContent()) ?? '';
  const match = /^([a-z ]+), (0x[0-9a-f_]+) to (0x[0-9a-f_]+)/.exec(text);
  if (!match) throw new Error(`the map says: ${text}`);
  const [, level = '', low = '', high = ''] = match;
  return { level, low: BigInt(low.replaceAll('_', '')), high: BigInt(high.replaceAll('_', '')) };
}

/** Start of the region that the cursor came to, as it is said. */
async function spokenStart(page: Page): Promise<bigint> {
  const said = await page.locator('[aria-live=polite]').filter({ hasText: /, at 0x/ }).first().textContent();
  return BigInt(/at (0x[0-9a-f_]+)/.exec(said ?? '')?.[1]?.replaceAll('_', '') ?? '0');
}

test.describe('zooming', () => {
  test('leads by keys and wheel from the whole space to a single byte, whose value is read off the map', async ({ openApp }) => {
    const subject = await startSubject();
    try {
      const target = subject.address('initialized_global');
      const { page, idle } = await openApp(String(subject.pid));
      await idle();
      expect((await picture(page)).level).toBe('whole map');
      await map(page).focus();
      // Walk the regions by keys to the one that holds the variable.
      const press = async (key: string): Promise<bigint> => {
        await page.keyboard.press(key);
        await idle();
        return spokenStart(page);
      };
      let start = await press('ArrowDown');
      for (let i = 0; start > target && i < 200; i++) start = await press('ArrowDown');
      for (let i = 0; start <= target && i < 200; i++) start = await press('ArrowUp');
      start = await press('ArrowDown');
      expect(start).toBeLessThanOrEqual(target);
      let now = await picture(page);
      const levels = new Set<string>();
      for (let i = 0; now.high - now.low > 0x20000n && i < 6; i++) {
        await page.keyboard.press('Enter');
        await idle();
        now = await picture(page);
        levels.add(now.level);
      }
      // From here on by the wheel, with the pointer held over the variable. Inside a region heights are linear.
      const box = await map(page).boundingBox();
      if (!box) throw new Error('the map has no box');
      for (let i = 0; now.level !== 'single bytes' && i < 60; i++) {
        expect(now.low <= target && target < now.high, `${now.level} from ${now.low.toString(16)} holds the variable`).toBe(true);
        const y = box.height * (1 - (Number(target - now.low) + 0.5) / Number(now.high - now.low));
        await page.mouse.move(box.x + 120, box.y + Math.max(2, Math.min(box.height - 2, y)));
        await page.mouse.wheel(0, -300);
        await idle();
        now = await picture(page);
        levels.add(now.level);
      }
      expect([...levels]).toEqual(expect.arrayContaining(['rows of bytes', 'single bytes']));
      const row = shown(page).getByRole('listitem').filter({ hasText: new RegExp(`^${windowAddress(target)} `) });
      await expect(row).toHaveText(`${windowAddress(target)} 2a  ‘*’  initialized_global = 42`);
      await page.keyboard.press('Home');
      await idle();
      expect((await picture(page)).level).toBe('whole map');
    } finally {
      await subject.stop();
    }
  });
});

test.describe('a map that changes', () => {
  test('shows what was mapped, protected and unmapped while it is looked at, and says it in words', async ({ openApp }) => {
    const mapper = await startSubject('mapper');
    try {
      const place = windowAddress(mapper.address('place'));
      const { page, idle } = await openApp(String(mapper.pid));
      await idle();
      const tree = page.getByRole('tree', { name: /Regions/ });
      const said = page.getByLabel('Changes of the map', { exact: true });
      const changes = page.getByRole('button', { name: /^Changes of the map/ });
      await expect(changes).toBeDisabled();
      const opened = page.getByRole('treeitem').filter({ hasText: `at ${place}` });
      await expect(opened.filter({ hasText: 'rw-p' })).toHaveCount(0);

      await mapper.say('m');
      await expect(opened.filter({ hasText: /3 MiB, rw-p/ }).last()).toBeAttached(SEEN);
      await expect(said).toHaveText(/3 MiB/);
      await expect(changes).toBeEnabled();

      await mapper.say('p');
      await expect(opened.filter({ hasText: /3 MiB, r--p/ }).last()).toBeAttached(SEEN);
      await expect(said).toHaveText(/r--/);

      await mapper.say('u');
      await expect(opened.filter({ hasText: '3 MiB, r--p' })).toHaveCount(0, SEEN);
      await expect(tree).toBeAttached();

      // All three are in the list, newest first, and lead to their place.
      await changes.click();
      const entries = page.getByRole('menu', { name: /Changes of the map/ }).getByRole('menuitem');
      await expect(entries).toHaveCount(3);
      expect(await entries.evaluateAll((items) => items.map((item) => item.querySelector('.sign')?.getAttribute('aria-label')))).toEqual(['unmapped', 'permissions', 'mapped']);
      await entries.first().click();
      await idle();
      const now = await picture(page);
      expect(now.low <= mapper.address('place') && mapper.address('place') < now.high).toBe(true);
    } finally {
      await mapper.stop();
    }
  });
});
