import { describe, expect, it } from 'vitest';
import { chordOf, windowTakes, type KeyFocus, type KeyPress } from './key-chords.ts';

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({ key, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...modifiers });

describe('chordOf', () => {
  it.each([
    [press('F11', { shiftKey: true }), 'Shift+F11'],
    [press('g', { ctrlKey: true }), 'Ctrl+G'],
    [press('G', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+G'],
    [press('?', { shiftKey: true }), '?'],
    [press('z'), 'Z'],
    [press('Z', { shiftKey: true }), 'Shift+Z'],
    [press('`', { ctrlKey: true }), 'Ctrl+`'],
    [press('ArrowLeft', { altKey: true }), 'Alt+ArrowLeft'],
    [press(' '), 'Space'],
    [press('1', { altKey: true }), 'Alt+1'],
  ])('%o is %s', (key, chord) => expect(chordOf(key)).toBe(chord));

  it('knows no chord for a lone modifier or with the system key', () => {
    expect(chordOf(press('Shift', { shiftKey: true }))).toBeUndefined();
    expect(chordOf(press('k', { metaKey: true }))).toBeUndefined();
  });
});

describe('windowTakes', () => {
  const taken = (focus: KeyFocus, chords: readonly string[]): string[] => chords.filter((chord) => windowTakes(chord, focus));

  it('leaves typing and editing to text fields, but takes function keys and the window’s chords', () => {
    expect(taken('text', ['Z', '?', 'Enter', 'ArrowLeft', 'Ctrl+A', 'Ctrl+C', 'Ctrl+ArrowLeft'])).toEqual([]);
    expect(taken('text', ['F5', 'Shift+F11', 'Ctrl+G', 'Ctrl+K', 'Alt+1'])).toHaveLength(5);
  });

  it('leaves nearly everything to a terminal: readline needs Ctrl+G, Ctrl+K and Alt chords', () => {
    expect(taken('terminal', ['Ctrl+C', 'Ctrl+G', 'Ctrl+K', 'Alt+ArrowLeft', 'Alt+1', '?', 'Enter'])).toEqual([]);
    expect(taken('terminal', ['F5', 'Shift+F11', 'Ctrl+F10', 'Ctrl+`'])).toHaveLength(4);
  });

  it('leaves the keys that work a button to the button', () => {
    expect(taken('control', ['Enter', 'Space', 'ArrowDown', 'Escape'])).toEqual([]);
    expect(taken('control', ['?', 'Z', 'Ctrl+G', 'F5'])).toHaveLength(4);
  });

  it('takes everything when nothing else wants the keys', () => expect(taken('none', ['Enter', 'Z', 'Ctrl+C'])).toHaveLength(3));
});
