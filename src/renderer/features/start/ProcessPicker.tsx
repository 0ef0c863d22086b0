import { ArrowDown, ArrowUp, Lock, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { formatCount } from '../../../shared/address/size.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { keepMarked, pickRows, processKey, type SortKey } from './process-rows.ts';
import { ProcessRow, ROW_HEIGHT_PX } from './ProcessRow.tsx';
import { useProcesses } from './use-processes.ts';

/** Rows drawn above and below the visible ones. */
const SPARE_ROWS = 8;
const COLUMNS: readonly { readonly key: SortKey; readonly title: string; readonly className: string; readonly firstDescending: boolean }[] = [
  { key: 'pid', title: 'PID', className: 'c-pid', firstDescending: false },
  { key: 'name', title: 'Name', className: 'c-name', firstDescending: false },
  { key: 'user', title: 'User', className: 'c-user', firstDescending: false },
  { key: 'memory', title: 'Resident', className: 'c-mem', firstDescending: true },
];

/** Running processes: search, sort, open one for looking. */
export function ProcessPicker() {
  const { controller } = useApp();
  const { processes, failure } = useProcesses();
  const opening = useSession((view) => view.busy.has('observe'));
  const [query, setQuery] = useState('');
  const [sort, setSort] = useState<{ readonly key: SortKey; readonly descending: boolean }>({ key: 'recent', descending: false });
  const [showClosed, setShowClosed] = useState(true);
  const [marked, setMarked] = useState<{ readonly key: string | undefined; readonly index: number }>({ key: undefined, index: 0 });
  const [view, setView] = useState({ top: 0, height: 600 });
  const scroller = useRef<HTMLDivElement>(null);

  const rows = useMemo(() => pickRows(processes ?? [], { query, sort: sort.key, descending: sort.descending, showClosed }), [processes, query, sort, showClosed]);
  const at = keepMarked(rows, marked.key, marked.index);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const mark = (index: number): void => {
    const bounded = Math.min(Math.max(index, 0), rows.length - 1);
    const row = rows[bounded];
    setMarked({ key: row === undefined ? undefined : processKey(row), index: bounded });
    const element = scroller.current;
    if (element === null) return;
    const top = bounded * ROW_HEIGHT_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_HEIGHT_PX > element.scrollTop + element.clientHeight) element.scrollTop = top + ROW_HEIGHT_PX - element.clientHeight;
  };
  const open = (index: number): void => {
    const row = rows[index];
    if (row !== undefined && row.cannotOpen === undefined && !opening) void controller.observe(row.pid);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / ROW_HEIGHT_PX) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page }[event.key];
    if (to !== undefined) mark(to);
    else if (event.key === 'Enter') open(at);
    else if (event.key === 'Escape' && query !== '') setQuery('');
    else return;
    event.preventDefault();
  };

  const first = Math.max(0, Math.floor(view.top / ROW_HEIGHT_PX) - SPARE_ROWS);
  const visible = rows.slice(first, first + Math.ceil(view.height / ROW_HEIGHT_PX) + 2 * SPARE_ROWS);
  const closedCount = processes?.filter((process) => process.cannotOpen !== undefined).length ?? 0;
  return (
    <section className="card picker" aria-labelledby="picker-title" onKeyDown={onKeyDown}>
      <div className="card-bar">
        <h2 id="picker-title">Running processes</h2>
        <span className="f3">{processes === undefined ? '' : `${formatCount(rows.length)} of ${formatCount(processes.length)}`}</span>
        <span className="grow" />
        <label className="check f2" title="Kernel threads, other users’ processes and what has ended">
          <input type="checkbox" checked={showClosed} onChange={(event) => setShowClosed(event.target.checked)} /> also the {formatCount(closedCount)} that can’t be opened
        </label>
      </div>
      <label className="search">
        <Search className="ico s f3" aria-hidden="true" />
        <input
          type="text" className="field" autoFocus placeholder="Search by name, command, user or PID" aria-label="Search processes" spellCheck={false} value={query}
          role="combobox" aria-expanded="true" aria-controls="picker-rows" aria-activedescendant={rows[at] === undefined ? undefined : `process-${rows[at].pid}`}
          onChange={(event) => {
            setQuery(event.target.value);
            setMarked({ key: undefined, index: 0 });
            if (scroller.current !== null) scroller.current.scrollTop = 0;
          }}
        />
      </label>
      <div className="picker-head" role="group" aria-label="Sort">
        {COLUMNS.map(({ key, title, className, firstDescending }) => {
          const on = sort.key === key;
          // Once more turns the order round, a third time returns to ours first, newest first.
          const next = !on ? { key, descending: firstDescending } : sort.descending === firstDescending ? { key, descending: !firstDescending } : ({ key: 'recent', descending: false } as const);
          return (
            <button key={key} type="button" className={className} aria-pressed={on} title={`Sort by ${title}`} onClick={() => setSort(next)}>
              {title}{on ? sort.descending ? <ArrowDown className="ico xs" aria-label="descending" /> : <ArrowUp className="ico xs" aria-label="ascending" /> : null}
            </button>
          );
        })}
        <span className="c-command">Command</span>
      </div>
      <div ref={scroller} className="picker-rows" onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}>
        {processes === undefined ? <Waiting failure={failure?.message} /> : rows.length === 0 ? <div className="empty"><b>No process matches</b><span>Every word must occur in the name, command, user or PID.</span></div> : null}
        <div id="picker-rows" role="listbox" aria-label="Processes" style={{ height: rows.length * ROW_HEIGHT_PX, position: 'relative' }}>
          {visible.map((row, index) => (
            <ProcessRow
              key={processKey(row)} process={row} top={(first + index) * ROW_HEIGHT_PX} marked={first + index === at}
              onMark={() => mark(first + index)} onOpen={() => open(first + index)}
            />
          ))}
        </div>
      </div>
      <Foot row={rows[at]} failure={processes === undefined ? undefined : failure?.message} opening={opening} onOpen={() => open(at)} />
    </section>
  );
}

function Waiting({ failure }: { readonly failure: string | undefined }) {
  return failure === undefined ? <div className="skeleton" role="status" aria-label="Reading processes">{Array.from({ length: 14 }, (_, i) => <i key={i} />)}</div> : <div className="empty"><b className="bad">{failure}</b><span>Trying again…</span></div>;
}

function Foot({ row, failure, opening, onOpen }: { readonly row: ReturnType<typeof pickRows>[number] | undefined; readonly failure: string | undefined; readonly opening: boolean; readonly onOpen: () => void }) {
  const reason = row?.cannotOpen ?? row?.cannotAttach;
  return (
    <div className="picker-foot">
      {failure === undefined ? null : <span className="bad ellipsis">{failure}</span>}
      {reason === undefined ? <span className="f3 ellipsis">Opening only looks: the process is not stopped and not traced.</span> : (
        <span className="ellipsis" title={[reason.message, reason.evidence, reason.remedy].filter(Boolean).join('\n')}>
          <Lock className="ico xs warn" aria-hidden="true" /> <span className="warn">{row?.cannotOpen === undefined ? 'Can be looked at; gdb can’t attach: ' : ''}{reason.message}</span> <span className="f2">{reason.remedy}</span>
        </span>
      )}
      <span className="grow" />
      <button type="button" className="btn primary" disabled={row === undefined || row.cannotOpen !== undefined || opening} onClick={onOpen}>
        {opening ? 'Opening…' : 'Open'} <kbd>Enter</kbd>
      </button>
    </div>
  );
}
