import type { CSSProperties } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { ModuleFacts, ModuleSection } from '../../../shared/model/module-tables.ts';
import { VirtualRows } from '../../widgets/VirtualRows.tsx';
import { GROUP_TITLES, type SectionGroup } from './section-totals.ts';

export interface SectionRow {
  readonly module: ModuleFacts;
  readonly section: ModuleSection;
  readonly group: SectionGroup;
}

const ROW_PX = 22;
const INKS: Readonly<Record<SectionGroup, string>> = { text: 'text', rodata: 'rodata', relro: 'relro', data: 'data', bss: 'bss', tls: 'tstack', file: 'reserved' };

export function groupInk(group: SectionGroup): CSSProperties {
  return { '--c': `var(--k-${INKS[group]})` } as CSSProperties;
}

interface Props {
  readonly rows: readonly SectionRow[];
  readonly severalModules: boolean;
  readonly selected: number;
  readonly onSelect: (row: number) => void;
  readonly onOpen: (row: number) => void;
}

/** readelf's facts, live: every section where it is now. */
export function SectionTable({ rows, severalModules, selected, onSelect, onOpen }: Props) {
  return (
    <VirtualRows
      id="section" label="Sections" className="sec-table" count={rows.length} rowHeightPx={ROW_PX} selected={selected} onSelect={onSelect} onOpen={onOpen}
      head={
        <div className="sec-row sec-head" aria-hidden="true">
          <span /><span>Section</span><span>{severalModules ? 'Module' : 'Type'}</span><span>Flags</span><span className="n">Offset</span><span className="n">In file</span><span className="n">In memory</span><span>Address</span>
        </div>
      }
    >
      {(index) => {
        const row = rows[index];
        return row === undefined ? null : <Row row={row} severalModules={severalModules} />;
      }}
    </VirtualRows>
  );
}

function Row({ row: { module, section, group }, severalModules }: { readonly row: SectionRow; readonly severalModules: boolean }) {
  const file = module.path.replace(/^.*\//, '');
  return (
    <span className="sec-row mono" title={`${section.name}: ${section.type}, ${GROUP_TITLES[group]}, number ${section.index} of ${module.path}`}>
      <i className="sw" style={{ ...groupInk(group), background: group === 'file' ? 'transparent' : 'var(--c)', border: '1px solid var(--c)' }} />
      <span className="ellipsis sec-name">{section.name}</span>
      <span className="f2 ellipsis">{severalModules ? file : section.type}</span>
      <span className="f2">{section.flags}</span>
      <span className="n f2">{section.fileOffset.toString(16)}</span>
      <span className="n">{section.type === 'NOBITS' ? <span className="f3" title="Takes no room in the file">NOBITS</span> : formatSize(section.fileSizeBytes)}</span>
      <span className="n">{section.memorySizeBytes === 0n ? <span className="f3">–</span> : formatSize(section.memorySizeBytes)}</span>
      <span className={section.address === undefined ? 'f3' : 'sec-address'}>{section.address === undefined ? 'not loaded' : formatAddress(section.address)}</span>
    </span>
  );
}
