import type { Address } from '../../../shared/address/address.ts';
import { formatCount } from '../../../shared/address/size.ts';
import { pageOf } from '../../../shared/address/page.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { useApp } from '../../widgets/app-context.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { bytesFrom, hexBytes, pointerAt, quoted, textAt, unsigned, type ByteAt } from './values.ts';
import { Fact } from './Fact.tsx';

interface Props {
  readonly address: Address;
  readonly byteAt: ByteAt;
  readonly regions: RegionTable | undefined;
  /** Size of the object that begins here, when a symbol says so: wider readings would mix it with its neighbour. */
  readonly objectBytes: number | undefined;
}

/** The bytes at the cursor as what they may be. Only bytes that were read; what was not is said. */
export function ValueSection({ address, byteAt, regions, objectBytes }: Props) {
  const bytes = bytesFrom(byteAt, address, Math.min(8, objectBytes ?? 8));
  if (bytes.length === 0) return <Unread address={address} />;
  const target = bytes.length === 8 ? pointerAt(byteAt, address) : undefined;
  const region = target === undefined ? undefined : regions?.regionAt(target);
  const isPointer = target !== undefined && region !== undefined && !isUnmappedKind(region.kind);
  const text = textAt(byteAt, address);
  const targetText = isPointer ? textAt(byteAt, target) : undefined;
  const first = bytes[0] ?? 0;
  const signed32 = bytes.length >= 4 ? BigInt.asIntN(32, unsigned(bytes.slice(0, 4))) : undefined;
  return (
    <>
      <h3>Value</h3>
      {isPointer ? <Fact name="pointer"><Addr address={target} movedBy="inspector" /></Fact> : null}
      {isPointer ? <Fact name="points to"><span className="mono">{targetText === undefined ? region.label : quoted(targetText)}</span></Fact> : null}
      {text === undefined ? null : <Fact name="text"><span className="mono selectable">{quoted(text)}</span></Fact>}
      {bytes.length === 8 && !isPointer ? <Fact name="u64"><span className="mono selectable">{formatCount(unsigned(bytes))}</span>{unsigned(bytes) < 1n << 48n ? <span className="mono f3 selectable"> 0x{unsigned(bytes).toString(16)}</span> : null}</Fact> : null}
      {bytes.length >= 4 && !isPointer ? (
        <Fact name="u32">
          <span className="mono selectable">{formatCount(unsigned(bytes.slice(0, 4)))}</span>
          {signed32 !== undefined && signed32 < 0n ? <span className="mono f3"> i32 {formatCount(signed32).replace('-', '−')}</span> : null}
        </Fact>
      ) : null}
      {isPointer ? <Fact name="u64"><span className="mono selectable">{formatCount(unsigned(bytes))}</span></Fact> : null}
      {isPointer ? null : <Fact name="u8"><span className="mono">{first}</span>{first >= 0x20 && first < 0x7f ? <span className="mono f3"> '{String.fromCodePoint(first)}'</span> : null}</Fact>}
      <Fact name="bytes">
        <span className="mono selectable">{hexBytes(bytes)}</span> <CopyButton text={hexBytes(bytes)} what="bytes" />
      </Fact>
    </>
  );
}

/** Why there is no value: the page's own words. */
function Unread({ address }: { readonly address: Address }) {
  const { memory } = useApp();
  const page = memory.pageAt(pageOf(address));
  const range = page?.ranges.findLast((one) => one.start <= address);
  const words = page === undefined ? 'reading…'
    : range?.kind === 'unreadable' ? `unreadable: ${range.reason}, ${range.detail}`
    : range?.kind === 'not-present' ? `not read, because reading would fault the page in (${NOT_PRESENT[range.why]})`
    : range?.kind === 'unmapped' ? 'no longer mapped'
    : 'not read';
  return (
    <>
      <h3>Value</h3>
      <p className="f2 wrap">{words}</p>
      {range?.kind === 'not-present' ? <button type="button" className="btn bd s read-anyway" onClick={() => void memory.touch(pageOf(address))}>Read anyway</button> : null}
    </>
  );
}

const NOT_PRESENT = { untouched: 'never touched', 'not-resident-file': 'file page not in memory', swapped: 'swapped out', guard: 'guard' } as const;
