import { useEffect, useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { pageStart } from '../../../shared/address/page.ts';
import { CELL_VALID } from '../../kernels/hex-cells.ts';
import { useApp } from '../../widgets/app-context.tsx';
import type { HexController, HexHit } from './hex-controller.ts';
import { pageStateWords } from './page-state-words.ts';
import { pointsInto } from './hex-overlay.ts';

interface Card {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

/** How long the pointer rests before the card comes. */
const REST_MS = 350;

/** Card about the byte under a resting pointer. Follows rest, not motion: no render while the pointer moves. */
export function HexHover({ controller, area }: { readonly controller: HexController; readonly area: React.RefObject<HTMLDivElement | null> }) {
  const app = useApp();
  const [card, setCard] = useState<Card>();
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      setCard(undefined);
    };
    const onMove = (event: PointerEvent): void => {
      hide();
      const box = element.getBoundingClientRect();
      const x = event.clientX - box.left;
      const y = event.clientY - box.top;
      timer = setTimeout(() => {
        const hit = controller.hitAt(x, y);
        const lines = hit === undefined ? [] : cardLines(controller, hit, (address) => app.memory.pageAt(address)?.patched ?? []);
        if (lines.length > 0) setCard({ x, y, lines });
      }, REST_MS);
    };
    element.addEventListener('pointermove', onMove);
    element.addEventListener('pointerleave', hide);
    element.addEventListener('wheel', hide, { passive: true });
    return () => {
      hide();
      element.removeEventListener('pointermove', onMove);
      element.removeEventListener('pointerleave', hide);
      element.removeEventListener('wheel', hide);
    };
  }, [app, area, controller]);
  if (card === undefined) return null;
  const below = card.y < (area.current?.clientHeight ?? 0) - 120;
  const left = Math.min(card.x + 14, (area.current?.clientWidth ?? 0) - 330);
  return (
    <div className="hex-hover menu" role="tooltip" style={{ left, ...(below ? { top: card.y + 18 } : { bottom: (area.current?.clientHeight ?? 0) - card.y + 12 }) }}>
      {card.lines.map((line, i) => (
        <div key={line} className={i === 0 ? 'mono' : 'f2'}>
          {line}
        </div>
      ))}
    </div>
  );
}

type Patched = ReturnType<HexController['model']['unitAt']>['page'];

function cardLines(controller: HexController, hit: HexHit, patchedOf: (page: Patched) => readonly { address: bigint; original: number; breakpoint: string }[]): string[] {
  const { item, unit } = hit.placed;
  if (item.kind === 'page-note' || item.kind === 'state-row') return [formatAddress(item.start), pageStateWords(item.state).why];
  if (hit.address === undefined || unit.cells === undefined) return [];
  const { address } = hit;
  const offset = Number(address - pageStart(unit.page));
  const value = unit.cells.values[offset] ?? 0;
  const lines = [formatAddress(address)];
  if (unit.cells.states[offset] === CELL_VALID) lines.push(`0x${value.toString(16).padStart(2, '0')}, ${value}${value >= 0x20 && value < 0x7f ? `, '${String.fromCharCode(value)}'` : ''}`);
  else lines.push('this byte was not read');
  const owner = unit.symbols.findLast((symbol) => symbol.address <= address && address < symbol.address + (symbol.sizeBytes > 0n ? symbol.sizeBytes : 1n));
  if (owner !== undefined) lines.push(`${owner.demangled ?? owner.name} +0x${(address - owner.address).toString(16)} of ${owner.sizeBytes} bytes`);
  const pointer = controller.pointerUnder(address);
  const target = pointer === undefined ? undefined : pointsInto(pointer, controller.model.regions);
  if (target !== undefined) lines.push(`points to ${target}`);
  if (unit.changed?.[offset] === 1) lines.push('changed since the stop before');
  const patch = patchedOf(unit.page).find((byte) => byte.address === address);
  if (patch !== undefined) lines.push(`breakpoint ${patch.breakpoint}: memory holds 0xcc, the program's own byte is shown`);
  if (unit.stale) lines.push('stale: from an earlier generation');
  return lines;
}
