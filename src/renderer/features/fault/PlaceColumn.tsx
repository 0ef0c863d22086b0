import { ArrowDown, ArrowUp, Zap } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { formatAddress, type Address } from '../../../shared/address/address.ts';
import { formatSize } from '../../../shared/address/size.ts';
import { regionStyle } from '../../../shared/drawing/kind-style.ts';
import type { Explanation, FaultAccess, FaultRegion } from '../../../shared/model/explanation.ts';
import { isUnmappedKind, type Region } from '../../../shared/model/region.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { neededPermission } from './fault-words.ts';
import { goTo } from './use-show.ts';

/** What lies at the address, drawn small with its neighbours, and the rule that forbade the access. */
export function PlaceColumn({ explanation: e }: { readonly explanation: Explanation }) {
  return (
    <section className="flt-col" aria-label="What lies there">
      <h3>{e.address === undefined ? 'What forbade it' : 'What lies there'}</h3>
      {e.address === undefined ? null : e.region !== undefined ? <Mapped explanation={e} region={e.region} address={e.address} /> : e.gap !== undefined ? <Unmapped explanation={e} address={e.address} /> : null}
      <p className="flt-rule">{e.rule}</p>
    </section>
  );
}

function Strip({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return <div className="flt-strip" role="group" aria-label={`${label}, high addresses on top`}>{children}</div>;
}

function Mapped({ explanation, region, address }: { readonly explanation: Explanation; readonly region: FaultRegion; readonly address: Address }) {
  const table = useSession((view) => view.regions);
  const above = region.end === 0n ? undefined : table?.regionAt(region.end);
  const below = region.start === 0n ? undefined : table?.regionAt((region.start - 1n) as Address);
  const { symbol, section } = region;
  const name = symbol === undefined ? section : `${symbol.symbol.demangled ?? symbol.symbol.name}${symbol.offset === 0n ? '' : `+0x${symbol.offset.toString(16)}`}${section === undefined ? '' : ` in ${section}`}`;
  return (
    <Strip label={`${region.label} and its neighbours`}>
      {above === undefined ? null : <Block region={above} />}
      <Block region={region} access={explanation.access} isHit>
        <div className="flt-at" style={{ '--at': share(region, address) } as CSSProperties}>
          <span><Zap className="ico xs" aria-hidden="true" /><b className="mono">{formatAddress(address)}</b></span>
          {name === undefined ? null : <span className="mono ellipsis" title={name}>{name}</span>}
        </div>
        <div className="flt-dist"><span>{formatSize(address - region.start)} above its start</span><span>{formatSize(region.end - address)} to its end</span></div>
      </Block>
      {below === undefined ? null : <Block region={below} />}
    </Strip>
  );
}

function Unmapped({ explanation, address }: { readonly explanation: Explanation; readonly address: Address }) {
  const { gap } = explanation;
  if (gap === undefined) return null;
  const ink = regionStyle(gap.kind, undefined).ink;
  return (
    <Strip label={`${gap.label} between its neighbours`}>
      {gap.above === undefined ? null : <Block region={gap.above.region} />}
      <div className="flt-gap" style={{ '--c': `var(--k-${ink})` } as CSSProperties}>
        {gap.above === undefined ? null : <div className="flt-dist"><span><ArrowUp className="ico xs" aria-hidden="true" />{formatSize(gap.above.distanceBytes)} below {gap.above.region.label}</span></div>}
        <div className="flt-at"><span><Zap className="ico xs" aria-hidden="true" /><b className="mono">{formatAddress(address)}</b></span><span>{gap.label}</span></div>
        {gap.below === undefined ? <div className="flt-dist"><span>nothing is mapped below</span></div> : <div className="flt-dist"><span><ArrowDown className="ico xs" aria-hidden="true" />{formatSize(gap.below.distanceBytes)} above the end of {gap.below.region.label}</span></div>}
      </div>
      {gap.below === undefined ? null : <Block region={gap.below.region} />}
    </Strip>
  );
}

/** Where in the region, from the top: 0 is its end. */
function share(region: Region, address: Address): string {
  const size = region.end - region.start;
  return size <= 0n ? '0.5' : String(Number(((region.end - address) * 1000n) / size) / 1000);
}

interface BlockProps {
  readonly region: Region;
  readonly access?: FaultAccess;
  readonly isHit?: boolean;
  readonly children?: ReactNode;
}

/** A region as the map draws it: spine, tag, name, permissions. */
function Block({ region, access = 'none', isHit = false, children }: BlockProps) {
  const app = useApp();
  const style = regionStyle(region.kind, region.module?.role);
  const mapped = !isUnmappedKind(region.kind);
  const needed = neededPermission(access);
  return (
    <div className={`flt-block ${isHit ? 'hit' : ''} ${mapped ? '' : 'none'}`} style={{ '--c': `var(--k-${style.ink})` } as CSSProperties}>
      <svg className="flt-spine" aria-hidden="true"><rect width="100%" height="100%" fill={mapped ? `url(#s-${style.ink})` : 'none'} /></svg>
      <div className="flt-block-head">
        {style.tag === '' ? null : <span className="tagk">{style.tag}</span>}
        <button type="button" className="ellipsis flt-name" title={`Go to ${region.label}, ${formatAddress(region.start)}`} onClick={() => goTo(app, region.start)}>{region.label}</button>
        {region.perms === '' ? null : <Permissions perms={region.perms} needed={needed} />}
        <span className="mono f2 flt-start">{formatAddress(region.start)}</span>
      </div>
      {children}
    </div>
  );
}

function Permissions({ perms, needed }: { readonly perms: string; readonly needed: string | undefined }) {
  const words = needed === undefined || perms.includes(needed) ? perms : `${perms}: ${needed} is missing`;
  return (
    <span className="perm" role="img" aria-label={`permissions ${words}`} title={words}>
      {['r', 'w', 'x'].map((letter) => <i key={letter} className={perms.includes(letter) ? 'y' : letter === needed ? 'missing' : ''}>{letter}</i>)}
    </span>
  );
}
