import { Menu } from '../../widgets/Menu.tsx';
import { VALUE_KINDS } from '../../kernels/hex-values.ts';
import type { HexOptions } from './hex-controller.ts';

const WIDTHS = [0, 8, 16, 32] as const;

interface Props {
  readonly options: HexOptions;
  readonly onChange: (changed: Partial<HexOptions>) => void;
  readonly dataShown: boolean;
  readonly onData: (shown: boolean) => void;
  readonly onNewTab: () => void;
}

/** How rows are laid out and read. */
export function ViewMenu({ options, onChange, dataShown, onData, onNewTab }: Props) {
  return (
    <Menu label="View options" className="btn bd s" button="View">
      {(close) => {
        const choice = (text: string, on: boolean, run: () => void) => (
          <button key={text} type="button" role="menuitemradio" aria-checked={on} onClick={run}>
            <span className="hex-tick">{on ? '✓' : ''}</span>
            {text}
          </button>
        );
        return (
          <div className="hex-view-menu">
            <div role="group" aria-label="Bytes in a row">
              <div className="f3">Row</div>
              {WIDTHS.map((width) => choice(width === 0 ? 'Fit the panel' : `${width} bytes`, options.rowBytes === width, () => onChange({ rowBytes: width })))}
              <div className="f3">Byte order of units and values</div>
              {choice('Little-endian', !options.bigEndian, () => onChange({ bigEndian: false }))}
              {choice('Big-endian', options.bigEndian, () => onChange({ bigEndian: true }))}
              <div className="f3">Text column</div>
              {choice('ASCII', options.textMode === 'ascii', () => onChange({ textMode: 'ascii' }))}
              {choice('UTF-8', options.textMode === 'utf8', () => onChange({ textMode: 'utf8' }))}
            </div>
            <div role="group" aria-label="Values column">
              <div className="f3">Values column</div>
              {VALUE_KINDS.map((kind) => choice(kind === 'none' ? 'No values' : kind, options.valueKind === kind, () => onChange({ valueKind: kind })))}
            </div>
            <div role="group" aria-label="More">
              <div className="f3">Show</div>
              {choice('Fold zeros', options.foldZeros, () => onChange({ foldZeros: !options.foldZeros }))}
              {choice('Data inspector', dataShown, () => onData(!dataShown))}
              <button type="button" role="menuitem" onClick={() => { onNewTab(); close(); }}>
                <span className="hex-tick" />
                New memory view
              </button>
            </div>
          </div>
        );
      }}
    </Menu>
  );
}
