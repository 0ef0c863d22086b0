import './registers.css';
import { useState } from 'react';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { KindChip } from '../../widgets/KindChip.tsx';
import { inReadingOrder, pointedRegion, registerAddress, registerDecimal, registerHex, registerText } from './register-words.ts';

/** Registers of the selected frame: value, what it points into, what changed since the last stop. */
export function RegistersPanel() {
  const phase = useSession((view) => view.session?.phase);
  const registers = useSession((view) => view.registers);
  const regions = useSession((view) => view.regions);
  const frame = useSession((view) => view.frames.find((one) => one.level === view.selectedFrame));
  const [all, setAll] = useState(false);
  if (registers.length === 0) {
    return (
      <section className="panel" aria-label="Registers">
        <div className="empty"><b>{phase === 'stopped' ? 'Reading registers…' : 'Registers are known while the target is stopped under gdb'}</b></div>
      </section>
    );
  }
  const stale = phase !== 'stopped';
  const shown = inReadingOrder(all ? registers : registers.filter((register) => register.group === 'general' || register.group === 'flags'));
  return (
    <section className={stale ? 'panel stale' : 'panel'} aria-label="Registers">
      <div className="tb">
        <div className="seg s" role="group" aria-label="Which registers">
          <button type="button" aria-pressed={!all} onClick={() => setAll(false)}>General</button>
          <button type="button" aria-pressed={all} onClick={() => setAll(true)}>All {registers.length}</button>
        </div>
        <span className="grow" />
        <span className={stale ? 'warn small ellipsis' : 'f2 mono small ellipsis'}>{stale ? 'of the last stop' : frame === undefined ? '' : `#${frame.level} ${frame.function ?? ''}`}</span>
      </div>
      <div className="body">
        <table className="registers" aria-label="Registers">
          <tbody>{shown.map((register) => <Row key={register.name} register={register} regions={regions} />)}</tbody>
        </table>
      </div>
      <div className="lg"><span><i className="changed-key">0x2a</i>changed since the last stop</span></div>
    </section>
  );
}

function Row({ register, regions }: { readonly register: RegisterValue; readonly regions: RegionTable | undefined }) {
  const { cursor } = useApp();
  const region = pointedRegion(register, regions);
  const address = registerAddress(register);
  const hex = registerHex(register);
  const decimal = region === undefined ? registerDecimal(register) : undefined;
  const text = region === undefined ? registerText(register) : undefined;
  return (
    <tr data-register={register.name}>
      <th scope="row" className="mono">{register.name}</th>
      <td className={register.changed ? 'mono changed' : 'mono'} title={register.text}>
        {region !== undefined && address !== undefined ? (
          <button type="button" className="lk" title={`Go to ${hex}`} onClick={() => cursor.goTo(address, 'registers')}>{hex}</button>
        ) : (
          <span className={register.value === 0n ? 'f3' : ''}>{hex}</span>
        )}
        {register.changed ? <span className="sr-only"> changed</span> : null}
      </td>
      <td>
        {region === undefined ? null : <KindChip region={region} />}
        {text === undefined ? null : <span className="mono f2">&quot;{text}&quot;</span>}
        {decimal === undefined || text !== undefined ? null : <span className="mono f2">{decimal}</span>}
        {register.flags?.map((flag) => <i key={flag} className="flag">{flag}</i>)}
      </td>
    </tr>
  );
}
