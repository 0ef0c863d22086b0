import { Check, X } from 'lucide-react';
import { formatRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
import { regionStyle } from '../../../shared/drawing/kind-style.ts';
import { useApp } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Fact } from './Fact.tsx';

/** The card of the region: what it is, what may be done with it, where it comes from, and why. */
export function RegionSection({ description }: { readonly description: AddressDescription }) {
  const { region, card, gap } = description;
  const style = regionStyle(region.kind, region.module?.role);
  return (
    <>
      <h3>Region</h3>
      <div className="row card-head">
        <svg width="10" height="30" aria-hidden="true"><rect width="10" height="30" rx="2" fill={`url(#s-${style.ink})`} /></svg>
        <div className="grow">
          <div className="row">
            {style.tag === '' ? null : <span className="tagk" style={{ color: `color-mix(in srgb, var(--k-${style.ink}) 75%, var(--fg))` }}>{style.tag}</span>}
            <b className="ellipsis grow" title={region.path}>{region.label}</b>
            <CopyButton text={formatRange(region)} what="range" />
          </div>
          <div className="mono f2 range selectable">{formatRange(region)}<span className="size">{formatSize(region.end - region.start)}</span></div>
        </div>
      </div>
      {region.perms === '' ? null : <Permissions perms={region.perms} />}
      {gap === undefined ? null : (
        <>
          <Fact name="Above">{gap.above === undefined ? 'nothing' : <Neighbour region={gap.above} at="start" />}</Fact>
          <Fact name="Below">{gap.below === undefined ? 'nothing' : <Neighbour region={gap.below} at="end" />}</Fact>
        </>
      )}
      <Fact name="What" wrap>{card.title}{region.part === '' ? '' : `, ${region.part}`}</Fact>
      <Fact name="Source" wrap>{region.path === '' || region.inode === 0n ? card.source : <>file <span className="mono">{region.path}</span> +0x{region.offset.toString(16)}, {region.perms.endsWith('s') ? 'shared' : 'private'}</>}</Fact>
      <Fact name="Lifetime" wrap>{card.lifetime}</Fact>
      <Fact name="Managed by" wrap>{card.manager}</Fact>
      <details className="why">
        <summary>Why it is so</summary>
        <p>{card.why}</p>
      </details>
    </>
  );
}

function Permissions({ perms }: { readonly perms: string }) {
  return (
    <div className="pt3" role="group" aria-label={`Permissions ${perms}`}>
      {([['r', 'read'], ['w', 'write'], ['x', 'execute']] as const).map(([letter, word]) => {
        const yes = perms.includes(letter);
        return (
          <span key={letter} className={yes ? 'y' : ''} title={yes ? `${word} allowed` : `${word} not allowed`}>
            <b>{letter}</b>{word}
            {yes ? <Check className="ico" aria-label="yes" /> : <X className="ico" aria-label="no" />}
          </span>
        );
      })}
    </div>
  );
}

function Neighbour({ region, at }: { readonly region: Region; readonly at: 'start' | 'end' }) {
  const { cursor } = useApp();
  const address = at === 'start' ? region.start : region.end - 1n;
  return (
    <button type="button" className="lk" onClick={() => cursor.goTo(address as typeof region.start, 'inspector')} title={formatRange(region)}>{region.label}</button>
  );
}
