import type { DockviewApi, SerializedDockview } from 'dockview-react';
import { columnWidth, type FixedSizes } from './fixed-sizes.ts';
import { PANELS } from './panels.tsx';

const MAP_WIDTH_PX = 380;
const INSPECTOR_WIDTH_PX = 344;
const CONSOLE_HEIGHT_PX = 179;
/** Room for the pointers and the first arguments; the rest scrolls. */
const REGISTERS_HEIGHT_PX = 300;
/** The gdb console's share of the row below the centre. */
const CONSOLE_SHARE = 0.58;

/** The layout of a new window: map left, memory in the centre, inspector and registers right, terminals below the centre. Answers the widths it wants. */
export function buildDefaultLayout(api: DockviewApi): FixedSizes {
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
  add('source', { referencePanel: 'memory', direction: 'within' }, { inactive: true });
  add('pages', { referencePanel: 'memory', direction: 'within' }, { inactive: true });
  add('sections', { referencePanel: 'memory', direction: 'within' }, { inactive: true });
  add('search', { referencePanel: 'inspector', direction: 'within' }, { inactive: true });
  add('registers', { referencePanel: 'inspector', direction: 'below' }, { initialHeight: REGISTERS_HEIGHT_PX });
  add('breakpoints', { referencePanel: 'registers', direction: 'within' }, { inactive: true });
  add('console', { referencePanel: 'memory', direction: 'below' }, { initialHeight: CONSOLE_HEIGHT_PX });
  const centreWidth = api.width - MAP_WIDTH_PX - INSPECTOR_WIDTH_PX;
  add('program', { referencePanel: 'console', direction: 'right' }, { initialWidth: Math.round(centreWidth * (1 - CONSOLE_SHARE)) });
  const sizes = { map: MAP_WIDTH_PX, inspector: INSPECTOR_WIDTH_PX, console: CONSOLE_HEIGHT_PX };
  applyFixedSizes(api, sizes);
  api.getPanel('registers')?.group.api.setSize({ height: REGISTERS_HEIGHT_PX });
  api.getPanel('memory')?.api.setActive();
  return sizes;
}

export function fixedSizes(api: DockviewApi): FixedSizes {
  const centre = api.getPanel('memory')?.group;
  const group = (id: string) => {
    const found = api.getPanel(id)?.group;
    // Moved into the centre by the user, it is flexible like the centre.
    return found === centre ? undefined : found?.api;
  };
  return { map: group('map')?.width, inspector: group('inspector')?.width, console: group('console')?.height };
}

export function applyFixedSizes(api: DockviewApi, sizes: FixedSizes): void {
  const width = (id: 'map' | 'inspector'): void => {
    const size = sizes[id];
    if (size !== undefined) api.getPanel(id)?.group.api.setSize({ width: columnWidth(id, size, api.width) });
  };
  // Twice: in a small dock the room that one gives up is what the other needs.
  for (let round = 0; round < 2; round++) {
    width('inspector');
    width('map');
  }
  if (sizes.console !== undefined) api.getPanel('console')?.group.api.setSize({ height: Math.min(sizes.console, Math.round(api.height * 0.5)) });
}

/** What is remembered of a layout. */
export interface RememberedLayout {
  readonly dock: SerializedDockview;
  readonly sizes: FixedSizes;
}

export function rememberLayout(api: DockviewApi, sizes: FixedSizes): RememberedLayout {
  return { dock: api.toJSON(), sizes };
}

/** Puts back a remembered layout and answers the widths it wants. undefined when there is none, or it names views this version lacks or misses some that it has. */
export function restoreLayout(api: DockviewApi, layout: unknown): FixedSizes | undefined {
  if (!isRemembered(layout)) return undefined;
  const known = new Set(PANELS.map((panel) => panel.id));
  const remembered = Object.keys(layout.dock.panels);
  if (remembered.length !== known.size || remembered.some((id) => !known.has(id))) return undefined;
  try {
    api.fromJSON(layout.dock);
    applyFixedSizes(api, layout.sizes);
    return layout.sizes;
  } catch {
    // Written by another version, or damaged: the default is better than an empty window.
    return undefined;
  }
}

/** Looks only as deep as this file reads; dockview checks its own part. */
function isRemembered(layout: unknown): layout is RememberedLayout {
  if (typeof layout !== 'object' || layout === null || !('dock' in layout) || !('sizes' in layout)) return false;
  const { dock, sizes } = layout;
  return typeof dock === 'object' && dock !== null && 'panels' in dock && typeof dock.panels === 'object' && dock.panels !== null && typeof sizes === 'object' && sizes !== null;
}
