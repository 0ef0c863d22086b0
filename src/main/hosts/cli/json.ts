import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';

/** A region as --json prints it. Addresses and the file offset are `0x…` strings. */
export interface RegionJson {
  readonly start: string;
  readonly end: string;
  readonly perms: string;
  readonly offset: string;
  readonly dev: string;
  readonly inode: number | string;
  readonly path: string;
  readonly kind: string;
  readonly module: { readonly path: string; readonly role: string } | null;
  readonly part: string;
  readonly label: string;
  readonly evidence?: readonly { readonly source: string; readonly text: string }[];
}

export function regionJson(region: Region, evidence?: readonly Evidence[]): RegionJson {
  return {
    start: formatPlainAddress(region.start),
    end: formatPlainAddress(region.end),
    perms: region.perms,
    offset: `0x${region.offset.toString(16)}`,
    dev: region.dev,
    inode: safeNumber(region.inode),
    path: region.path,
    kind: region.kind,
    module: region.module ? { path: region.module.path, role: region.module.role } : null,
    part: region.part,
    label: region.label,
    ...(evidence ? { evidence: evidence.map(({ source, text }) => ({ source, text })) } : {}),
  };
}

export interface WhereJson {
  readonly address: string;
  readonly region: RegionJson | null;
  readonly gap: { readonly kind: string; readonly below: RegionJson | null; readonly above: RegionJson | null } | null;
  readonly section: string | null;
  readonly symbol: { readonly name: string; readonly offset: number | string } | null;
  readonly perms: string;
}

export function whereJson(address: Address, facts: AddressDescription): WhereJson {
  const { gap, symbol } = facts;
  return {
    address: formatPlainAddress(address),
    region: gap ? null : regionJson(facts.region, facts.region.evidence),
    gap: gap ? { kind: gap.kind, below: gap.below ? regionJson(gap.below) : null, above: gap.above ? regionJson(gap.above) : null } : null,
    section: facts.section?.name ?? null,
    symbol: symbol ? { name: symbol.symbol.demangled ?? symbol.symbol.name, offset: safeNumber(symbol.offset) } : null,
    perms: facts.region.perms,
  };
}

/** A JSON number where one is exact, else its decimal digits as a string. */
export function safeNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

/** One JSON document and a newline. */
export function jsonText(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
