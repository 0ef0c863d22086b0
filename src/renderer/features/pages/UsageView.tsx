import { useMemo, useState } from 'react';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { RegionKind } from '../../../shared/model/region.ts';
import type { UsageBytes, UsageRow, UsageTable } from '../../../shared/model/usage.ts';
import { KIND_STYLES } from '../../../shared/drawing/kind-style.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useAnswer, usePagesContext, usePagesUi } from './use-pages.ts';

type Field = Exclude<keyof UsageBytes, never>;
const FIELDS: readonly { readonly field: Field; readonly title: string; readonly words: string }[] = [
  { field: 'virtual', title: 'Virtual', words: 'address space' },
  { field: 'resident', title: 'Resident', words: 'Rss: pages present' },
  { field: 'proportional', title: 'Proportional', words: 'Pss: a shared page counts in part' },
  { field: 'anonymous', title: 'Anonymous', words: 'no file behind it' },
  { field: 'file', title: 'File', words: 'resident minus anonymous' },
  { field: 'shared', title: 'Shared', words: 'mapped by others too' },
  { field: 'dirty', title: 'Dirty', words: 'changed since it was read' },
  { field: 'swap', title: 'Swap', words: 'in swap' },
  { field: 'locked', title: 'Locked', words: 'mlock' },
  { field: 'huge', title: 'Huge', words: 'in huge pages' },
];

/** VMMap's table, for Linux: sums of smaps by kind or by module, with bars. */
export function UsageView() {
  const { clients } = useApp();
  const { ui } = usePagesContext();
  const { usageBy } = usePagesUi();
  const sessionId = useSession((view) => view.session?.sessionId);
  const stopCount = useSession((view) => view.session?.stopCount);
  const [again, setAgain] = useState(0);
  const [sort, setSort] = useState<Field>('resident');
  // A running program is asked once and then when the user says so: smaps holds up its own mmap.
  // oxlint-disable-next-line react/exhaustive-deps -- stops and the button are not sent; a new one means a new answer
  const ask = useMemo(() => (sessionId === undefined ? undefined : (signal: AbortSignal) => clients.pages.usage({ sessionId, rollup: true }, { signal })), [clients, sessionId, stopCount, again]);
  const { value, failure, waiting } = useAnswer(ask);
  if (value === undefined) return <div className="empty">{failure === undefined ? 'Reading smaps…' : <b className="bad">{errorFacts(failure).message}</b>}</div>;
  const table = usageBy === 'kind' ? value.byKind : value.byModule;
  return (
    <div className="body pg-list" data-autofocus tabIndex={-1}>
      <div className="row pg-lead gap">
        <span className="seg s" role="group" aria-label="Sum by">
          <button type="button" aria-pressed={usageBy === 'kind'} onClick={() => ui.update({ usageBy: 'kind' })}>By kind</button>
          <button type="button" aria-pressed={usageBy === 'module'} onClick={() => ui.update({ usageBy: 'module' })}>By module</button>
        </span>
        <button type="button" className="btn bd s" disabled={waiting} onClick={() => setAgain(again + 1)}>Read smaps again</button>
        <span className="f3">{value.cost.elapsedMs.toFixed(1)} ms, {formatSize(value.cost.bytesRead)}</span>
        <span className="grow" />
        <Rollup table={table} rollup={value.rollup} />
      </div>
      <Rows table={table} sort={sort} onSort={setSort} />
    </div>
  );
}

function Rollup({ table, rollup }: { readonly table: UsageTable; readonly rollup: UsageBytes | undefined }) {
  if (rollup === undefined) return <span className="f3">the kernel shows no smaps_rollup to compare with</span>;
  const differs = FIELDS.filter(({ field }) => ['resident', 'anonymous', 'swap', 'locked'].includes(field) && rollup[field] !== table.total[field]);
  if (differs.length === 0) return <span className="f2"><b className="ok">Sums equal smaps_rollup</b></span>;
  return <span className="f2">smaps_rollup, read after it: {differs.map(({ field, title }) => `${title.toLowerCase()} ${formatSize(rollup[field])}`).join(', ')}</span>;
}

function Rows({ table, sort, onSort }: { readonly table: UsageTable; readonly sort: Field; readonly onSort: (field: Field) => void }) {
  const rows = useMemo(() => table.rows.toSorted((a, b) => (a.bytes[sort] === b.bytes[sort] ? 0 : a.bytes[sort] < b.bytes[sort] ? 1 : -1)), [table, sort]);
  const largest = rows.reduce((most, row) => (row.bytes[sort] > most ? row.bytes[sort] : most), 1n);
  return (
    <table className="pg-plain pg-usage">
      <thead>
        <tr>
          <th>{table.by === 'kind' ? 'Kind' : 'Module'}</th><th className="bar">{FIELDS.find(({ field }) => field === sort)?.title}</th><th className="num">Mappings</th>
          {FIELDS.map(({ field, title, words }) => <th key={field} className="num" aria-sort={field === sort ? 'descending' : 'none'}><button type="button" title={words} className={field === sort ? 'on' : ''} onClick={() => onSort(field)}>{title}</button></th>)}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => <Row key={row.key} row={row} by={table.by} sort={sort} largest={largest} />)}
        <tr className="total"><td>Total</td><td /><td className="num">{formatCount(rows.reduce((sum, row) => sum + row.mappings, 0))}</td>{FIELDS.map(({ field }) => <td key={field} className="num" data-total={field}>{table.total[field] === 0n ? '0' : formatSize(table.total[field])}</td>)}</tr>
      </tbody>
    </table>
  );
}

function Row({ row, by, sort, largest }: { readonly row: UsageRow; readonly by: UsageTable['by']; readonly sort: Field; readonly largest: bigint }) {
  const style = by === 'kind' && row.key in KIND_STYLES ? KIND_STYLES[row.key as RegionKind] : undefined;
  const width = Number((row.bytes[sort] * 1000n) / largest) / 10;
  return (
    <tr data-key={row.key}>
      <td className="ellipsis" title={row.key}>
        {style === undefined ? null : <svg width="6" height="13" className="spn" aria-hidden="true"><rect width="6" height="13" fill={`url(#s-${style.ink})`} /></svg>}
        {style?.title ?? row.key.split('/').at(-1)}
      </td>
      <td className="bar"><svg width="100%" height="10" aria-hidden="true"><rect width={`${width}%`} height="10" rx="1" fill={style === undefined ? 'var(--k-lib)' : `url(#s-${style.ink})`} /></svg></td>
      <td className="num f2">{formatCount(row.mappings)}</td>
      {FIELDS.map(({ field }) => <td key={field} className={row.bytes[field] === 0n ? 'num f3' : 'num'}>{row.bytes[field] === 0n ? '0' : formatSize(row.bytes[field])}</td>)}
    </tr>
  );
}
