import { formatAddress, toAddress } from '../../../shared/address/address.ts';
import { offsetInPage } from '../../../shared/address/page.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Fact } from './Fact.tsx';

type Props = { readonly description: AddressDescription };

/** Sources whose names are longer than their column. */
const SOURCE_WORDS: Readonly<Record<string, string>> = { 'elf-header': 'ELF', 'program-header': 'segment', 'section-header': 'section' };

export function SectionSection({ description }: Props) {
  const { section, loadBias, address, region } = description;
  if (section === undefined && loadBias === undefined) return null;
  return (
    <>
      <h3>Section</h3>
      {section === undefined ? null : (
        <Fact name="Section">
          <span className="mono">{section.name}</span> +0x{(address - section.address).toString(16)} of 0x{section.memorySizeBytes.toString(16)} <span className="f3">{section.type} {section.flags}</span>
        </Fact>
      )}
      {loadBias === undefined || address < loadBias ? null : (
        <Fact name="ELF address"><span className="mono">0x{(address - loadBias).toString(16)}</span> + bias <span className="mono">{formatAddress(toAddress(loadBias))}</span></Fact>
      )}
      {region.inode === 0n ? null : <Fact name="File offset"><span className="mono">0x{(region.offset + address - region.start).toString(16)}</span></Fact>}
    </>
  );
}

export function PageSection({ description }: Props) {
  const { page, address, gap } = description;
  if (gap !== undefined) return null;
  const states = page === undefined ? [] : [
    page.present ? 'present' : page.swapped ? 'swapped' : 'not present',
    ...(page.present ? [page.fileOrShared ? 'file or shared' : 'anonymous'] : []),
    ...(page.exclusive ? ['exclusive'] : []),
    ...(page.softDirty ? ['soft-dirty'] : []),
    ...(page.guardRegion ? ['guard region'] : []),
  ];
  return (
    <>
      <h3>Page</h3>
      <Fact name="Page"><span className="mono">{formatAddress(address).slice(0, -3)}</span> <span className="f3">offset</span> <span className="mono">0x{offsetInPage(address).toString(16).padStart(3, '0')}</span></Fact>
      {page === undefined ? <Fact name="State"><span className="f3">the kernel tells nothing here</span></Fact> : (
        <>
          <Fact name="State"><span className="st3">{states.map((state) => <i key={state}>{state}</i>)}</span></Fact>
          {page.words === '' ? null : <Fact name="In words" wrap>{page.words}</Fact>}
          <Fact name="Frame">{!page.present ? <span className="f3">none</span> : page.pfn === undefined ? <span className="f3">hidden without CAP_SYS_ADMIN</span> : <span className="mono">PFN 0x{page.pfn.toString(16)}</span>}</Fact>
        </>
      )}
    </>
  );
}

export function EvidenceSection({ description }: Props) {
  const evidence = [...description.region.evidence, ...description.evidence];
  if (evidence.length === 0) return null;
  return (
    <>
      <h3 className="row">Evidence <span className="grow" /><CopyButton text={evidence.map((one) => `${one.source}: ${one.text}`).join('\n')} what="evidence" /></h3>
      <div className="ev selectable" data-testid="evidence">
        {evidence.map((one) => (
          <div key={`${one.source} ${one.text}`}><span title={one.source}>{SOURCE_WORDS[one.source] ?? one.source}</span>{one.source === 'rule' ? <p className="f2">{one.text}</p> : <code>{one.text}</code>}</div>
        ))}
      </div>
    </>
  );
}
