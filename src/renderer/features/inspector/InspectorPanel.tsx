import './inspector.css';
import { useMemo } from 'react';
import { addBytes, formatAddress, formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
import { useApp, useCursor, useSession } from '../../widgets/app-context.tsx';
import { CommandButton } from '../../widgets/CommandButton.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Keys } from '../../widgets/Keys.tsx';
import { useMemoryVersion } from '../../widgets/use-memory-version.ts';
import { useRegisterCommands } from '../../widgets/use-register-commands.ts';
import { ChainSection } from './ChainSection.tsx';
import { EvidenceSection, PageSection, SectionSection } from './FactSections.tsx';
import { PredictionSection } from './PredictionSection.tsx';
import { RegionSection } from './RegionSection.tsx';
import { useDescription } from './use-description.ts';
import { useBytes, useTarget } from './use-bytes.ts';
import { ValueSection } from './ValueSection.tsx';

/** Everything known about the cursor, in a fixed order: address, value, pointer chain, region, access, section, page, evidence. */
export function InspectorPanel() {
  const address = useCursor((cursor) => cursor.address);
  return (
    <section className="panel inspector" aria-label="Inspector">
      {address === undefined ? <div className="empty"><b>No address yet</b><span>Pick one in any view, or press Ctrl+G.</span></div> : <AtAddress address={address} />}
    </section>
  );
}

function AtAddress({ address }: { readonly address: Address }) {
  useMemoryVersion();
  const { description, failure } = useDescription(address);
  const shown = description?.address === address ? description : undefined;
  const byteAt = useBytes(address);
  const regions = useSession((view) => view.regions);
  const region = regions?.regionAt(address);
  const mapped = region !== undefined && !isUnmappedKind(region.kind);
  return (
    <>
      <div className="ins body" data-autofocus tabIndex={-1}>
        <Head address={address} description={shown} />
        {mapped ? <ValueSection address={address} byteAt={byteAt} regions={regions} objectBytes={objectBytes(shown)} /> : null}
        {mapped ? <ChainSection address={address} byteAt={byteAt} regions={regions} /> : null}
        {failure === undefined ? null : <p className="bad ins-failure">{failure.message}</p>}
        {/* The last answer stays, dimmed, until the new one is there: blanking on every arrow key would flicker. */}
        {description === undefined ? null : (
          <div className={shown === undefined ? 'ins-waiting' : ''} aria-busy={shown === undefined}>
            <RegionSection description={description} />
            <PredictionSection address={description.address} />
            <SectionSection description={description} />
            <PageSection description={description} />
            <EvidenceSection description={description} />
          </div>
        )}
      </div>
      <Actions address={address} />
    </>
  );
}

function Head({ address, description }: { readonly address: Address; readonly description: AddressDescription | undefined }) {
  const symbol = description?.symbol;
  const name = symbol?.symbol.demangled ?? symbol?.symbol.name;
  return (
    <div className="ad">
      <div className="row">
        <span className="mono big selectable" data-testid="inspector-address">{formatAddress(address)}</span>
        <span className="grow" />
        <CopyButton text={formatPlainAddress(address)} what="address" />
      </div>
      <div className="row sub">
        {description === undefined ? <span className="f3">&nbsp;</span> : symbol === undefined ? (
          <span className="f3">{description.region.label}{description.gap === undefined ? `, +0x${(address - description.region.start).toString(16)}` : ''}</span>
        ) : (
          <>
            <b className="mono ellipsis" title={symbol.symbol.name}>{name}</b>
            <span className="mono f2">+{symbol.offset === 0n ? '0' : `0x${symbol.offset.toString(16)}`}</span>
            <span className="grow" />
            <span className="f2">{symbol.symbol.type} {symbol.symbol.sizeBytes.toString()} B</span>
          </>
        )}
      </div>
    </div>
  );
}

/** The size of the object whose first byte this is. */
function objectBytes(description: AddressDescription | undefined): number | undefined {
  const found = description?.symbol;
  return found?.offset === 0n && found.symbol.type === 'object' && found.symbol.sizeBytes > 0n ? Number(found.symbol.sizeBytes) : undefined;
}

/** What can be done here, with its keys. */
function Actions({ address }: { readonly address: Address }) {
  const { cursor, commands } = useApp();
  const target = useTarget(address);
  const follow = (): void => {
    if (target !== undefined) cursor.goTo(target, 'inspector');
  };
  const copyLink = formatPlainAddress(address);
  useRegisterCommands(useMemo(() => [{
    id: 'inspector.follow', title: 'Follow the pointer at the cursor', group: 'Go', keys: ['Ctrl+Enter'],
    disabledBecause: () => (target === undefined ? 'the bytes at the cursor point nowhere' : undefined), run: follow,
  // eslint-disable-next-line react/exhaustive-deps -- the hook always runs the newest entries
  }], [target]));
  return (
    <div className="acts">
      <button type="button" className="btn bd s" aria-disabled={target === undefined} title={target === undefined ? 'The bytes at the cursor point nowhere' : `Go to ${formatAddress(target)}`} onClick={follow}>
        Follow <Keys chord="Ctrl+Enter" />
      </button>
      <button type="button" className="btn bd s" title="Round the address down to 16 bytes" onClick={() => cursor.goTo(addBytes(address, -(address & 15n)), 'inspector')}>Align</button>
      <button type="button" className="btn bd s" title="Search all readable memory for pointers to this byte, or into the selection" onClick={() => commands.run('search.points-here')}>
        Refs <Keys chord="Alt+R" />
      </button>
      <CommandButton id="watch.write" className="btn bd s" label="Watch" />
      <span className="grow" />
      <CopyButton text={`x/8xg ${copyLink}`} what="gdb command that shows these bytes" />
    </div>
  );
}
