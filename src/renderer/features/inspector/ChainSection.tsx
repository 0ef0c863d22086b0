import { formatAddress, type Address } from '../../../shared/address/address.ts';
import type { RegionTable } from '../../../shared/model/region-table.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { Addr } from '../../widgets/Addr.tsx';
import { KindChip } from '../../widgets/KindChip.tsx';
import { bytesFrom, followPointers, hexBytes, quoted, textAt, type ByteAt } from './values.ts';

interface Props {
  readonly address: Address;
  readonly byteAt: ByteAt;
  readonly regions: RegionTable | undefined;
}

/** Where the pointer at the cursor leads, and where the one there leads. */
export function ChainSection({ address, byteAt, regions }: Props) {
  const isMapped = (at: Address): boolean => {
    const region = regions?.regionAt(at);
    return region !== undefined && !isUnmappedKind(region.kind);
  };
  const { links, end } = followPointers(byteAt, isMapped, address);
  if (links.length < 2) return null;
  const last = links.at(-1) ?? address;
  const text = end === 'text' ? textAt(byteAt, last) : undefined;
  const bytes = hexBytes(bytesFrom(byteAt, last, 8));
  return (
    <>
      <h3>Pointer chain</h3>
      <div className="chain">
        {links.map((at, depth) => {
          const region = regions?.regionAt(at);
          return (
            <div key={`${depth} ${at}`} style={{ paddingLeft: depth * 12 }} className={depth === 0 ? 'first' : ''}>
              {region === undefined ? null : <KindChip region={region} />}
              {depth === links.length - 1 && text !== undefined ? <span className="mono ellipsis">{quoted(text)}</span> : null}
              <span className="grow" />
              <Addr address={at} movedBy="inspector" text={formatAddress(at).slice(-9)} />
            </div>
          );
        })}
        <div className="end f2" style={{ paddingLeft: links.length * 12 }}>
          <span className="ellipsis">{END_WORDS[end](bytes)}</span>
        </div>
      </div>
    </>
  );
}

const END_WORDS: Readonly<Record<ReturnType<typeof followPointers>['end'], (bytes: string) => string>> = {
  text: (bytes) => `${bytes}: text, ends`,
  'not a pointer': (bytes) => `${bytes}: no pointer, ends`,
  'not read': () => 'not read, or not yet',
  loop: () => 'back where it was: a loop',
  long: () => 'and further',
};
