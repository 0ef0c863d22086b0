import { formatSize } from '../../../shared/address/size.ts';
import { HitList } from './HitList.tsx';
import { RefineBar } from './RefineBar.tsx';
import { SearchForm } from './SearchForm.tsx';
import { skippedLines, skippedTotal, totalWords } from './search-words.ts';
import { useSearch } from './use-search.ts';
import './search.css';

/** Search of the whole memory: places found, and those among them to which something happened. */
export function SearchPanel() {
  return (
    <section className="panel search-panel" aria-label="Search">
      <SearchForm />
      <Progress />
      <Summary />
      <RefineBar />
      <HitList />
      <Skipped />
    </section>
  );
}

function Progress() {
  const busy = useSearch((view) => view.phase === 'searching' || view.phase === 'refining');
  const progress = useSearch((view) => view.progress);
  const share = progress?.total ? Math.min(1, progress.done / progress.total) : 0;
  if (!busy) return <div className="search-progress" />;
  return (
    <div className="search-progress" role="progressbar" aria-label="Searching" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} aria-valuetext={progress?.words ?? 'beginning'}>
      <i style={{ width: `${share * 100}%` }} />
    </div>
  );
}

function Summary() {
  const view = useSearch((all) => all);
  const { phase, question, result, refined, lost } = view;
  if (phase === 'idle') return null;
  return (
    <div className="search-summary" role="status">
      <b>{totalWords(view)}</b>
      <span className="f2 ellipsis" title={question?.words}>{question?.words}</span>
      <span className="grow" />
      <span className="f3">
        {refined > 0 ? `narrowed ${refined}×${lost > 0 ? `, ${lost} can’t be read now` : ''}` : result === undefined ? '' : `${formatSize(result.searchedBytes)} in ${Math.max(1, Math.round(result.elapsedMs))} ms`}
      </span>
    </div>
  );
}

function Skipped() {
  const skipped = useSearch((view) => view.result?.skipped);
  if (skipped === undefined) return null;
  if (skipped.length === 0) return <div className="lg"><span>Nothing was left out.</span></div>;
  return (
    <details className="search-skipped">
      <summary><span className="f2">{formatSize(skippedTotal(skipped))} left out</span></summary>
      <ul>{skippedLines(skipped).map((line) => <li key={line}>{line}</li>)}</ul>
    </details>
  );
}
