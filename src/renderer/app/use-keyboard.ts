import { useEffect } from 'react';
import type { CommandRegistry } from '../state/command-registry.ts';
import { chordOf, windowTakes, type KeyFocus } from '../state/key-chords.ts';

/** The window's one key listener: runs the command of a chord unless the focused text field or terminal owns it. */
export function useKeyboard(commands: CommandRegistry, blocked: boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const chord = chordOf(event);
      if (chord === undefined || !windowTakes(chord, focusOf(event.target))) return;
      const command = commands.forKey(chord);
      if (command === undefined) return;
      // Even when it can't run now: F5 must never reload the page, nor Ctrl+G open the browser's own search.
      event.preventDefault();
      event.stopPropagation();
      // A held key scrolls on, but must not queue a hundred steps.
      if (!blocked && !(event.repeat && command.group === 'Run')) commands.run(command.id);
    };
    // Capture, because terminals stop what reaches them.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [commands, blocked]);
}

function focusOf(target: EventTarget | null): KeyFocus {
  if (!(target instanceof HTMLElement)) return 'none';
  if (target.closest('.xterm') !== null) return 'terminal';
  if (target instanceof HTMLInputElement) return ['button', 'checkbox', 'radio', 'range'].includes(target.type) ? 'control' : 'text';
  if (target instanceof HTMLTextAreaElement || target.isContentEditable) return 'text';
  return target.closest('button, a, select, [role="menuitem"], [role="option"], [role="row"], [role="tab"]') === null ? 'none' : 'control';
}
