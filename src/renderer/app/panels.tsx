import type { ComponentType } from 'react';
import { AddressMapPanel } from '../features/address-map/AddressMapPanel.tsx';
import { BreakpointsPanel } from '../features/breakpoints/BreakpointsPanel.tsx';
import { ConsolePanel } from '../features/console/ConsolePanel.tsx';
import { ProgramPanel } from '../features/console/ProgramPanel.tsx';
import { InspectorPanel } from '../features/inspector/InspectorPanel.tsx';
import { MemoryPanel } from '../features/memory/MemoryPanel.tsx';
import { PagesPanel } from '../features/pages/PagesPanel.tsx';
import { RegistersPanel } from '../features/registers/RegistersPanel.tsx';
import { SearchPanel } from '../features/search/SearchPanel.tsx';
import { SectionsPanel } from '../features/sections/SectionsPanel.tsx';
import { SourcePanel } from '../features/source/SourcePanel.tsx';
import { StackPanel } from '../features/stack/StackPanel.tsx';

/** A dockable view: what its tab says and what it shows. */
export interface PanelSpec {
  readonly id: string;
  readonly title: string;
  /** One line beside the title while the view is alone in its group. */
  readonly scope: string;
  /** Chord that shows the view; its cap stands in the tab. */
  readonly key: string | undefined;
  readonly component: ComponentType;
  /** Stays in the document while hidden: a terminal must not lose its screen. */
  readonly keepAlive: boolean;
  /** A key that the view wants to be known, with what it does. */
  readonly hint?: { readonly key: string; readonly words: string };
}

export const PANELS: readonly PanelSpec[] = [
  { id: 'map', title: 'Address space', scope: 'high addresses on top', key: undefined, component: AddressMapPanel, keepAlive: false, hint: { key: 'Z', words: 'zoom' } },
  { id: 'memory', title: 'Memory', scope: '', key: 'Alt+1', component: MemoryPanel, keepAlive: false },
  { id: 'stack', title: 'Stack', scope: '', key: 'Alt+2', component: StackPanel, keepAlive: false },
  { id: 'source', title: 'Source', scope: '', key: 'Alt+7', component: SourcePanel, keepAlive: false },
  { id: 'pages', title: 'Pages', scope: '', key: 'Alt+3', component: PagesPanel, keepAlive: false },
  { id: 'sections', title: 'Sections', scope: '', key: 'Alt+6', component: SectionsPanel, keepAlive: false },
  { id: 'inspector', title: 'Inspector', scope: 'at the cursor', key: 'Alt+4', component: InspectorPanel, keepAlive: false },
  { id: 'search', title: 'Search', scope: '', key: 'Ctrl+F', component: SearchPanel, keepAlive: false },
  { id: 'registers', title: 'Registers', scope: '', key: 'Alt+5', component: RegistersPanel, keepAlive: false },
  { id: 'breakpoints', title: 'Breakpoints', scope: '', key: 'Alt+8', component: BreakpointsPanel, keepAlive: false },
  { id: 'console', title: 'gdb console', scope: '', key: 'Ctrl+`', component: ConsolePanel, keepAlive: true },
  { id: 'program', title: 'Program output', scope: '', key: undefined, component: ProgramPanel, keepAlive: true },
];

export function panelSpec(id: string): PanelSpec | undefined {
  return PANELS.find((panel) => panel.id === id);
}
