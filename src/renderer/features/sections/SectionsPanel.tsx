import { useMemo, useState } from 'react';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import type { ModuleFacts } from '../../../shared/model/module-tables.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { groupInk, SectionTable, type SectionRow } from './SectionTable.tsx';
import { GROUP_TITLES, groupOf, groupTotals, type GroupTotal } from './section-totals.ts';
import { pickSymbols, type SymbolFilter } from './symbol-rows.ts';
import { SymbolTable } from './SymbolTable.tsx';
import { useModules, useSections, useSymbols } from './use-module-tables.ts';
import './sections.css';

const ALL = 'all';

/** What the files say of themselves, at the addresses where it is now: sections above, symbols below. */
export function SectionsPanel() {
  const modules = useModules();
  const [choice, setChoice] = useState<string>();
  const [filter, setFilter] = useState<SymbolFilter>({ text: '', section: '', kind: 'all', sort: 'address', descending: false });
  const chosen = useMemo(() => {
    if (choice === ALL) return modules.items;
    const one = modules.items.find((module) => String(module.base) === choice) ?? modules.items[0];
    return one === undefined ? [] : [one];
  }, [modules.items, choice]);
  const change = (changes: Partial<SymbolFilter>): void => setFilter((before) => ({ ...before, ...changes }));
  if (modules.problem !== undefined) return <section className="panel" aria-label="Sections"><div className="empty"><b className="bad">{modules.problem.message}</b></div></section>;
  return (
    <section className="panel sections" aria-label="Sections">
      <Toolbar
        modules={modules.items} choice={choice ?? String(chosen[0]?.base ?? '')} filter={filter} onChange={change}
        onModule={(value) => {
          setChoice(value);
          change({ section: '' });
        }}
      />
      <Sections modules={chosen} section={filter.section} onSection={(section) => change({ section })} />
      <Symbols modules={chosen} filter={filter} onChange={change} />
    </section>
  );
}

interface ToolbarProps {
  readonly modules: readonly ModuleFacts[];
  readonly choice: string;
  readonly onModule: (value: string) => void;
  readonly filter: SymbolFilter;
  readonly onChange: (changes: Partial<SymbolFilter>) => void;
}

