import { existsSync, readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './support/app.ts';
import { command, inPhase } from './support/window.ts';

async function shownPid(page: Page): Promise<number> {
  return Number(/\d+/.exec((await page.locator('.top .pid').textContent()) ?? '')?.[0]);
}

test.describe('labs', () => {
  test('one lab from its text to all checks green, beside the real views', async ({ openApp }) => {
    // It compiles, and verifying starts its program several times.
    test.setTimeout(300_000);
    const { page, idle } = await openApp();
    await page.getByRole('button', { name: 'Open the labs' }).click();
    await page.getByRole('navigation', { name: 'Labs' }).locator('[data-lab=data]').click();
    await expect(page.getByRole('heading', { name: /Lab 3/ })).toBeVisible();

    // Text, source in its colours, and a question whose answer is hidden until one is chosen.
    const source = page.getByRole('region', { name: /^Source of .*\.c$/ });
    await expect(source).toContainText('int main');
    await expect(source.locator('.tk-keyword').first()).toBeVisible();
    const question = page.locator('[data-prediction]').first();
    await expect(question).toHaveAttribute('data-answered', 'false');
    await expect(question.locator('.lab-explanation')).toHaveCount(0);
    await question.getByRole('radio').first().click();
    await expect(question).toHaveAttribute('data-answered', 'true');
    await expect(question.locator('.lab-explanation')).toBeVisible();

    // Nothing can be verified before the program runs; running makes it the window's session, with the lab still in sight.
    await expect(page.getByTestId('lab-verify')).toBeDisabled();
    await page.getByTestId('lab-run').click();
    await inPhase(page, 'stopped');
    await idle();
    await expect(page.getByTestId('lab-verify')).toBeEnabled();
    await expect(page.locator('[data-panel=map]')).toBeVisible();
    expect(readFileSync(`/proc/${await shownPid(page)}/cmdline`, 'utf8')).toContain('data');

    // A step's button goes to the place that the program's own symbol names.
    const before = await page.getByTestId('cursor').textContent();
    await page.locator('[data-step]').getByRole('button').first().click();
    await idle();
    expect(await page.getByTestId('cursor').textContent()).not.toBe(before);

    const checks = page.locator('[data-check]');
    const count = await checks.count();
    expect(count).toBeGreaterThan(2);
    await page.getByTestId('lab-verify').click();
    await expect(page.getByTestId('lab-score')).toHaveText(`all ${count} of ${count} hold`, { timeout: 120_000 });
    expect(await page.locator('[data-check][data-state=holds]').count()).toBe(count);
    // Each with what was seen: nothing is taken on trust.
    await checks.first().getByRole('button').click();
    await expect(checks.first().locator('.lab-evidence pre').first()).not.toBeEmpty();

    // A view that fills the window leaves the lab in sight; the labs' own button takes them away and brings them back.
    await page.keyboard.press('Alt+3');
    await idle();
    await expect(page.getByTestId('lab-score')).toBeVisible();
    await page.keyboard.press('Alt+0');
    await expect(page.getByTestId('labs')).toHaveCount(0);
    await command(page, 'Labs: small programs');
    await expect(page.getByTestId('lab-score')).toBeVisible();

    // A window opened anew still knows the lab, the answer, and what held.
    await page.reload();
    await page.waitForFunction(() => window.__vmatlas !== undefined && document.querySelector('.connecting') === null);
    await expect(page.getByRole('heading', { name: /Lab 3/ })).toBeVisible();
    await expect(page.locator('[data-prediction]').first()).toHaveAttribute('data-answered', 'true');
    await expect(page.locator('[data-check][data-state=held-before]')).toHaveCount(count);
    // Verifying may have started the program anew: what is shown is the one that lives.
    expect(existsSync(`/proc/${await shownPid(page)}`)).toBe(true);
  });

  test('a program of one’s own that cannot be started says why', async ({ openApp }) => {
    const { page } = await openApp();
    await command(page, 'Labs: small programs');
    await page.locator('[data-lab=own]').click();
    await page.getByLabel('Program', { exact: true }).fill('/nonexistent/program');
    await page.getByRole('button', { name: 'Run to main' }).click();
    await expect(page.locator('.lab-problem')).toBeVisible();
    await expect(page.locator('.lab-problem')).not.toHaveAttribute('data-code', 'internal');
  });
});
