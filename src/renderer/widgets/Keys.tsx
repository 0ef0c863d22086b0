const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Shift: '⇧', Escape: 'Esc', PageUp: 'PgUp', PageDown: 'PgDn',
};

/** `Ctrl+G` → `Ctrl G`, `Shift+F11` → `⇧F11`. */
export function chordLabel(chord: string): string {
  if (chord.endsWith('+')) return chord;
  return chord.split('+').map((part) => SYMBOLS[part] ?? part).join(' ').replaceAll('⇧ ', '⇧');
}

/** A chord on an outlined key cap. Hidden from screen readers: the control it stands beside carries the name. */
export function Keys({ chord }: { readonly chord: string }) {
  return <kbd aria-hidden="true">{chordLabel(chord)}</kbd>;
}
