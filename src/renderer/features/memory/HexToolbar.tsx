import { useCursor, useSession } from '../../widgets/app-context.tsx';
import type { HexOptions } from './hex-controller.ts';

const UNITS = [
  { bytes: 1, name: 'Bytes' },
  { bytes: 2, name: 'u16' },
  { bytes: 4, name: 'u32' },
  { bytes: 8, name: 'u64' },
] as const;
const WIDTHS = [0, 8, 16, 32] as const;

interface Props {
  readonly options: HexOptions;
  readonly onChange: (changed: Partial<HexOptions>) => void;
}

export function HexToolbar({ options, onChange }: Props) {
  const stopCount = useSession((view) => view.session?.stopCount ?? 0);
  return (
    <div className="tb" role="toolbar" aria-label="Memory view">
      <Breadcrumb />
      <span className="grow" />
      <span className="seg s" role="group" aria-label="Unit">
        {UNITS.map((unit) => (
          <button key={unit.bytes} type="button" aria-pressed={options.unitBytes === unit.bytes} onClick={() => onChange({ unitBytes: unit.bytes })}>
            {unit.name}
          </button>
        ))}
      </span>
      <label className="btn bd s hex-width">
        <span className="f3">Row</span>
        <select
          aria-label="Bytes in a row"
          value={options.rowBytes}
          onChange={(event) => onChange({ rowBytes: WIDTHS.find((width) => String(width) === event.target.value) ?? 16 })}
        >
          {WIDTHS.map((width) => (
            <option key={width} value={width}>
              {width === 0 ? 'Fit' : width}
            </option>
          ))}
        </select>
      </label>
      <Toggle on={options.showChanges} onToggle={() => onChange({ showChanges: !options.showChanges })} title="Mark bytes that changed since the stop before">
        {stopCount > 1 ? `Since stop ${stopCount - 1}` : 'Changes'}
      </Toggle>
      <Toggle on={options.showSymbols} onToggle={() => onChange({ showSymbols: !options.showSymbols })} title="Name the symbols beside their bytes">
        Symbols
      </Toggle>
      <Toggle on={options.foldZeros} onToggle={() => onChange({ foldZeros: !options.foldZeros })} title="Fold runs of zero rows">
        Fold zeros
      </Toggle>
    </div>
  );
}

function Breadcrumb() {
  const address = useCursor((cursor) => cursor.address);
  const regions = useSession((view) => view.regions);
  const region = address === undefined ? undefined : regions?.regionAt(address);
  if (region === undefined) return <span className="f3">no byte chosen</span>;
  const file = region.module?.path.split('/').at(-1);
  return (
    <span className="row ellipsis hex-crumbs">
      {file !== undefined && (
        <>
          <span className="f2">{file}</span>
          <span className="f3">/</span>
        </>
      )}
      <span className="f2">
        {region.perms === '' ? '' : `${region.perms.slice(0, 3)} `}
        {region.kind}
      </span>
      <span className="f3">/</span>
      <b>{region.label === '' ? region.kind : region.label}</b>
    </span>
  );
}

interface ToggleProps {
  readonly on: boolean;
  readonly onToggle: () => void;
  readonly title: string;
  readonly children: React.ReactNode;
}

function Toggle({ on, onToggle, title, children }: ToggleProps) {
  return (
    <button type="button" className={`btn bd s${on ? ' on' : ''}`} aria-pressed={on} title={title} onClick={onToggle}>
      {children}
    </button>
  );
}
