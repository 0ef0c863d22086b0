import { ChevronDown, ChevronUp, Search } from 'lucide-react';
import { useMemo } from 'react';
import { formatCount } from '../../../shared/address/size.ts';
import { PAGE_LOOKS } from '../../../shared/drawing/page-look.ts';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { findPage } from './page-actions.ts';
import { countByFilter, FILTER_WORDS, FILTERS } from './page-filters.ts';
import { usePagesContext, usePagesUi, type ScopedPages } from './use-pages.ts';

/** Which pages, how they are grouped, and the way to the next of a state. */
export function FilterBar({ scoped }: { readonly scoped: ScopedPages | undefined }) {
  const app = useApp();
  const { ui: store } = usePagesContext();
  const { filter, fold, text, sought } = usePagesUi();
  const counts = useMemo(() => (scoped === undefined ? undefined : countByFilter(scoped.pieces, scoped.picture.runs)), [scoped]);
  return (
    <div className="tb pg-filters" role="toolbar" aria-label="Which pages">
      <span className="seg s" role="group" aria-label="Filter">
        {FILTERS.map((name) => (
          <button key={name} type="button" aria-pressed={filter === name} title={`${FILTER_WORDS[name].words}${counts === undefined ? '' : `: ${formatCount(counts[name])}`}`} onClick={() => store.update({ filter: name })}>
            {FILTER_WORDS[name].title}
            {counts !== undefined && (name === 'all' || name === 'present') ? <span className="badge">{formatCount(counts[name])}</span> : null}
          </button>
        ))}
      </span>
      <span className="grow" />
      <span className="seg s" role="group" aria-label="Find a state">
        <select aria-label="State to find" value={sought} onChange={(event) => store.update({ sought: Number(event.target.value) })}>
          {PAGE_STATES.map((state, code) => (state === 'unknown' ? null : <option key={state} value={code}>{PAGE_LOOKS[code]?.name}</option>))}
        </select>
        <button type="button" title="Previous page in this state, upwards (Shift N)" aria-label="Previous page in this state" onClick={() => void findPage(app, store, 'next', scoped?.limits)}><ChevronUp className="ico s" /></button>
        <button type="button" title="Next page in this state, downwards (N)" aria-label="Next page in this state" onClick={() => void findPage(app, store, 'previous', scoped?.limits)}><ChevronDown className="ico s" /></button>
      </span>
      <button type="button" className={fold ? 'btn bd s on' : 'btn bd s'} aria-pressed={fold} title="One row or line for neighbouring pages that are alike (F)" onClick={() => store.update({ fold: !fold })}>Fold equal<span className="wide"> pages</span></button>
      <label className="btn bd s pg-search" title="Only regions whose name holds this (/)">
        <Search className="ico s" aria-hidden="true" />
        <input
          aria-label="Only regions named" placeholder="/" value={text} onChange={(event) => store.update({ text: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' && event.key !== 'Enter') return;
            if (event.key === 'Escape') store.update({ text: '' });
            event.currentTarget.closest('.pages')?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
            event.preventDefault();
          }}
        />
      </label>
    </div>
  );
}
