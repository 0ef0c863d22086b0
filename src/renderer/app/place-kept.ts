import type { DockviewApi } from 'dockview-react';
import { PANELS } from './panels.tsx';

/** dockview lays out in a frame of its own, some time after it was asked to. */
const LOOK_AGAIN_MS = 40;
const MOST_LOOKS = 25;

/**
 * Views that stay in the document lie over their groups, and dockview puts them there when a group's size changes. A group that moved and kept its size (something above or beside the dock
 * came or went) tells nobody: its size is changed for a moment, until the view lies where its group is.
 */
export function placeKept(api: DockviewApi): void {
  clearTimeout(timer);
  look(api, MOST_LOOKS);
}

let timer: ReturnType<typeof setTimeout> | undefined;

function look(api: DockviewApi, looks: number): void {
  if (looks === 0) return;
  timer = setTimeout(() => {
    if (api.hasMaximizedGroup()) return;
    for (const { id, keepAlive } of PANELS) if (keepAlive && isAstray(api, id)) nudge(api, id);
    // Looked at again also when all was right: the layout may still be on its way.
    look(api, looks - 1);
  }, LOOK_AGAIN_MS);
}

function isAstray(api: DockviewApi, id: string): boolean {
  const panel = api.getPanel(id);
  if (panel === undefined || !panel.api.isVisible) return false;
  const view = document.querySelector(`[data-panel="${id}"]`)?.closest('.dv-render-overlay')?.getBoundingClientRect();
  const place = panel.group.element.querySelector('.dv-content-container')?.getBoundingClientRect();
  return view !== undefined && place !== undefined && (Math.abs(view.top - place.top) > 1 || Math.abs(view.left - place.left) > 1);
}

function nudge(api: DockviewApi, id: string): void {
  const group = api.getPanel(id)?.group.api;
  if (group === undefined) return;
  const { height } = group;
  group.setSize({ height: height + 1 });
  group.setSize({ height });
}
