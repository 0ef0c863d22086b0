import { Search, Square } from 'lucide-react';
import { useState, type SyntheticEvent } from 'react';
import type { ErrorFacts } from '../../../shared/model/errors.ts';
import type { SearchDraft } from '../../state/search-control.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { scopeChoices } from './scopes.ts';
import { placeholderOf, TYPE_GROUPS } from './search-words.ts';
import { draftType, startSearch, useSearch } from './use-search.ts';

/** What to look for, as what, and where. */
export function SearchForm() {
  const app = useApp();
  const draft = useSearch((view) => view.draft);
  const phase = useSearch((view) => view.phase);
  const regions = useSession((view) => view.regions);
  const [problem, setProblem] = useState<ErrorFacts>();
  const busy = phase === 'searching' || phase === 'refining';
  const change = (changes: Partial<SearchDraft>): void => {
    setProblem(undefined);
    app.search.setDraft(changes);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (draft.text !== '') void startSearch(app, draft).then(setProblem);
  };
  return (
    <form className="search-form" role="search" onSubmit={submit}>
      <div className="search-line">
        <input
          type="text" className="field mono" data-autofocus aria-label="Search for" placeholder={placeholderOf(draft.type)} spellCheck={false} value={draft.text} aria-invalid={problem !== undefined}
          aria-describedby={problem === undefined ? undefined : 'search-problem'} onChange={(event) => change({ text: event.target.value })} onFocus={(event) => event.currentTarget.select()}
        />
        {busy ? (
          <button type="button" className="btn bd" onClick={() => app.search.cancel()}><Square className="ico xs" aria-hidden="true" />Cancel</button>
        ) : (
          <button type="submit" className="btn primary" disabled={draft.text === ''}><Search className="ico xs" aria-hidden="true" />Find</button>
        )}
      </div>
      <div className="search-line">
        <label className="btn bd s search-select">
          <span className="f3">As</span>
          <select aria-label="Read the pattern as" value={draft.type} onChange={(event) => change({ type: typeFrom(event.target.value) })}>
            {TYPE_GROUPS.map((group) => (
              <optgroup key={group.title} label={group.title}>{group.types.map(({ type, title }) => <option key={type} value={type}>{title}</option>)}</optgroup>
            ))}
          </select>
        </label>
        <label className="btn bd s search-select grow">
          <span className="f3">In</span>
          <select aria-label="Search in" value={draft.where} onChange={(event) => change({ where: event.target.value })}>
            {scopeChoices(regions).map(({ value, title }) => <option key={value} value={value}>{title}</option>)}
          </select>
        </label>
      </div>
      <Options draft={draft} onChange={change} />
      {problem === undefined ? null : <p id="search-problem" className="search-problem bad" role="alert">{problem.message} {problem.remedy}</p>}
    </form>
  );
}

function Options({ draft, onChange }: { readonly draft: SearchDraft; readonly onChange: (changes: Partial<SearchDraft>) => void }) {
  const type = draftType(draft);
  const isText = type === 'text' || type === 'utf16' || type === 'regex';
  const isNumber = /^[iuf]\d/.test(type);
  const box = (key: 'ignoreCase' | 'bigEndian' | 'everywhere' | 'touchNotPresent', words: string, title: string) => (
    <label className="check f2" title={title}>
      <input type="checkbox" checked={draft[key]} onChange={(event) => onChange({ [key]: event.target.checked })} /> {words}
    </label>
  );
  return (
    <div className="search-options">
      {isText ? box('ignoreCase', 'any case', 'Letters in either case') : null}
      {isNumber || type === 'utf16' ? box('bigEndian', 'big-endian', 'The highest byte first') : null}
      {isNumber || type === 'pointer' ? box('everywhere', 'unaligned', 'At every address, not only at multiples of the size') : null}
      {box('touchNotPresent', 'absent pages too', 'Read pages that are not present: that makes them so, in the process that is looked at')}
    </div>
  );
}

function typeFrom(value: string): SearchDraft['type'] {
  return TYPE_GROUPS.flatMap(({ types }) => types).find(({ type }) => type === value)?.type ?? 'guess';
}
