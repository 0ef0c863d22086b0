import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { PANELS } from './panels.tsx';

const MAP_WIDTH_PX = 380;
const INSPECTOR_WIDTH_PX = 344;
const CONSOLE_HEIGHT_PX = 179;
/** The gdb console's share of the row below the centre. */
const CONSOLE_SHARE = 0.58;

/** The layout of a new window: map left, memory in the centre, inspector right, terminals below the centre. */
export function buildDefaultLayout(api: DockviewApi): void {
  api.clear();
  const add = (id: string, position?: Parameters<DockviewApi['addPanel']>[0]['position'], initial: { initialWidth?: number; initialHeight?: number; inactive?: boolean } = {}): void => {
    const spec = PANELS.find((panel) => panel.id === id);
    if (spec === undefined) return;
    api.addPanel({
      id, component: id, title: spec.title, renderer: spec.keepAlive ? 'always' : 'onlyWhenVisible',
      ...(position === undefined ? {} : { position }), ...initial,
    });
  };
  add('memory');
  add('map', { referencePanel: 'memory', direction: 'left' }, { initialWidth: MAP_WIDTH_PX });
  add('inspector', { referencePanel: 'memory', direction: 'right' }, { initialWidth: INSPECTOR_WIDTH_PX });
  add('stack', { referencePanel: 'memory', direction: 'within' }, { inactive: true });
  add('registers', { referencePanel: 'inspector', direction: 'within' }, { inactive: true });
  add('console', { referencePanel: 'memory', direction: 'below' }, { initialHeight: CONSOLE_HEIGHT_PX });
  const centreWidth = api.width - MAP_WIDTH_PX - INSPECTOR_WIDTH_PX;
  add('program', { referencePanel: 'console', direction: 'right' }, { initialWidth: Math.round(centreWidth * (1 - CONSOLE_SHARE)) });
  api.getPanel('map')?.group.api.setSize({ width: MAP_WIDTH_PX });
  api.getPanel('inspector')?.group.api.setSize({ width: INSPECTOR_WIDTH_PX });
  api.getPanel('console')?.group.api.setSize({ height: CONSOLE_HEIGHT_PX });
  api.getPanel('memory')?.api.setActive();
}

/** Puts back a remembered layout. False when there is none, or it names views this version lacks or misses some that it has. */
export function restoreLayout(api: DockviewApi, layout: unknown): boolean {
  if (typeof layout !== 'object' || layout === null || !('panels' in layout)) return false;
  const { panels } = layout;
  if (typeof panels !== 'object' || panels === null) return false;
  const known = new Set(PANELS.map((panel) => panel.id));
  const remembered = Object.keys(panels);
  if (remembered.length !== known.size || remembered.some((id) => !known.has(id))) return false;
  try {
    api.fromJSON(layout as SerializedDockview);
    return true;
  } catch {
    // Written by another version, or damaged: the default is better than an empty window.
    return false;
  }
}
