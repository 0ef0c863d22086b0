import { formatPlainAddress, type Address } from '../../../shared/address/address.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { UserAccess } from '../../../shared/model/access.ts';
import { pageFlagNames } from '../../../shared/model/page-state.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
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
  readonly page: PageJson | null;
  readonly access: { readonly read: AccessJson; readonly write: AccessJson; readonly execute: AccessJson };
}

export interface PageJson {
  readonly start: string;
  readonly state: string;
  readonly flags: readonly string[];
  /** The pagemap word; null where the kernel does not tell. */
  readonly word: string | null;
  readonly pfn: string | null;
  readonly words: string;
}

export interface AccessJson {
  readonly outcome: string;
  readonly signal?: string;
  readonly code?: string;
  readonly reason: string;
  /** What could still make it come differently. */
  readonly unless?: string;
}

function accessJson({ outcome, signal, code, reason, unless }: UserAccess): AccessJson {
  return { outcome, ...(signal ? { signal } : {}), ...(code ? { code } : {}), reason, ...(unless ? { unless } : {}) };
}

function pageJson({ page, state, flags, facts }: PageCard): PageJson | null {
  if (!facts) return null;
  return {
    start: formatPlainAddress(page),
    state,
    flags: pageFlagNames(flags),
    word: facts.word === undefined ? null : `0x${facts.word.toString(16).padStart(16, '0')}`,
    pfn: facts.pfn === undefined ? null : `0x${facts.pfn.toString(16)}`,
    words: facts.words,
  };
}

export function whereJson(address: Address, facts: AddressDescription, card: PageCard): WhereJson {
  const { gap, symbol } = facts;
  return {
    address: formatPlainAddress(address),
    region: gap ? null : regionJson(facts.region, facts.region.evidence),
    gap: gap ? { kind: gap.kind, below: gap.below ? regionJson(gap.below) : null, above: gap.above ? regionJson(gap.above) : null } : null,
    section: facts.section?.name ?? null,
    symbol: symbol ? { name: symbol.symbol.demangled ?? symbol.symbol.name, offset: safeNumber(symbol.offset) } : null,
    perms: facts.region.perms,
    page: pageJson(card),
    access: { read: accessJson(card.access.read), write: accessJson(card.access.write), execute: accessJson(card.access.execute) },
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
