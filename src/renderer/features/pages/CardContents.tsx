import { formatAddress } from '../../../shared/address/address.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { Fact } from './Fact.tsx';

/** Sections, symbols and stack frames that lie on the page. */
export function ContentsSection({ card }: { readonly card: PageCard }) {
  if (card.sections.length === 0 && card.symbols.length === 0 && card.frames.length === 0) return null;
  return (
    <>
      <h3>On this page</h3>
      {card.sections.length === 0 ? null : <Fact name="Sections"><span className="st3">{card.sections.map((section) => <i key={`${section.name} ${section.address}`} title={`${section.type} ${section.flags}, from ${formatAddress(section.address)}`}>{section.name}</i>)}</span></Fact>}
      {card.frames.map(({ threadId, frame, start }) => (
        <Fact key={`${threadId} ${frame.level}`} name={`Thread ${threadId} #${frame.level}`}><span className="mono">{frame.function ?? '??'}</span> <Addr address={start} movedBy="pages-card" /></Fact>
      ))}
      <ul className="syms">
        {card.symbols.map((symbol) => (
          <li key={`${symbol.address} ${symbol.name}`} className="row">
            <Addr address={symbol.address} movedBy="pages-card" text={symbol.address < card.page ? 'from below' : `+0x${(symbol.address - card.page).toString(16).padStart(3, '0')}`} title={`Go to ${formatAddress(symbol.address)}`} />
            <span className="mono ellipsis" title={symbol.name}>{symbol.demangled ?? symbol.name}</span>
            <span className="grow" />
            <span className="f3">{symbol.sizeBytes.toString()} B</span>
          </li>
        ))}
      </ul>
      {card.moreSymbols ? <p className="f3">and more symbols</p> : null}
    </>
  );
}
