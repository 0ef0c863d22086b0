import type { Settings } from '../state/settings-store.ts';

const KEY = 'vmatlas.settings.1';

/** Settings of the last time. Storage may be forbidden or hold something older: then the defaults stand. */
export function loadSettings(): Partial<Settings> {
  try {
    const text = localStorage.getItem(KEY);
    const value: unknown = text === null ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? known(value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Keeps only values this version understands. */
function known(value: Readonly<Record<string, unknown>>): Partial<Settings> {
  const oneOf = <T>(candidate: unknown, values: readonly T[]): T | undefined => values.find((one) => one === candidate);
  const theme = oneOf(value['theme'], ['dark', 'light', 'system'] as const);
  const mapScale = oneOf(value['mapScale'], ['schematic', 'true'] as const);
  const hexColumns = oneOf(value['hexColumns'], [0, 8, 16, 32] as const);
  const pagesRefreshMs = oneOf(value['pagesRefreshMs'], [0, 500, 1000, 2000, 5000, 10_000] as const);
  const wideViews = value['wideViews'];
  const labsWidthPx = value['labsWidthPx'];
  const hexUnit = oneOf(value['hexUnit'], [1, 2, 4, 8] as const);
  return {
    ...(theme === undefined ? {} : { theme }),
    ...(mapScale === undefined ? {} : { mapScale }),
    ...(hexColumns === undefined ? {} : { hexColumns }),
    ...(hexUnit === undefined ? {} : { hexUnit }),
    ...(pagesRefreshMs === undefined ? {} : { pagesRefreshMs }),
    ...(typeof labsWidthPx === 'number' && labsWidthPx > 0 ? { labsWidthPx } : {}),
    ...(Array.isArray(wideViews) ? { wideViews: wideViews.filter((id) => typeof id === 'string') } : {}),
    ...(typeof value['layout'] === 'object' && value['layout'] !== null ? { layout: value['layout'] } : {}),
  };
}

export function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Private windows and full disks: the choice then lasts as long as the window, which is all that can be done.
  }
}
