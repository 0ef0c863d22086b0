import { useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { SearchPattern } from '../../../shared/model/search.ts';
import type { SearchHit } from '../../../shared/rpc/contracts/search.ts';
import { KindChip } from '../../widgets/KindChip.tsx';
import { mostRows, VirtualRows } from '../../widgets/VirtualRows.tsx';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { valueWords } from './search-words.ts';
import { useSearch } from './use-search.ts';

const ROW_PX = 46;

/** Places found, ascending. Choosing one moves the cursor there. */
export function HitList() {
  const { search, cursor } = useApp();
  const total = useSearch((view) => view.total);
  const pattern = useSearch((view) => view.question?.pattern);
  useSearch((view) => view.version);
  const [selected, setSelected] = useState(-1);
  const go = (row: number): void => {
    setSelected(row);
    const hit = search.hitAt(row);
    // Walking through the places by arrow is one visit, not a hundred.
    if (hit === undefined) return;
    if (Math.abs(row - selected) === 1) cursor.nudge(hit.address, 'search');
    else cursor.goTo(hit.address, 'search');
  };
  const shown = mostRows(ROW_PX);
  return (
    <>
      <VirtualRows id="search-hits" label="Places found" className="search-hits" count={total} rowHeightPx={ROW_PX} selected={Math.min(selected, total - 1)} onSelect={go} onOpen={go} empty={<Nothing />}>
        {(row) => {
          const hit = search.hitAt(row);
          return hit === undefined || pattern === undefined ? <span className="search-hit f3">…</span> : <Hit hit={hit} pattern={pattern} />;
        }}
      </VirtualRows>
      {total > shown ? <p className="search-more f3">The first {formatCount(shown)} are listed. Narrow the search to see the others.</p> : null}
    </>
  );
}

function Hit({ hit, pattern }: { readonly hit: SearchHit; readonly pattern: SearchPattern }) {
  const regions = useSession((view) => view.regions);
  const region = regions?.regionAt(hit.address);
  const { symbol } = hit;
  return (
    <span className="search-hit">
      <span className="mono search-address">{formatAddress(hit.address)}</span>
      <span className="mono search-value ellipsis">{valueWords(pattern, hit.bytes)}</span>
      <span className="search-where ellipsis">{region === undefined || hit.region === undefined ? <span className="f3">no longer mapped</span> : <KindChip region={region} />}</span>
      <span className="mono f2 search-symbol ellipsis">{symbol === undefined ? '' : `${symbol.name}${symbol.offset === 0n ? '' : `+0x${symbol.offset.toString(16)}`}`}</span>
    </span>
  );
}

function Nothing() {
  const phase = useSearch((view) => view.phase);
  const problem = useSearch((view) => view.problem);
  const cancelled = useSearch((view) => view.cancelled);
  if (problem !== undefined) return <div className="empty"><b className="bad">{problem.message}</b>{problem.remedy === undefined ? null : <span>{problem.remedy}</span>}</div>;
  if (phase === 'idle') {
    return (
      <div className="empty">
        <b>Search the memory of the process</b>
        <span>It is not stopped for that, and pages that are not present are left alone.</span>
      </div>
    );
  }
  if (phase !== 'done') return <div className="empty"><span>Searching…</span></div>;
  return <div className="empty"><b>{cancelled ? 'Cancelled before anything was found' : 'No such place'}</b></div>;
}
