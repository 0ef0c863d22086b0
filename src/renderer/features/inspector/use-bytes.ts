import { useCallback, useMemo } from 'react';
import type { Address } from '../../../shared/address/address.ts';
import { pageOf } from '../../../shared/address/page.ts';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { useApp, useSession } from '../../widgets/app-context.tsx';
import { useMemoryVersion } from '../../widgets/use-memory-version.ts';
import { pointerAt, type ByteAt } from './values.ts';

/** Bytes through the page cache: a page that is not there yet is asked for (never faulted in), and the view renders again when it comes. */
export function useBytes(near: Address): ByteAt {
  const { memory } = useApp();
  const regions = useSession((view) => view.regions);
  const version = useMemoryVersion();
  return useMemo(() => {
    const asked = new Set<number>();
    return (address: Address) => {
      const page = pageOf(address);
      if (!asked.has(page)) {
        asked.add(page);
        const region = regions?.regionAt(address);
        if (region !== undefined && !isUnmappedKind(region.kind)) memory.pageAt(page);
      }
      return memory.byteAt(address);
    };
    // eslint-disable-next-line react/exhaustive-deps -- a new version or place asks anew
  }, [memory, regions, version, near]);
}

/** Where the eight bytes at an address point, when that is mapped. */
export function useTarget(address: Address): Address | undefined {
  const regions = useSession((view) => view.regions);
  const byteAt = useBytes(address);
  const isMapped = useCallback((at: Address) => {
    const region = regions?.regionAt(at);
    return region !== undefined && !isUnmappedKind(region.kind);
  }, [regions]);
  const target = pointerAt(byteAt, address);
  return target !== undefined && isMapped(target) ? target : undefined;
}
