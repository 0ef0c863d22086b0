import { useState } from 'react';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { KindChip } from '../../widgets/KindChip.tsx';
import type { HoverRequest } from './RegisterHover.tsx';
import { pointedRegion, registerAddress, registerDecimal, registerHex, registerText } from './register-words.ts';
import { ValueEditor } from './ValueEditor.tsx';
import { readInteger } from './vector-lanes.ts';

interface Props {
  readonly register: RegisterValue;
  readonly regions: RegionTable | undefined;
  readonly editable: boolean;
  readonly onHover: (request: HoverRequest | undefined) => void;
}

export function RegisterRow({ register, regions, editable, onHover }: Props) {
  const { cursor, controller } = useApp();
  const [editing, setEditing] = useState(false);
  const region = pointedRegion(register, regions);
  const address = registerAddress(register);
  const hex = registerHex(register);
  const decimal = region === undefined ? registerDecimal(register) : undefined;
  const text = region === undefined ? registerText(register) : undefined;
  const mayEdit = editable && register.value !== undefined;
  const begin = (): void => {
    onHover(undefined);
    setEditing(true);
  };
  return (
    <tr
      data-register={register.name}
      onDoubleClick={() => {
        if (mayEdit) begin();
      }}
      onMouseEnter={(event) => {
        if (region === undefined || address === undefined || editing) return;
        const box = event.currentTarget.getBoundingClientRect();
        onHover({ name: register.name, address, left: box.left, top: box.top, bottom: box.bottom });
      }}
      onMouseLeave={() => onHover(undefined)}
    >
      <th scope="row" className="mono">
        {mayEdit ? <button type="button" className="mono" title={`Edit ${register.name}`} aria-label={`Edit ${register.name}`} onClick={begin}>{register.name}</button> : register.name}
      </th>
      {editing ? (
        <td colSpan={2}>
          <ValueEditor
            label={`New value of ${register.name}`} value={hex}
            parse={(typed) => readInteger(typed, 64)}
            write={(value, confirmed) => controller.run.setRegister(register.name, value, confirmed)}
            close={() => setEditing(false)}
          />
        </td>
      ) : (
        <>
          <td className={register.changed ? 'mono changed' : 'mono'} title={register.text}>
            {region !== undefined && address !== undefined ? (
              <button type="button" className="lk" onClick={() => cursor.goTo(address, 'registers')}>{hex}</button>
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
        </>
      )}
    </tr>
  );
}