function Toolbar({ modules, choice, onModule, filter, onChange }: ToolbarProps) {
  const names = new Map<string, number>();
  for (const { path } of modules) names.set(path, (names.get(path) ?? 0) + 1);
  return (
    <div className="tb" role="toolbar" aria-label="Sections and symbols">
      <label className="btn bd s sec-select">
        <span className="f3">Module</span>
        <select aria-label="Module" value={choice} onChange={(event) => onModule(event.target.value)}>
          {modules.map((module) => (
            <option key={String(module.base)} value={String(module.base)}>
              {module.path.replace(/^.*\//, '')}{(names.get(module.path) ?? 0) > 1 ? ` at 0x${module.base.toString(16)}` : ''}
            </option>
          ))}
          <option value={ALL}>All {modules.length} modules</option>
        </select>
      </label>
      <input
        type="text" className="field sec-filter" data-autofocus aria-label="Filter symbols by name" placeholder="Filter symbols: words in the name" spellCheck={false} value={filter.text}
        onChange={(event) => onChange({ text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter.text !== '') {
            event.preventDefault();
            onChange({ text: '' });
          }
        }}
      />
      <span className="seg s" role="group" aria-label="Kinds of symbols">
        {(['all', 'data', 'functions'] as const).map((kind) => (
          <button key={kind} type="button" aria-pressed={filter.kind === kind} onClick={() => onChange({ kind })}>{{ all: 'All', data: 'Data', functions: 'Functions' }[kind]}</button>
        ))}
      </span>
    </div>
  );
}

function Sections({ modules, section, onSection }: { readonly modules: readonly ModuleFacts[]; readonly section: string; readonly onSection: (name: string) => void }) {
  const { cursor } = useApp();
  const regions = useSession((view) => view.regions);
  const loaded = useSections(modules);
  const [selected, setSelected] = useState(-1);
  const rows = useMemo(
    () => loaded.items.flatMap(({ module, sections }): SectionRow[] => sections.map((one) => ({ module, section: one, group: groupOf(one, (address) => regions?.regionAt(address)?.kind) }))),
    [loaded.items, regions],
  );
  const totals = useMemo(() => groupTotals(rows, modules, regions), [rows, modules, regions]);
  const at = selected >= 0 && rows[selected]?.section.name === section ? selected : -1;
  const select = (index: number): void => {
    const row = rows[index];
    setSelected(index);
    if (row === undefined) return;
    onSection(row.section.name);
    if (row.section.address !== undefined && row.group !== 'tls') cursor.goTo(row.section.address, 'sections');
  };
  return (
    <div className="sec-half">
      <SectionTable rows={rows} severalModules={modules.length > 1} selected={at} onSelect={select} onOpen={select} />
      {loaded.problem === undefined ? null : <p className="bad sec-problem">{loaded.problem.message}</p>}
      {modules.map(({ base, problem }) => (problem === undefined ? null : <p key={String(base)} className="warn sec-problem">{problem.message}</p>))}
      <Totals totals={totals} />
    </div>
  );
}

/** Sums per kind of section beside the mappings that hold them. */
function Totals({ totals }: { readonly totals: readonly GroupTotal[] }) {
  return (
    <div className="sec-totals" role="list" aria-label="Totals">
      {totals.map(({ group, sections, fileBytes, memoryBytes, mappedBytes }) => (
        <span key={group} role="listitem" title={`${sections} sections: ${formatSize(memoryBytes)} in memory, ${formatSize(fileBytes)} in the file${mappedBytes === undefined ? '' : `; mappings of that kind have ${formatSize(mappedBytes)}`}`}>
          <i className="sw" style={{ ...groupInk(group), background: group === 'file' ? 'transparent' : 'var(--c)', border: '1px solid var(--c)' }} />
          <span className="f2">{GROUP_TITLES[group]}</span>
          <b className="mono">{formatSize(group === 'file' ? fileBytes : memoryBytes)}</b>
          {mappedBytes === undefined ? null : <span className="f3 mono">of {formatSize(mappedBytes)} mapped</span>}
        </span>
      ))}
    </div>
  );
}

function Symbols({ modules, filter, onChange }: { readonly modules: readonly ModuleFacts[]; readonly filter: SymbolFilter; readonly onChange: (changes: Partial<SymbolFilter>) => void }) {
  const loaded = useSymbols(modules);
  const rows = useMemo(() => pickSymbols(loaded.items, filter), [loaded.items, filter]);
  const all = loaded.items.reduce((sum, { columns }) => sum + columns.length, 0);
  const dynamic = loaded.items.filter(({ columns }) => columns.origin === '.dynsym').length;
  return (
    <div className="sym-half">
      <div className="sym-bar">
        <b>Symbols</b>
        <span className="f2">{rows.length === all ? formatCount(all) : `${formatCount(rows.length)} of ${formatCount(all)}`}{loaded.done ? '' : ' so far'}</span>
        {filter.section === '' ? null : <button type="button" className="btn bd s" title="Show the symbols of all sections" onClick={() => onChange({ section: '' })}>in {filter.section} ×</button>}
        <span className="grow" />
        {dynamic > 0 ? <span className="f3 ellipsis">{modules.length > 1 ? 'stripped files show' : 'stripped:'} exported symbols only (.dynsym)</span> : null}
        {loaded.problem === undefined ? null : <span className="bad">{loaded.problem.message}</span>}
      </div>
      <SymbolTable chunks={loaded.items} rows={rows} sort={filter.sort} descending={filter.descending} onSort={(sort, descending) => onChange({ sort, descending })} loading={!loaded.done} />
    </div>
  );
}
