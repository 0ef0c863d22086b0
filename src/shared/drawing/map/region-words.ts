import { formatCount, formatSize } from '../../address/size.ts';
import type { Region } from '../../model/region.ts';
import type { MapModel } from './map-model.ts';

/** Name inside a block: within an opened module its part alone, since the bracket says the module. */
export function blockName(region: Region): string {
  if (region.kind === 'gap') return 'unmapped';
  if (region.kind === 'stack-room') return 'room to grow';
  if (region.module && region.module.role !== 'vdso') return partName(region);
  // Thread ids are long: `T10126 stack` instead of `thread 10126 stack`.
  return region.tid === undefined ? region.label : region.label.replace(/^thread (\d+)/, 'T$1');
}

function partName(region: Region): string {
  // Of the two parts of .bss, the tail of the file's last page and the anonymous pages after it, the hover card tells which.
  if (region.kind === 'bss') return '.bss';
  if (region.part !== '' && region.part !== 'anonymous tail') return region.part;
  const file = moduleName(region.module?.path ?? '');
  const rest = region.label.startsWith(file) ? region.label.slice(file.length).trim() : region.label;
  return rest === '' ? region.label : rest;
}

export function moduleName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** Short form for a narrow bracket: `libc.so.6`, `ld.so`. */
export function bracketName(path: string): string {
  const name = moduleName(path);
  return name.startsWith('ld-linux') ? 'ld.so' : name;
}

/** `+ 212 regions, 40 modules, 1.2 GiB` of rows first to last; the name of the only one that is mapped, '' when none is. */
export function crowdWords(model: MapModel, first: number, last: number, withSize: boolean): string {
  const regions = (model.mappedBelow[last + 1] ?? 0) - (model.mappedBelow[first] ?? 0);
  const modules = (model.modulesBelow[last + 1] ?? 0) - (model.modulesBelow[first] ?? 0);
  const pages = (model.pagesBelow[last + 1] ?? 0) - (model.pagesBelow[first] ?? 0);
  if (regions === 0) return '';
  if (regions === 1) return model.table.labelAt(onlyMapped(model, first, last));
  const parts = [`+ ${formatCount(regions)} regions`];
  if (modules > 1) parts.push(`${modules} modules`);
  if (withSize) parts.push(formatSize(BigInt(Math.round(pages)) * 4096n));
  return parts.join(', ');
}

/** Bisection on the count: the first row with one mapped at or below it. */
function onlyMapped(model: MapModel, first: number, last: number): number {
  const before = model.mappedBelow[first] ?? 0;
  let low = first;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((model.mappedBelow[middle + 1] ?? 0) > before) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Gaps from this size on are drawn torn, as the break in scale they are. */
export const TORN_GAP_BYTES = 1n << 30n;

export function gapWords(sizeBytes: bigint, compressed: boolean): string {
  return `unmapped ${formatSize(sizeBytes)}${compressed ? ', compressed' : ''}`;
}
