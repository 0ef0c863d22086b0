import type { DockviewApi } from 'dockview-react';
import type { SettingsStore } from '../state/settings-store.ts';

/**
 * Some views fill the window while they are in front, because they bring their own list and card: the group they are in is maximised, and given back its place when another view
 * comes to the front. Which views do is the user's choice. `beforeWide` runs while all groups still have their sizes. Answers how to stop.
 */
export function followWideViews(api: DockviewApi, settings: SettingsStore, beforeWide: () => void): () => void {
  const apply = (): void => {
    const { activePanel } = api;
    const wide = activePanel !== undefined && settings.getState().wideViews.includes(activePanel.id);
    if (wide && !activePanel.api.isMaximized()) {
      if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
      else beforeWide();
      activePanel.api.maximize();
    } else if (!wide && api.hasMaximizedGroup()) api.exitMaximizedGroup();
  };
  const listening = api.onDidActivePanelChange(apply);
  const unsubscribe = settings.subscribe((now, before) => {
    if (now.wideViews !== before.wideViews) apply();
  });
  apply();
  return () => {
    listening.dispose();
    unsubscribe();
  };
}

/** Gives a view the whole window, or no longer. */
export function toggleWideView(settings: SettingsStore, id: string): void {
  settings.setState(({ wideViews }) => ({ wideViews: wideViews.includes(id) ? wideViews.filter((one) => one !== id) : [...wideViews, id] }));
}
