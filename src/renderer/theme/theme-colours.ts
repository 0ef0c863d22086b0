import { KIND_INKS, type KindInk } from '../../shared/drawing/kind-style.ts';
import type { Palette } from '../../shared/drawing/palette.ts';

/** The present theme's colours as CSS colour strings, for canvases and terminals. */
export type ThemeColours = Palette;

let colours: ThemeColours | undefined;
const listeners = new Set<() => void>();

/** Resolved once per theme: the object changes only when the theme does. */
export function themeColours(): ThemeColours {
  colours ??= readColours(getComputedStyle(document.documentElement));
  return colours;
}

function readColours(style: CSSStyleDeclaration): ThemeColours {
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    kind: Object.fromEntries(KIND_INKS.map((ink) => [ink, value(`--k-${ink}`)])) as Record<KindInk, string>,
    bg: value('--bg'), panel: value('--panel'), raised: value('--raised'), hover: value('--hover'), line: value('--line'), line2: value('--line2'),
    fg: value('--fg'), fg2: value('--fg2'), fg3: value('--fg3'), accent: value('--accent'), onAccent: value('--on-accent'),
    ok: value('--ok'), warn: value('--warn'), bad: value('--bad'), chg: value('--chg'), disk: value('--disk'),
    wash: Number.parseFloat(value('--wash')) / 100,
    light: document.documentElement.classList.contains('light'),
    sans: value('--sans'), mono: value('--mono'),
  };
}

/** Hears of theme changes; a canvas must draw anew, a terminal take new colours. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

type ThemeChoice = 'dark' | 'light' | 'system';

export function isLight(choice: ThemeChoice): boolean {
  return choice === 'system' ? matchMedia('(prefers-color-scheme: light)').matches : choice === 'light';
}

/** Puts the chosen theme on the document and follows the system while that is the choice. Answers how to stop following. */
export function applyTheme(choice: ThemeChoice): () => void {
  const query = matchMedia('(prefers-color-scheme: light)');
  const apply = (): void => {
    document.documentElement.classList.toggle('light', isLight(choice));
    colours = undefined;
    for (const listener of listeners) listener();
  };
  apply();
  if (choice !== 'system') return () => {};
  query.addEventListener('change', apply);
  return () => query.removeEventListener('change', apply);
}
