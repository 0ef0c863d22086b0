import { useState } from 'react';
import type { RegisterValue } from '../../../shared/model/debug.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { ValueEditor } from './ValueEditor.tsx';
import { formatName, readLanes, writeLane, type LaneFormat } from './vector-lanes.ts';

interface Props {
  readonly register: RegisterValue;
  readonly bytes: Uint8Array;
  readonly format: LaneFormat;
  readonly editable: boolean;
}

/** A vector register in lanes, lowest first; a double-click on one edits it. */
export function VectorRow({ register, bytes, format, editable }: Props) {
  const { controller } = useApp();
  const [editing, setEditing] = useState<number>();
  const lanes = readLanes(bytes, format);
  return (
    <tr data-register={register.name} className="vector">
      <th scope="row" className="mono">{register.name}</th>
      <td colSpan={2} className={register.changed ? 'changed' : ''} title={`${formatName(format, bytes.length)}, lowest first: ${lanes.join(', ')}`}>
        {editing === undefined ? (
          <span className="lanes">
            {lanes.map((lane, index) => (
              // Lanes have no other name than their number.
              // oxlint-disable-next-line react/no-array-index-key
              <button key={index} type="button" className={lane === '0' || lane === '0x0' ? 'mono f3' : 'mono'} aria-label={`${register.name} lane ${index}: ${lane}`} disabled={!editable} onDoubleClick={() => setEditing(index)}>{lane}</button>
            ))}
          </span>
        ) : (
          <ValueEditor
            label={`Lane ${editing} of ${register.name}`} value={lanes[editing] ?? ''}
            parse={(typed) => writeLane(bytes, format, editing, typed)}
            write={(value, confirmed) => controller.run.setRegister(register.name, value, confirmed)}
            close={() => setEditing(undefined)}
          />
        )}
      </td>
    </tr>
  );
}
