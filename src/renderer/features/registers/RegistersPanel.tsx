import './registers.css';
import { useState } from 'react';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import { useSession } from '../../widgets/app-context.tsx';
import { RegisterHover, type HoverRequest } from './RegisterHover.tsx';
import { RegisterRow } from './RegisterRow.tsx';
import { inReadingOrder } from './register-words.ts';
import { formatName, LANE_FORMATS, type LaneFormat } from './vector-lanes.ts';
import { useVectors } from './use-vectors.ts';
import { VectorRow } from './VectorRow.tsx';

const SHOWS = [['general', 'General'], ['vector', 'Vector'], ['all', 'All']] as const;
type Show = (typeof SHOWS)[number][0];

/** What the user chose stays when the view is hidden and made anew. */
const chosen: { show: Show; format: LaneFormat } = { show: 'general', format: 'float' };

/** Registers of the selected frame: value, what it points into, what changed since the last stop. Double-click or Enter edits. */
export function RegistersPanel() {
  const phase = useSession((view) => view.session?.phase);
  const registers = useSession((view) => view.registers);
  const regions = useSession((view) => view.regions);
  const frame = useSession((view) => view.frames.find((one) => one.level === view.selectedFrame));
  const [show, setShow] = useState(chosen.show);
  const [format, setFormat] = useState(chosen.format);
  const vectors = useVectors(show !== 'general');
  const [hover, setHover] = useState<HoverRequest>();
  if (registers.length === 0) {
    return (
      <section className="panel" aria-label="Registers">
        <div className="empty"><b>{phase === 'stopped' ? 'Reading registers…' : 'Registers are known while the target is stopped under gdb'}</b></div>
      </section>
    );
  }
  const stale = phase !== 'stopped';
  const shown = inReadingOrder([...registers.filter(({ group }) => group !== 'vector'), ...vectors].filter((register) => isShown(register, show)));
  const width = vectors.find((register) => register.bytes !== undefined)?.bytes?.length ?? 16;
  return (
    <section className={stale ? 'panel stale' : 'panel'} aria-label="Registers">
      <div className="tb">
        <div className="seg s" role="group" aria-label="Which registers">
          {SHOWS.map(([id, words]) => (
            <button key={id} type="button" aria-pressed={show === id} onClick={() => setShow(chosen.show = id)}>{words}</button>
          ))}
        </div>
        {show === 'general' ? null : (
          <select className="field lane-format" aria-label="Format of vector registers" value={format} onChange={(event) => setFormat(chosen.format = LANE_FORMATS.find((one) => one === event.target.value) ?? 'float')}>
            {LANE_FORMATS.map((one) => <option key={one} value={one}>{formatName(one, width)}</option>)}
          </select>
        )}
        <span className="grow" />
        <span className={stale ? 'warn small ellipsis' : 'f2 mono small ellipsis'}>{stale ? 'of the last stop' : frame === undefined ? '' : `#${frame.level} ${frame.function ?? ''}`}</span>
      </div>
      <div className="body" data-autofocus tabIndex={-1}>
        <table className="registers" aria-label="Registers">
          <tbody>
            {shown.map((register) => (register.bytes === undefined
              ? <RegisterRow key={register.name} register={register} regions={regions} editable={!stale} onHover={setHover} />
              : <VectorRow key={register.name} register={register} bytes={register.bytes} format={format} editable={!stale} />))}
          </tbody>
        </table>
      </div>
      <div className="lg"><span><i className="changed-key">0x2a</i>changed since the last stop</span><span className="f3">double-click edits</span></div>
      {hover === undefined ? null : <RegisterHover key={`${hover.name} ${hover.address}`} request={hover} />}
    </section>
  );
}

/** Segment bases are part of the general picture: thread-local data and the stack canary hang on fs_base. */
function isShown({ group, name }: RegisterValue, show: Show): boolean {
  if (show === 'all') return true;
  return show === 'vector' ? group === 'vector' || name === 'mxcsr' : group === 'general' || group === 'flags' || name === 'fs_base' || name === 'gs_base';
}
