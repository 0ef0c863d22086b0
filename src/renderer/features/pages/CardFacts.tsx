import { formatSize } from '../../../shared/address/size.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import { pageFlagNames } from '../../../shared/model/page-state.ts';
import type { PageCard, PermissionRow } from '../../../shared/rpc/contracts/pages.ts';
import { Fact, Unknown } from './Fact.tsx';
import { SharersSection } from './SharersSection.tsx';
import { useSmapsCost } from './use-smaps-cost.ts';

type Props = { readonly card: PageCard };

/** r, w and x at three levels, and where each comes from. */
export function PermissionsSection({ card }: Props) {
  if (card.permissions.length === 0) return null;
  const level = (name: string, of: (row: PermissionRow) => boolean | undefined, words: string) => (
    <tr>
      <td>{name}</td>
      {card.permissions.map((row) => {
        const value = of(row);
        return <td key={row.letter} className={value === true ? 'y' : ''} title={`${row.letter}: ${value === undefined ? 'not known' : value ? 'yes' : 'no'}`}>{value === undefined ? '?' : row.letter}</td>;
      })}
      <td className="mono">{words}</td>
    </tr>
  );
  const segment = card.permissions.map((row) => (row.segment === undefined ? '' : row.segment ? row.letter.toUpperCase() : '')).join('');
  const may = card.permissions.filter((row) => row.mayBecome === true).map((row) => `m${row.letter}`).join(' ');
  const hasSegment = card.permissions.some((row) => row.segment !== undefined);
  return (
    <>
      <h3>Permissions</h3>
      <table className="pm3">
        <thead><tr><th />{card.permissions.map((row) => <th key={row.letter}>{row.letter}</th>)}<th /></tr></thead>
        <tbody>
          {hasSegment ? level('ELF segment', (row) => row.segment, `PT_LOAD ${segment}`) : null}
          {level('mapping now', (row) => row.mapping, card.region.perms)}
          {level('may become', (row) => row.mayBecome, card.permissions.every((row) => row.mayBecome === undefined) ? 'smaps not read' : may)}
        </tbody>
      </table>
      <ul className="why">{card.permissions.map((row) => <li key={row.letter}><b className="mono">{row.letter}</b> {row.reason}</li>)}</ul>
    </>
  );
}

/** The pagemap word, bit by bit. */
export function EntrySection({ card }: Props) {
  const word = card.facts?.word;
  if (card.pagemapBits.length === 0) {
    return (
      <>
        <h3>Pagemap entry</h3>
        <p className="f3">{card.mapping === undefined ? 'Nothing is mapped here, so there is no entry.' : 'The kernel shows no entry for this page.'}</p>
      </>
    );
  }
  return (
    <>
      <h3>Pagemap entry</h3>
      {word === undefined ? null : <WordBar word={word} />}
      <div className="bl">
        {card.pagemapBits.map(({ bit, name, set, words }) => (
          <div key={bit} className={set ? '' : 'off'}>
            <i>{bit}</i><i className={set ? 'bt y' : 'bt'}>{set ? '1' : '0'}</i><span>{name}</span><em>{words}</em>
          </div>
        ))}
      </div>
    </>
  );
}

function WordBar({ word }: { readonly word: bigint }) {
  const text = word.toString(16).padStart(16, '0').replaceAll(/(?=(?:.{4})+$)(?!^)/g, '_');
  return (
    <>
      <div className="mono word selectable" data-testid="pagemap-word">{text}</div>
      <div className="bits" aria-hidden="true">
        {Array.from({ length: 64 }, (_, i) => 63 - i).map((bit) => <i key={bit} className={`${bit < 55 ? 'pf' : ''}${((word >> BigInt(bit)) & 1n) === 1n ? ' y' : ''}`} />)}
      </div>
      <div className="row f3 bits-key"><span>63</span><span className="grow" /><span>flags, then PFN 54 to 0</span><span className="grow" /><span>0</span></div>
    </>
  );
}

/** The frame behind the page, where the kernel shows it. */
export function FrameSection({ card, smaps }: Props & { readonly smaps: boolean }) {
  const { frame, numaNode } = card;
  return (
    <>
      <h3>Frame</h3>
      <Fact name="PFN">{frame.known ? <span className="mono">0x{frame.value.number.toString(16)}</span> : <Unknown fact={frame} />}</Fact>
      {frame.known ? (
        <>
          <Fact name="Mapped by">{frame.value.mapCount.toString()} page-table {frame.value.mapCount === 1n ? 'entry' : 'entries'} <span className="f3">kpagecount</span></Fact>
          <Fact name="Flags"><span className="st3">{frame.value.flags.map(({ name, words }) => <i key={name} title={words}>{name}</i>)}</span></Fact>
        </>
      ) : null}
      {card.flags === 0 ? null : <Fact name="Also">{pageFlagNames(card.flags).join(', ')}</Fact>}
      <Fact name="Huge pages">{card.huge === '' ? <span className="f3">nothing mapped</span> : card.huge}</Fact>
      <Fact name="NUMA node">{numaNode.known ? <>node {numaNode.value.node} <span className="f3">{numaNode.value.words}</span></> : smaps ? <Unknown fact={numaNode} /> : <span className="f3">read together with smaps</span>}</Fact>
      {card.protectionKey === undefined ? null : <Fact name="Key">protection key {card.protectionKey}</Fact>}
      <SharersSection key={card.page.toString()} card={card} />
    </>
  );
}

const SUMS = ['Rss', 'Pss', 'Private_Dirty', 'Private_Clean', 'Shared_Clean', 'Shared_Dirty', 'Anonymous', 'Swap', 'Locked', 'AnonHugePages'];

/** What only smaps tells, and its price. */
export function SmapsSection({ card, smaps, onSmaps }: Props & { readonly smaps: boolean; readonly onSmaps: (on: boolean) => void }) {
  const { cost, failure } = useSmapsCost(smaps ? card : undefined);
  const { vmFlags } = card;
  const sums = card.smaps.filter(({ field, bytes }) => bytes > 0n && SUMS.includes(field));
  return (
    <>
      <h3>VmFlags and sums of the mapping</h3>
      <label className="row pg-check">
        <input type="checkbox" checked={smaps} onChange={(event) => onSmaps(event.target.checked)} />
        <span>Read smaps</span>
        <span className="f3">{failure !== undefined ? errorFacts(failure).message : cost === undefined ? 'slows the program’s own mmap while it is read' : `${cost.elapsedMs.toFixed(1)} ms, ${formatSize(cost.bytesRead)} for all mappings`}</span>
      </label>
      {vmFlags.known ? (
        <ul className="vmf">{vmFlags.value.map(({ flag, words }) => <li key={flag}><code>{flag}</code> {words}</li>)}</ul>
      ) : smaps ? <p><Unknown fact={vmFlags} /></p> : null}
      {sums.map(({ field, bytes }) => <Fact key={field} name={field.replaceAll('_', ' ')}>{formatSize(bytes)}</Fact>)}
    </>
  );
}
