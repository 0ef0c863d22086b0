import { expect, test } from './support/app.ts';
import { addressBarGo, hexText, inPhase, region, register, typeInConsole } from './support/window.ts';

test.describe('the demo', () => {
  test('opens stopped in its deepest function, with map, registers, bytes and both terminals live', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    await expect(page.locator('.top')).toContainText('tour');
    await inPhase(page, 'stopped');

    const rip = await register(page, 'rip');
    const rsp = await register(page, 'rsp');
    expect(rip).toBeGreaterThan(0n);
    expect(rsp).toBeGreaterThan(rip);

    await addressBarGo(page, '$rip');
    await idle();
    await expect(region(page)).toContainText('text');

    await addressBarGo(page, 'initialized_global');
    await idle();
    expect(await hexText(page)).toMatch(/2a 00 00 00 .*initialized_global/);

    // gdb's own console answers in the same session.
    await typeInConsole(page, 'print initialized_global\n');
    await expect(page.locator('[data-panel=console] .xterm-rows')).toContainText('= 42');
  });

  test('steps, and marks what changed', async ({ openApp }) => {
    const { page, idle } = await openApp('--demo');
    const before = await register(page, 'rip');
    await page.keyboard.press('F10');
    await expect.poll(async () => register(page, 'rip')).not.toBe(before);
    await idle();
    await expect(page.locator('.status')).toContainText('stop #2');
  });

  test('follows what is typed in the console, and Ctrl-C there stops a target that a button resumed', async ({ openApp }) => {
    const { page } = await openApp('--demo');
    await page.keyboard.press('F5');
    await inPhase(page, 'running');
    await page.locator('[data-panel=console] .xterm').click();
    await page.keyboard.press('Control+c');
    await inPhase(page, 'stopped');
    await typeInConsole(page, 'continue\n');
    await inPhase(page, 'running');
  });
});
