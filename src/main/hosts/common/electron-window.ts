import { spawnClosed } from './spawn-closed.ts';
import { OPEN_VARIABLE, writeWhatToOpen, type WhatToOpen } from './what-to-open.ts';
import { windowProcess, type WindowProcess } from './window-process.ts';

/** Starts Electron on the product's folder. The services run in Electron's own main process, which also opens the target. */
export function openElectronWindow(executable: string, root: string, open: WhatToOpen, env: NodeJS.ProcessEnv): WindowProcess {
  const { ELECTRON_RUN_AS_NODE: _ignored, ...rest } = env;
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawnClosed(executable, [...flags, root], { stdio: 'inherit', env: { ...rest, [OPEN_VARIABLE]: writeWhatToOpen(open) } });
  return windowProcess(child, { wholeGroup: false, patienceMs: undefined });
}
