import { useStore } from 'zustand';
import { toAddress } from '../../../shared/address/address.ts';
import { guessSearchType, parsePattern, pointerPattern } from '../../../shared/analysis/search/parse-pattern.ts';
import { errorFacts, type ErrorFacts } from '../../../shared/model/errors.ts';
import type { SearchPattern } from '../../../shared/model/search.ts';
import type { AppState } from '../../state/app-state.ts';
import type { SearchDraft, SearchView } from '../../state/search-control.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { scopeChoices, scopeOf } from './scopes.ts';

export function useSearch<T>(selector: (view: SearchView) => T): T {
  return useStore(useApp().search, selector);
}

/** Starts the search of a draft. Answers with what is wrong with it; nothing is started then. */
export async function startSearch(app: AppState, draft: SearchDraft): Promise<ErrorFacts | undefined> {
  const { regions } = app.session.getState();
  const { address, selection } = app.cursor.getState();
  const scope = scopeOf(draft.where, { regions, cursor: address, selection });
  if ('problem' in scope) return { code: 'invalid-argument', message: scope.problem };
  try {
    const pattern = await patternOf(app, draft);
    const where = scopeChoices(regions).find(({ value }) => value === draft.where)?.title ?? draft.where;
    void app.search.run({ pattern, scope, words: `${draft.text} in ${where}`, align: draft.everywhere ? 1 : undefined, touchNotPresent: draft.touchNotPresent });
    return undefined;
  } catch (error) {
    return errorFacts(error);
  }
}

export function draftType(draft: SearchDraft): Exclude<SearchDraft['type'], 'guess'> {
  return draft.type === 'guess' ? guessSearchType(draft.text) : draft.type;
}

async function patternOf({ clients, session }: AppState, draft: SearchDraft): Promise<SearchPattern> {
  const { ignoreCase, bigEndian } = draft;
  const type = draftType(draft);
  const sessionId = session.getState().session?.sessionId;
  if (type !== 'pointer' || sessionId === undefined) return parsePattern(draft.text, type, { ignoreCase, bigEndian });
  const [, first = draft.text, second] = /^(.+?)\.\.(.+)$/.exec(draft.text) ?? [];
  const locate = async (text: string) => (await clients.locate.resolve({ sessionId, text })).address;
  const start = await locate(first);
  return pointerPattern(start, second === undefined ? toAddress(start + 1n) : await locate(second));
}
