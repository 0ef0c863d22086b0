import type { Address } from '../../shared/address/address.ts';
import type { MapSnapshot } from '../../shared/rpc/contracts/map.ts';
import type { SessionView } from './session-store.ts';

/** Where the access failed that stopped the target. */
export interface FaultPlace {
  readonly address: Address;
  /** Bytes of the access; 1 where nobody knows. */
  readonly sizeBytes: number;
  /** `SIGSEGV` */
  readonly label: string;
  readonly words: string;
}

const ofMaps = new WeakMap<MapSnapshot, FaultPlace>();

/** The place that all views mark; the same object as long as it is the same place, so that it can be selected from the store. */
export function faultPlace({ map }: Pick<SessionView, 'map'>): FaultPlace | undefined {
  const mark = map?.marks.find(({ kind }) => kind === 'fault');
  if (map === undefined || mark === undefined) return undefined;
  const known = ofMaps.get(map);
  if (known !== undefined) return known;
  const place: FaultPlace = { address: mark.address, sizeBytes: 1, label: mark.label, words: mark.words };
  ofMaps.set(map, place);
  return place;
}

/** Whether a place overlaps [start, end). */
export function faultIn(place: FaultPlace | undefined, start: Address, end: bigint): boolean {
  return place !== undefined && place.address < end && place.address + BigInt(place.sizeBytes) > start;
}
