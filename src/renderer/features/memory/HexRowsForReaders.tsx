import { formatAddress } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { CELL_VALID } from '../../kernels/hex-cells.ts';
import { faultIn, type FaultSite } from '../../state/fault-site.ts';
import type { HexController } from './hex-controller.ts';
import type { PlacedItem } from './hex-model.ts';
import { faultWords } from './hex-paint-fault.ts';
import { pageStateWords } from './page-state-words.ts';
import { useRestingHexView } from './use-hex-view.ts';

/** The rows on screen as text, for screen readers: the canvas says nothing to them. */
export function HexRowsForReaders({ controller }: { readonly controller: HexController }) {
  const text = useRestingHexView(controller, () => controller.model.visibleItems().map((placed) => `${lineOf(placed)}${faultOf(placed, controller.model.fault)}`).join('\n'));
  return (
    <ul id="hex-rows" className="sr-only" aria-label="Rows on screen">
      {text.split('\n').map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function faultOf({ item }: PlacedItem, fault: FaultSite | undefined): string {
  if (fault === undefined || (item.kind !== 'row' && item.kind !== 'state-row')) return '';
  const end = item.kind === 'row' ? item.start + BigInt(item.byteCount) : item.end;
  return faultIn(fault, item.start, end) ? `; ${faultWords(fault.label, fault.address, item.start)}` : '';
}

function lineOf({ item, unit }: PlacedItem): string {
  switch (item.kind) {
    case 'band':
      return `${item.band.title} from ${formatAddress(item.band.start)} to ${formatAddress(item.band.end)} ${item.band.note}`;
    case 'fold':
      return `${item.rowCount} rows of zeros to ${formatAddress(item.end)}`;
    case 'page-note':
      return `${formatAddress(item.start)} ${pageStateWords(item.state).short}`;
    case 'state-row':
      return formatAddress(item.start);
    case 'row': {
      const base = Number(item.start - pageStart(unit.page));
      const bytes = Array.from({ length: item.byteCount }, (_, i) =>
        unit.cells?.states[base + i] === CELL_VALID ? (unit.cells.values[base + i] ?? 0).toString(16).padStart(2, '0') : '??',
      );
      const notes = unit.notesAt(base, item.byteCount);
      const said = (notes?.lines ?? []).flat().map(({ name, text, was }) => [name, text, was].filter((word) => word !== '').join(' '));
      const disk = notes?.disk;
      return [`${formatAddress(item.start)} ${bytes.join(' ')}`, ...said, ...(disk === undefined ? [] : [`${disk.label}: ${disk.words}`])].join('; ').replace('; ', ' ');
    }
  }
}
