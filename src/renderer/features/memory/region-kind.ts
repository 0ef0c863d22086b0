import { REGION_KINDS, type RegionKind } from '../../../shared/model/region.ts';

export function isRegionKind(kind: string): kind is RegionKind {
  return (REGION_KINDS as readonly string[]).includes(kind);
}
