import { useCursor } from '../../widgets/app-context.tsx';
import { CELL_PX, cellX } from '../../kernels/hex-columns.ts';
import type { HexController } from './hex-controller.ts';
import { useHexView } from './use-hex-view.ts';

/** Column heads; the cursor's column stands out. */
export function HexHeader({ controller }: { readonly controller: HexController }) {
  const columns = useHexView(controller, () => controller.columns);
  const column = useCursor((cursor) => (cursor.address === undefined ? -1 : Number(cursor.address % BigInt(columns.rowBytes))));
  const first = column - (column % columns.unitBytes);
  return (
    <div className="hex-head" aria-hidden="true">
      <span style={{ left: columns.addressX }}>Address</span>
      {Array.from({ length: columns.rowBytes }, (_, i) => (
        <span key={i} className={column >= 0 && i >= first && i < first + columns.unitBytes ? 'at' : undefined} style={{ left: cellX(columns, i), width: CELL_PX }}>
          {i.toString(16).padStart(2, '0')}
        </span>
      ))}
      <span style={{ left: columns.textX }}>Text</span>
      <span style={{ left: columns.notesX }}>Symbols</span>
    </div>
  );
}
