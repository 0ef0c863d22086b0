import { describe, expect, it } from 'vitest';
import type { Completion } from '../../shared/rpc/contracts/locate.ts';
import { chosenText, closed, moved, NO_COMPLETIONS, offered, typed } from './completion-list.ts';

const item = (text: string): Completion => ({ text, how: 'symbol', detail: '', address: undefined });
const two = offered(typed(NO_COMPLETIONS, 'gr'), 'gr', [item('greeting'), item('great')]);

describe('completion list', () => {
  it('takes the text as typed until a line is marked', () => {
    expect(chosenText(two)).toBe('gr');
    expect(chosenText(moved(two, 1))).toBe('greeting');
    expect(chosenText(moved(two, -1))).toBe('great');
  });

  it('returns to the text past either end', () => {
    expect(chosenText(moved(moved(moved(two, 1), 1), 1))).toBe('gr');
    expect(chosenText(moved(moved(two, 1), -1))).toBe('gr');
  });

  it('drops an offer for a text that is no longer there, and keeps the old one meanwhile', () => {
    const on = typed(two, 'gre');
    expect(on.items).toHaveLength(2);
    expect(offered(on, 'gr', [])).toBe(on);
    expect(offered(on, 'gre', [item('greeting')]).items.map((one) => one.text)).toEqual(['greeting']);
  });

  it('is shut by an empty text and by closing, and opened again by an arrow', () => {
    expect(typed(two, ' ')).toMatchObject({ open: false, items: [] });
    expect(closed(moved(two, 1))).toMatchObject({ open: false, active: -1 });
    expect(moved(closed(two), 1).open).toBe(true);
    expect(moved(NO_COMPLETIONS, 1)).toBe(NO_COMPLETIONS);
  });
});
