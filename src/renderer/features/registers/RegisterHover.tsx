import { useEffect, useState } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import type { PointerChain } from '../../../shared/model/pointee.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { PointeeChip } from '../../widgets/PointeeChip.tsx';

export interface HoverRequest {
  readonly name: string;
  readonly address: Address;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

const HOPS = 5;
/** A pointer that only passes over the row asks nothing. */
const AFTER_MS = 150;
const WIDTH_PX = 380;

/** Where a register's pointer leads: the region, and what is stored there in turn. */
export function RegisterHover({ request }: { readonly request: HoverRequest }) {
  const { clients } = useApp();
  const sessionId = useSession((view) => view.session?.sessionId);
  const { address, name, left, top, bottom } = request;
  const [chain, setChain] = useState<PointerChain>();
  useEffect(() => {
    if (sessionId === undefined) return undefined;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      clients.memory.chain({ sessionId, address, hops: HOPS }, { signal: abort.signal }).then(setChain, () => {
        // The target went on or away: the card is not worth a notice.
      });
    }, AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [clients, sessionId, address]);
  if (chain === undefined) return null;
  const below = top < window.innerHeight / 2;
  return (
    <div
      className="menu register-hover" role="tooltip"
      style={{ left: Math.max(8, Math.min(left, window.innerWidth - WIDTH_PX - 8)), width: WIDTH_PX, ...(below ? { top: bottom + 2 } : { bottom: window.innerHeight - top + 2 }) }}
    >
      <div className="row"><b className="mono">{name}</b><span className="mono f2">{formatAddress(address)}</span></div>
      {chain.hops.map((hop, depth) => (
        <div key={`${depth} ${hop.address}`} className="row" style={{ paddingLeft: depth * 10 }}>
          <span className="f3 mono">{depth === 0 ? '' : '→'}</span>
          <PointeeChip pointee={hop} />
          <span className="mono ellipsis grow">
            {hop.symbol === undefined ? '' : `${hop.symbol.name}${hop.symbol.offset === 0n ? '' : `+0x${hop.symbol.offset.toString(16)}`} `}
            {hop.text === undefined ? '' : `"${hop.text.text}${hop.text.cut ? '…' : ''}"`}
          </span>
          <span className="mono f3">{hop.value === undefined ? '' : `0x${hop.value.toString(16)}`}</span>
        </div>
      ))}
      <span className="f3 small">{endWords(chain)}</span>
    </div>
  );
}

function endWords({ end }: PointerChain): string {
  switch (end.why) {
    case 'text': return 'ends in text';
    case 'not-a-pointer': return 'ends in a value that is no pointer';
    case 'null': return 'ends in null';
    case 'not-read': return `not followed further: ${end.words}`;
    case 'loop': return 'leads back into itself';
    case 'long': return 'goes on';
  }
}
