import { formatAddress } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import { formatCount, formatSize } from '../../../shared/address/size.ts';
import { CELL_VALID } from '../../../shared/model/byte-cell.ts';
import { PAGE_SIZE_BYTES } from '../../../shared/address/page.ts';
import { regionStyle } from '../../../shared/drawing/kind-style.ts';
import { byteText, characterOf, firstFrom } from '../../../shared/drawing/map/byte-words.ts';
import type { Hit } from '../../../shared/drawing/map/hit.ts';
import { NO_PAGE } from '../../../shared/drawing/map/insides.ts';
import { pageWords } from '../../../shared/drawing/map/paint/paint-page-grid.ts';
import type { Scene } from '../../../shared/drawing/map/paint/scene.ts';
import type { RowResidency } from './map-colours.ts';

/** The text of the card at the pointer. */
export interface HoverFacts {
  readonly ink: string;
  readonly tag: string;
  readonly title: string;
  readonly lines: readonly { readonly text: string; readonly look: '' | 'mono' | 'f3' }[];
}

/** All a card says of what lies under the pointer: range, size, permissions, kind, resident, module; on a close look the page, the symbol and the byte. */
export function hoverFacts(scene: Scene, hit: Hit, residency: RowResidency | undefined): HoverFacts {
  const { region } = hit;
  const style = regionStyle(region.kind, region.module?.role);
  const lines: { text: string; look: '' | 'mono' | 'f3' }[] = [];
  const add = (text: string, look: '' | 'mono' | 'f3' = ''): void => {
    if (text !== '') lines.push({ text, look });
  };
  add(formatRange(region), 'mono');
  add([formatSize(region.end - region.start), region.perms, style.title + (region.part === '' ? '' : `, ${region.part}`)].filter((text) => text !== '').join('  ·  '));
  add(permissionWords(region.perms), 'f3');
  if (residency && residency.mappedPages > 0) {
    const { presentPages, mappedPages } = residency;
    add(`resident ${formatSize(presentPages * PAGE_SIZE_BYTES)} of ${formatSize(mappedPages * PAGE_SIZE_BYTES)}, ${percent(presentPages / mappedPages)}`);
  }
  const where = region.module?.path ?? region.path;
  if (where !== region.label) add(where, 'f3');
  if (hit.grid) {
    add(pageLine(scene, hit.address));
    add(symbolLine(scene, hit));
    if (hit.grid.unitBytes === 1) add(byteLine(scene, hit.address), 'mono');
  }
  for (const change of scene.changes) {
    if (change.start < region.end && region.start < change.end) {
      add(`changed: ${change.words}`, 'f3');
      break;
    }
  }
  const hits = scene.hits.filter((address) => address >= region.start && address < region.end).length;
  if (hits > 0) add(`${formatCount(hits)} search ${hits === 1 ? 'hit' : 'hits'}`, 'f3');
  return { ink: style.ink, tag: style.tag, title: region.label, lines };
}

/** Never 0 % where something is, nor 100 % where something is missing. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  return `${share === 1 ? 100 : Math.min(99, Math.round(share * 100))} %`;
}

function permissionWords(perms: string): string {
  if (perms === '') return '';
  const may = [perms[0] === 'r' ? 'read' : '', perms[1] === 'w' ? 'write' : '', perms[2] === 'x' ? 'execute' : ''].filter((word) => word !== '');
  return `${may.length === 0 ? 'no access' : may.join(', ')}, ${perms[3] === 's' ? 'shared' : 'private'}`;
}

function pageLine(scene: Scene, address: bigint): string {
  const page = Number(address >> 12n);
  const states = scene.insides.pages(page);
  const state = states?.state[page - states.first] ?? NO_PAGE;
  return states && state !== NO_PAGE ? `page …${(address & ~0xfffn).toString(16).slice(-7)}: ${pageWords(state, states.flags[page - states.first] ?? 0)}` : '';
}

function symbolLine(scene: Scene, { region, address }: Hit): string {
  const symbols = scene.insides.symbols(region, address, address + 1n);
  if (!symbols) return '';
  const at = Number(address - symbols.base);
  const index = firstFrom(symbols, at + 1) - 1;
  const from = symbols.from[index];
  if (from === undefined || at >= Math.max(symbols.to[index] ?? 0, from + 1)) return '';
  return `${symbols.names[index] ?? ''}${at === from ? '' : ` +0x${(at - from).toString(16)}`}`;
}

function byteLine(scene: Scene, address: Hit['address']): string {
  const bytes = scene.insides.bytes(Number(address >> 12n));
  const offset = Number(address & 0xfffn);
  if (bytes?.states[offset] !== CELL_VALID) return `${formatAddress(address)}  ${byteText(bytes, offset)}  ${bytes?.missing ?? 'reading…'}`;
  const value = bytes.values[offset] ?? 0;
  return `${formatAddress(address)}  ${byteText(bytes, offset)}  ${value}  ‘${characterOf(value)}’`;
}
