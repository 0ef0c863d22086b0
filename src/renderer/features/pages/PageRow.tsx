import { Zap } from 'lucide-react';
import { memo } from 'react';
import { formatAddress } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import type { AccessPrediction, UserAccess } from '../../../shared/model/access.ts';
import { PAGE_FLAG_SHARED, pageFlagNames, PAGE_STATES } from '../../../shared/model/page-state.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../../../shared/model/region-table.ts';
import { regionStyle } from '../../../shared/drawing/kind-style.ts';
import { lowestBelow, type RowFacts } from './row-facts.ts';
import { OutcomeIcon } from '../../widgets/OutcomeIcon.tsx';
import { outcomeMark } from '../../widgets/outcome-mark.ts';
import { bitsOf, outcomeWords, stateLook, type AccessKind } from './page-words.ts';
import { addressOfPage } from './use-pages.ts';

export interface PageRowProps {
  readonly facts: RowFacts;
  readonly index: number;
  readonly isCursor: boolean;
  readonly isSelected: boolean;
  /** The access that stopped the program failed in this page, or in one of these. */
  readonly isFault: boolean;
  readonly prediction: AccessPrediction | undefined;
  /** Frame number of the page where it had to be asked for. */
  readonly frame: number | undefined;
  /** Of a fold's lowest page: it may lie past a file's end. */
  readonly lowestPrediction: AccessPrediction | undefined;
  readonly onPress: (facts: RowFacts, event: React.PointerEvent) => void;
}

/** One row of the page table, or the line that stands for pages like the one above. */
export const PageRow = memo(function PageRow(props: PageRowProps) {
  const { facts, index, isCursor, isSelected, isFault, onPress } = props;
  const className = [isCursor ? 'cur' : '', isSelected ? 'sel' : '', isFault ? 'flt' : '', facts.row.kind === 'fold' ? 'fo' : ''].filter((name) => name !== '').join(' ');
  return (
    <tr id={`pg-row-${index}`} role="row" aria-rowindex={index + 1} aria-selected={isCursor || isSelected} className={className} data-page={formatAddress(addressOfPage(facts.row.page))} onPointerDown={(event) => onPress(facts, event)}>
      {facts.row.kind === 'fold' ? <FoldCells {...props} lowest={facts.row.lowest} /> : <PageCells {...props} />}
    </tr>
  );
});

function FoldCells({ facts, isFault, lowest, lowestPrediction, prediction }: PageRowProps & { readonly lowest: number }) {
  const reads = lowestPrediction?.read;
  const differs = reads !== undefined && prediction !== undefined && reads.outcome !== prediction.read.outcome;
  return (
    <>
      <td role="gridcell" className="ad">…</td>
      <td role="gridcell" colSpan={8}>
        <FaultSign isFault={isFault} />{formatCount(facts.row.page - lowest + 1)} pages like the row above, down to <span className="mono">{formatAddress(addressOfPage(lowest))}</span>
      </td>
      <td role="gridcell" colSpan={4} className="ellipsis">
        {differs ? <span className="bad" title={reads.reason}>the lowest: {outcomeWords(reads, 'reads')}, {reads.reason}</span> : lowestBelow(facts)}
      </td>
    </>
  );
}

/** The access that stopped the program failed here. */
function FaultSign({ isFault }: { readonly isFault: boolean }) {
  return isFault ? <b className="bad pg-flt"><Zap className="ico xs" aria-hidden="true" />fault</b> : null;
}

function frameWords(frame: RowFacts['frame'], asked: number | undefined): string {
  const known = frame === 'ask' ? asked : frame;
  if (known === undefined) return '…';
  return typeof known === 'string' ? known : known < 0 ? 'hidden' : `0x${known.toString(16)}`;
}

function PageCells({ facts, isFault, prediction, frame: asked }: PageRowProps) {
  const { row, region, name, shortName, marks, state, flags, perms, frame, content } = facts;
  const style = regionStyle(region.kind, region.module?.role);
  const look = stateLook(state);
  const bits = bitsOf(PAGE_STATES[state] ?? 'unknown', (flags & PAGE_FLAG_SHARED) !== 0);
  const flagNames = pageFlagNames(flags & ~PAGE_FLAG_SHARED);
  return (
    <>
      <td role="gridcell" className="ad" title={formatAddress(addressOfPage(row.page))}>
        <svg width="8" height="20" className="spn" aria-hidden="true"><rect width="8" height="20" fill={`url(#s-${style.ink})`} /></svg>
        {formatAddress(addressOfPage(row.page))}
      </td>
      <td role="gridcell" className="ellipsis" title={`${name}: ${style.title}`}><FaultSign isFault={isFault} />{shortName}{marks === '' ? null : <b className="mk">, {marks}</b>}</td>
      <td role="gridcell"><span className="perm"><i className={perms & PERM_READ ? 'y' : ''}>r</i><i className={perms & PERM_WRITE ? 'y' : ''}>w</i><i className={perms & PERM_EXEC ? 'y' : ''}>x</i></span></td>
      <Bit value={bits.present} what="present, bit 63" />
      <Bit value={bits.swapped} what="swapped, bit 62" />
      <Bit value={bits.file} what="file or shared, bit 61" />
      <Bit value={bits.guard} what="guard region, bit 58" />
      <Bit value={bits.exclusive} what="exclusively mapped, bit 56" />
      <td role="gridcell" className="mono c-pfn">{frameWords(frame, asked)}</td>
      <td role="gridcell" className="ellipsis c-content bk" title={`${look.name}: ${look.words}${flagNames.length > 0 ? `; ${flagNames.join(', ')}` : ''}`}>
        {content}{flagNames.map((flag) => <span key={flag} className="pg-flag">{flag}</span>)}
      </td>
      <Access access={prediction?.read} kind="reads" />
      <Access access={prediction?.write} kind="writes" />
      <Access access={prediction?.execute} kind="executes" />
    </>
  );
}

function Bit({ value, what }: { readonly value: boolean | null; readonly what: string }) {
  return <td role="gridcell" className="c" title={what}><i className={value === true ? 'bt y' : 'bt'}>{value === null ? '·' : value ? '1' : '0'}</i></td>;
}

function Access({ access, kind }: { readonly access: UserAccess | undefined; readonly kind: AccessKind }) {
  if (access === undefined) return <td role="gridcell" className="pr f3" data-access={kind}>…</td>;
  return (
    <td role="gridcell" className="pr ellipsis" data-access={kind} data-outcome={access.outcome} title={access.unless === '' ? access.reason : `${access.reason}; unless ${access.unless}`}>
      <OutcomeIcon mark={outcomeMark(access.outcome)} />{outcomeWords(access, kind)}
    </td>
  );
}
