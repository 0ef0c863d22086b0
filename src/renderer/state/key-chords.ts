/** The parts of a keyboard event a chord is made of. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

/** Where the keyboard focus is: a button or list keeps the keys that work it, typing keys belong to a text field, and nearly all keys to a terminal. */
export type KeyFocus = 'none' | 'control' | 'text' | 'terminal';

const MODIFIER_KEYS = new Set(['Control', 'Alt', 'Shift', 'Meta', 'AltGraph', 'CapsLock', 'Dead', 'Unidentified', 'Process']);
const WORKS_A_CONTROL = new Set(['Enter', 'Space', 'Escape', 'Tab', 'Shift+Tab', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']);
/** Chords every text field has for itself. */
const EDITING = new Set([
  'Ctrl+A', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+Z', 'Ctrl+Y', 'Ctrl+Shift+Z', 'Ctrl+ArrowLeft', 'Ctrl+ArrowRight', 'Ctrl+Home', 'Ctrl+End', 'Ctrl+Backspace', 'Ctrl+Delete',
]);

/**
 * The name of a chord as commands spell it: modifiers in the order Ctrl, Alt, Shift, then the key. Letters are upper case; Shift is named only for keys that are
 * not characters (`Shift+F11`) and for letters (`Shift+Z`), since `?` already says it. Undefined for a lone modifier and with the Meta key.
 */
export function chordOf(press: KeyPress): string | undefined {
  if (MODIFIER_KEYS.has(press.key) || press.metaKey) return undefined;
  const isCharacter = [...press.key].length === 1;
  const isLetter = isCharacter && press.key.toLowerCase() !== press.key.toUpperCase();
  const shift = press.shiftKey && (!isCharacter || isLetter || press.key === ' ');
  const key = press.key === ' ' ? 'Space' : isLetter ? press.key.toUpperCase() : press.key;
  return `${press.ctrlKey ? 'Ctrl+' : ''}${press.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`;
}

/** Whether the window may take a chord while the focus is there. */
export function windowTakes(chord: string, focus: KeyFocus): boolean {
  if (focus === 'none') return true;
  if (focus === 'control') return !WORKS_A_CONTROL.has(chord);
  const isFunctionKey = /^(?:Ctrl\+|Alt\+|Shift\+)*F\d{1,2}$/.test(chord);
  // readline and the program own Ctrl and Alt chords; only the way out of the terminal is ours.
  if (focus === 'terminal') return isFunctionKey || chord === 'Ctrl+`';
  return isFunctionKey || (/^(?:Ctrl|Alt)\+/.test(chord) && !EDITING.has(chord));
}
