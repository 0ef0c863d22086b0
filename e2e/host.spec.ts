import { expect, test } from './support/app.ts';
import { startSubject } from './support/target.ts';

test.describe('the window', () => {
  test('gives the page no way to the machine but the one port', async ({ openApp }) => {
    const { page } = await openApp('--empty');
    const reachable = await page.evaluate(() => ['require', 'process', 'module', 'ipcRenderer', 'electron', 'Buffer'].filter((name) => name in window));
    expect(reachable).toEqual([]);
  });

  test('runs no inline script and loads nothing from elsewhere', async ({ openApp }) => {
    const { page } = await openApp('--empty');
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      return 'inlineRan' in window;
    });
    expect(ran).toBe(false);
    const foreign = await page.evaluate(() => performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin).filter((origin) => origin !== location.origin && origin !== 'null'));
    expect(foreign).toEqual([]);
  });

  test('keeps the token out of the address bar', async ({ openApp }) => {
    const { page } = await openApp('--empty');
    expect(page.url()).not.toMatch(/token/);
  });
});

test.describe('the start screen', () => {
  test('finds a process by PID and opens it', async ({ openApp }) => {
    const subject = await startSubject();
    try {
      const { page } = await openApp('--empty');
      await page.getByRole('combobox', { name: 'Search processes' }).fill(String(subject.pid));
      await expect(page.locator(`#process-${subject.pid}`)).toBeVisible();
      await page.keyboard.press('Enter');
      await expect(page.locator('.top')).toContainText(`${subject.pid}`);
    } finally {
      await subject.stop();
    }
  });

  test('says in words why the first kernel thread cannot be opened', async ({ openApp }) => {
    const { page } = await openApp('--empty');
    await page.getByRole('combobox', { name: 'Search processes' }).fill('kthreadd');
    const row = page.getByRole('listbox', { name: 'Processes' }).getByRole('option').first();
    // A container may show no kernel threads: then the list says that nothing matches, in words too.
    await expect(row.or(page.getByText(/no process/i))).toBeVisible();
    if ((await row.count()) > 0) await expect(row).toContainText(/kernel/i);
  });
});

test.describe('looks', () => {
  test('switch between dark and light, and are remembered', async ({ openApp }) => {
    const { page } = await openApp('--empty');
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.getByRole('button', { name: 'Switch between dark and light' }).click();
    await expect.poll(background).not.toBe(dark);
    await page.reload();
    await expect.poll(background).not.toBe(dark);
  });
});
