import { useEffect, useState } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { quoteText } from '../../../shared/analysis/typed/printable.ts';
import type { PointerChain } from '../../../shared/model/pointee.ts';
import { useApp } from '../../widgets/app-context.tsx';
import type { HexController } from './hex-controller.ts';
import { hoverLines } from './hover-lines.ts';

interface Card {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
  readonly chain: readonly string[];
}

/** How long the pointer rests before the card comes. */
const REST_MS = 350;
/** Hops of a pointer chain that are followed. */
const CHAIN_HOPS = 8;

/** Card about the byte under a resting pointer. Follows rest, not motion: no render while the pointer moves. */
export function HexHover({ controller, area }: { readonly controller: HexController; readonly area: React.RefObject<HTMLDivElement | null> }) {
  const app = useApp();
  const [card, setCard] = useState<Card>();
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asked: AbortController | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      asked?.abort();
      setCard(undefined);
    };
    const show = (x: number, y: number): void => {
      const hit = controller.hitAt(x, y);
      if (hit === undefined) return;
      const compared = app.memory.baselines.find(({ id }) => id === app.memory.comparedWith) ?? app.memory.baselines[0];
      const lines = hoverLines(hit, app.memory.pageAt(hit.placed.unit.page)?.patched ?? [], compared?.words ?? 'the stop before');
      if (lines.length === 0) return;
      setCard({ x, y, lines, chain: [] });
      const sessionId = app.session.getState().session?.sessionId;
      if (hit.address === undefined || sessionId === undefined || controller.pointerUnder(hit.address) === undefined) return;
      const start = hit.address - (hit.address % 8n);
      asked = new AbortController();
      const { signal } = asked;
      app.clients.memory.chain({ sessionId, address: start as typeof hit.address, hops: CHAIN_HOPS }, { signal }).then(
        (chain) => {
          if (!signal.aborted) setCard({ x, y, lines, chain: chainLines(chain) });
        },
        // The card stays without it: the question was about a place the pointer has left, or a process that has gone.
        () => undefined,
      );
    };
    const onMove = (event: PointerEvent): void => {
      hide();
      const box = element.getBoundingClientRect();
      const x = event.clientX - box.left;
      const y = event.clientY - box.top;
      timer = setTimeout(() => show(x, y), REST_MS);
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
  const below = card.y < (area.current?.clientHeight ?? 0) - 180;
  const left = Math.min(card.x + 14, (area.current?.clientWidth ?? 0) - 430);
  return (
    <div className="hex-hover menu" role="tooltip" style={{ left, ...(below ? { top: card.y + 18 } : { bottom: (area.current?.clientHeight ?? 0) - card.y + 12 }) }}>
      {card.lines.map((line, i) => (
        <div key={line} className={i === 0 ? 'mono' : 'f2'}>
          {line}
        </div>
      ))}
      {card.chain.length === 0 ? null : (
        <div className="hex-chain mono">
          {card.chain.map((line, i) => (
            <div key={`${i} ${line}`} style={{ paddingLeft: i * 10 }}>
              {line}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** One line a hop, then why it ends. */
export function chainLines({ hops, end }: PointerChain): string[] {
  const lines = hops.slice(1).map(({ address, symbol, module, label, text }) => {
    const name = symbol === undefined ? `${module === '' ? '' : `${module} `}${label}` : `${symbol.name}${symbol.offset === 0n ? '' : `+0x${symbol.offset.toString(16)}`}`;
    return `→ ${formatAddress(address)} ${name}${text === undefined ? '' : ` ${quoteText(text)}`}`;
  });
  const last = hops.at(-1);
  switch (end.why) {
    case 'text': return lines;
    case 'null': return [...lines, 'holds null, ends'];
    case 'not-a-pointer': return [...lines, `holds 0x${last?.value?.toString(16) ?? '?'}, no pointer`];
    case 'not-read': return [...lines, `not read: ${end.words}`];
    case 'loop': {
      const back = hops[end.to];
      return [...lines, `↺ loop${back === undefined ? '' : `: back at ${formatAddress(back.address)}`}`];
    }
    case 'long': return [...lines, '… and further'];
  }
}
