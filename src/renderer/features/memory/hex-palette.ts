/** Colours of the hex canvas, resolved from the theme's CSS variables; made anew when the theme changes. */
export interface HexPalette {
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  readonly line2: string;
  readonly fg: string;
  readonly fg2: string;
  readonly fg3: string;
  readonly accent: string;
  readonly accentWash: string;
  readonly onAccent: string;
  readonly bad: string;
  readonly warn: string;
  readonly changed: string;
  readonly changedWash: string;
  /** Bytes of the ELF file. */
  readonly disk: string;
  readonly tint: Readonly<Record<'int' | 'ptr' | 'chr' | 'rec' | 'flt', string>>;
  kind(variable: string): string;
}

export function readHexPalette(element: Element): HexPalette {
  // Of the document: a hidden view's canvas is in no document, and its style is empty.
  const style = getComputedStyle(element.ownerDocument.documentElement);
  const read = (name: string): string => {
    const value = style.getPropertyValue(name).trim();
    if (value === '') throw new Error(`the theme has no ${name}`);
    return value;
  };
  const kinds = new Map<string, string>();
  return {
    panel: read('--panel'), raised: read('--raised'), line: read('--line'), line2: read('--line2'),
    fg: read('--fg'), fg2: read('--fg2'), fg3: read('--fg3'),
    accent: read('--accent'), accentWash: read('--accent-wash'), onAccent: read('--on-accent'), bad: read('--bad'), warn: read('--warn'),
    changed: read('--chg'), changedWash: read('--chg-wash'), disk: read('--disk'),
    tint: { int: read('--v-int'), ptr: read('--v-ptr'), chr: read('--v-chr'), rec: read('--v-rec'), flt: read('--v-flt') },
    kind(variable) {
      let colour = kinds.get(variable);
      if (colour === undefined) {
        colour = read(variable);
        kinds.set(variable, colour);
      }
      return colour;
    },
  };
}
