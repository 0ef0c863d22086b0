import type { Completion } from '../../shared/rpc/contracts/locate.ts';

/** The address bar's list: what is offered for which text, and which line is marked. */
export interface CompletionList {
  readonly text: string;
  readonly items: readonly Completion[];
  /** Marked line, -1 for none: Enter then takes the text as typed. */
  readonly active: number;
  readonly open: boolean;
}

export const NO_COMPLETIONS: CompletionList = { text: '', items: [], active: -1, open: false };

/** New text; what was offered for the old one stays visible until the new offer is there, so that the list does not flicker. */
export function typed(list: CompletionList, text: string): CompletionList {
  return { text, items: text.trim() === '' ? [] : list.items, active: -1, open: text.trim() !== '' };
}

/** An offer arrives. One for a text that is no longer there is dropped. */
export function offered(list: CompletionList, text: string, items: readonly Completion[]): CompletionList {
  return text === list.text ? { ...list, items, active: -1 } : list;
}

/** Moves the mark; past either end it returns to the text itself. */
export function moved(list: CompletionList, step: 1 | -1): CompletionList {
  const count = list.items.length;
  if (count === 0) return list;
  const next = list.active + step;
  return { ...list, open: true, active: next >= count ? -1 : next < -1 ? count - 1 : next };
}

export function closed(list: CompletionList): CompletionList {
  return { ...list, active: -1, open: false };
}

/** What Enter goes to. */
export function chosenText(list: CompletionList): string {
  return list.items[list.active]?.text ?? list.text.trim();
}
