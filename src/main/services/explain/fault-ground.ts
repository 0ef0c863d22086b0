import type { Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { pageWord } from '../../../shared/analysis/access/access-facts.ts';
import type { FaultGround } from '../../../shared/analysis/explain/fault-facts.ts';
import { mappingRowOfPage } from '../../../shared/model/mapping-columns.ts';
import type { Picture, Target } from '../../target/target.ts';
import { stackReader } from '../stack/stack-ground.ts';

/** The address space of a stopped target, as the rules ask for it. Make a new one for each stop. */
export function faultGround(target: Target, picture: Picture): FaultGround {
  return {
    regions: picture.regions,
    read: stackReader(target),
    sectionAt: (address) => picture.modules.sectionAt(address)?.section.name,
    symbolAt: (address) => picture.modules.symbolAt(address),
    isGuardPage: (address) => pageWord(target.readPagemap(pageOf(address), 1)?.[0]).guard,
    fileSizeAt: (address) => fileSizeAt(target, address),
  };
}

function fileSizeAt(target: Target, address: Address): bigint | undefined {
  const mappings = target.pages?.mappings();
  if (!mappings) return undefined;
  const row = mappingRowOfPage(mappings, pageOf(address));
  return row < 0 ? undefined : target.pages?.fileSize(mappings, row);
}
