import { elapsedMs, interleave } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { openWindow, type OpenWindow } from './lib/open-window.ts';
import { compile, launch } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';

/** Steps of one figure. */
const STEPS = 10;

/** What is in front while stepping. The map, the inspector, the registers and both consoles stand beside the first two; the stack has the window to itself. */
const FRONTS = [['memory', 'memory, with map, inspector, registers, consoles'], ['source', 'source and disassembly, with the same'], ['stack', 'stack with all slots']] as const;

/** One step over a line in a real Chromium: from the key press until every view shows the new stop and its frame is made, beside a raw `-exec-next` until its `*stopped`. */
export default async function stepWindow(): Promise<Table> {
  const program = compile('stepper', ['-g', '-O0']);
  const [target, peerTarget] = [await launch(program), await launch(program)];
  const peer = new GdbPipe('mi3');
  const window = await openWindow(target.pid);
  try {
    if (window === undefined) return { title: 'a single step in the window: no browser here, nothing measured', rows: [] };
    await stopInTurn(window);
    await peer.send(`-target-attach ${peerTarget.pid}`);
    await peer.send('-break-insert turn');
    await peer.sendAndStop('-exec-continue');
    await peer.send('-break-delete 1');
    const raw = { name: 'gdb', run: async () => (await elapsedMs(async () => {
      for (let count = 0; count < STEPS; count++) await peer.sendAndStop('-exec-next');
    })) / STEPS };
    const rows: Row[] = [];
    for (const [tab, words] of FRONTS) {
      await window.page.locator(`[data-tab=${tab}]`).click();
      await window.idle();
      let stops: number[] = [];
      const ours = { name: tab, run: async () => {
        const figures = await window.page.evaluate<Step>(STEPPING);
        stops.push(figures.toStop);
        return figures.toFrame;
      } };
      const [shown, gdb] = await interleave([ours, raw]);
      if (shown === undefined || gdb === undefined) throw new Error('a contender is missing');
      stops = stops.slice(1).toSorted((a, b) => a - b);
      rows.push(row({ what: `the new stop is told; in front: ${tab}`, ours: stops[stops.length >> 1] ?? Number.NaN, beside: '-exec-next to *stopped', theirs: gdb.warm, unit: 'ms' }));
      rows.push(row({ what: `all views show it; in front: ${words}`, ours: shown.warm, beside: '-exec-next to *stopped', theirs: gdb.warm, unit: 'ms' }));
    }
    return { title: heading(`a single step in the window, from the key press, mean of ${STEPS}`, 'with the wait for the next frame at 60 Hz, 8 ms in the mean: what gdb answers is on no screen yet', 'memory: 120 ms of it is how long the view stands still before its rows for screen readers are made anew'), rows };
  } finally {
    await window?.close();
    await peer.stop();
    await Promise.all([target.stop(), peerTarget.stop()]);
  }
}

async function stopInTurn({ page, idle }: OpenWindow): Promise<void> {
  const command = async (title: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder(/command/i).fill(title);
    await page.keyboard.press('Enter');
    await idle();
  };
  await command('Attach gdb');
  await page.locator('[data-testid=phase][data-phase=stopped]').waitFor();
  await idle();
  await page.locator('[data-tab=breakpoints]').click();
  await page.getByLabel('Kind').selectOption('temporary');
  await page.getByRole('textbox', { name: 'Place' }).fill('turn');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.locator('li.breakpoint').waitFor();
  await page.locator('[data-tab=registers]').click();
  await page.keyboard.press('F5');
  await page.getByTestId('phase').filter({ hasText: 'temporary breakpoint' }).waitFor();
  await idle();
}

interface Step {
  /** From the key press until the window says the new stop, and until the frame with all views is made; milliseconds, means. */
  readonly toStop: number;
  readonly toFrame: number;
}

/** Runs in the page. The status bar counts the stops; at rest after that, all views have theirs. */
const STEPPING = `(async () => {
  const status = document.querySelector('.status');
  const count = () => Number(/stop #(\\d+)/.exec(status.textContent)?.[1]);
  let toStop = 0;
  let toFrame = 0;
  for (let step = 0; step < ${STEPS}; step++) {
    const next = count() + 1;
    const told = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (count() < next) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(status, { childList: true, characterData: true, subtree: true });
    });
    const begin = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'F10', code: 'F10', bubbles: true, cancelable: true }));
    await told;
    toStop += performance.now() - begin;
    await globalThis.__vmatlas.whenIdle();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    toFrame += performance.now() - begin;
  }
  return { toStop: toStop / ${STEPS}, toFrame: toFrame / ${STEPS} };
})()`;
