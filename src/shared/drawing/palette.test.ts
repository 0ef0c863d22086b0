import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KIND_INKS } from './kind-style.ts';
import { DARK_PALETTE, LIGHT_PALETTE, type Palette } from './palette.ts';

const css = readFileSync(new URL('../../renderer/theme/tokens.css', import.meta.url), 'utf8');
const [dark = '', light = ''] = css.split(':root.light');

/** `#fff` as `#ffffff`. */
const long = (colour: string): string => (colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, '$&$&') : colour);

describe.each([['dark', DARK_PALETTE, dark], ['light', LIGHT_PALETTE, light]] as const)('%s palette', (_name, palette: Palette, block: string) => {
  const token = (name: string): string => long(new RegExp(`--${name}: ([^;]+);`).exec(block)?.[1] ?? '');

  it('has the colours of the window', () => {
    for (const ink of KIND_INKS) expect(palette.kind[ink]).toBe(token(`k-${ink}`));
    const plain = { bg: palette.bg, panel: palette.panel, raised: palette.raised, hover: palette.hover, line: palette.line, line2: palette.line2, fg: palette.fg, fg2: palette.fg2, fg3: palette.fg3, accent: palette.accent };
    expect(plain).toEqual(Object.fromEntries(Object.keys(plain).map((name) => [name, token(name)])));
    expect({ ok: palette.ok, warn: palette.warn, bad: palette.bad, chg: palette.chg, disk: palette.disk, onAccent: palette.onAccent })
      .toEqual({ ok: token('ok'), warn: token('warn'), bad: token('bad'), chg: token('chg'), disk: token('disk'), onAccent: token('on-accent') });
    expect(`${palette.wash * 100}%`).toBe(token('wash'));
  });
});
