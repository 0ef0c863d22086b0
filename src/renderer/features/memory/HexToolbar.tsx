import { Search } from 'lucide-react';
import { FileText, PlusMinus } from './toolbar-icons.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import { useApp } from '../../widgets/app-context.tsx';
import { useMemoryVersion } from '../../widgets/use-memory-version.ts';
import { Breadcrumb } from './Breadcrumb.tsx';
import type { HexController, HexOptions } from './hex-controller.ts';
import { TypeProblems } from './TypeProblems.tsx';

const UNITS = [
  { bytes: 1, name: 'Bytes' },
  { bytes: 2, name: 'u16' },
  { bytes: 4, name: 'u32' },
  { bytes: 8, name: 'u64' },
] as const;

interface Props {
  readonly controller: HexController | undefined;
  readonly options: HexOptions;
  readonly onChange: (changed: Partial<HexOptions>) => void;
  readonly editing: boolean;
  readonly onEdit: (on: boolean) => void;
  /** Menus at the right end. */
  readonly children: React.ReactNode;
}

export function HexToolbar({ controller, options, onChange, editing, onEdit, children }: Props) {
  const { commands } = useApp();
  return (
    <div className="tb" role="toolbar" aria-label="Memory view">
      <Breadcrumb controller={controller} />
      <TypeProblems controller={controller} />
      <span className="grow" />
      <span className="seg s" role="group" aria-label="Unit">
        {UNITS.map((unit) => (
          <button key={unit.bytes} type="button" aria-pressed={options.unitBytes === unit.bytes} onClick={() => onChange({ unitBytes: unit.bytes })}>
            {unit.name}
          </button>
        ))}
      </span>
      <Toggle on={options.showDisk} onToggle={() => onChange({ showDisk: !options.showDisk })} label="ELF on disk" title="Show the ELF file's bytes below the live ones where they differ">
        <FileText />
        <span className="hex-word">ELF on disk</span>
      </Toggle>
      <ChangesToggle on={options.showChanges} onToggle={() => onChange({ showChanges: !options.showChanges })} />
      <Toggle on={options.showSymbols} onToggle={() => onChange({ showSymbols: !options.showSymbols })} title="Name variables, types and values beside their bytes">
        Symbols
      </Toggle>
      <Toggle on={editing} onToggle={() => onEdit(!editing)} title="Type over the bytes (E)">
        Edit
      </Toggle>
      {children}
      <button type="button" className="btn bd s" aria-label="Find in memory" title="Find bytes, text and values" onClick={() => commands.run('view.search')}>
        <Search className="ico s" />
        <kbd>Ctrl F</kbd>
      </button>
    </div>
  );
}

/** Marks on or off, and the earlier generation they compare with. */
function ChangesToggle({ on, onToggle }: { readonly on: boolean; readonly onToggle: () => void }) {
  const { memory } = useApp();
  useMemoryVersion();
  const { baselines, comparedWith } = memory;
  const compared = baselines.find(({ id }) => id === comparedWith) ?? baselines[0];
  const words = compared === undefined ? 'Changes' : `Since ${compared.words.replace(/^generation/, 'gen.')}`;
  return (
    <span className="hex-changes">
      <button type="button" className={`btn bd s${on ? ' on' : ''}`} aria-label={words} aria-pressed={on} title="Mark bytes that changed since then" onClick={onToggle}>
        <PlusMinus />
        <span className="hex-word">{words}</span>
      </button>
      <Menu label="Compare with an earlier generation" className="btn bd s icon" button="▾" disabled={baselines.length === 0} title="Compare with an earlier generation kept in memory">
        {(close) =>
          [undefined, ...baselines.map(({ id }) => id)].map((id, i) => (
            <button key={id ?? 'newest'} type="button" role="menuitemradio" aria-checked={comparedWith === id} onClick={() => { memory.compareWith(id); close(); }}>
              <span className="hex-tick">{comparedWith === id ? '✓' : ''}</span>
              {id === undefined ? 'Always the one before' : (baselines[i - 1]?.words ?? '')}
            </button>
          ))
        }
      </Menu>
    </span>
  );
}

interface ToggleProps {
  readonly on: boolean;
  readonly onToggle: () => void;
  /** For readers, where the words may be hidden for lack of room. */
  readonly label?: string;
  readonly title: string;
  readonly children: React.ReactNode;
}

function Toggle({ on, onToggle, label, title, children }: ToggleProps) {
  return (
    <button type="button" className={`btn bd s${on ? ' on' : ''}`} aria-label={label} aria-pressed={on} title={title} onClick={onToggle}>
      {children}
    </button>
  );
}
