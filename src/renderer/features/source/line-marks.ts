import type { Address } from '../../../shared/address/address.ts';
import type { LineAddress, SourceText } from '../../../shared/model/code.ts';
import type { BreakpointInfo } from '../../../shared/model/debug.ts';

/** Breakpoints by line of a source file: those with a location there. */
export function breakpointsByLine(breakpoints: readonly BreakpointInfo[], source: Pick<SourceText, 'path' | 'file'>): ReadonlyMap<number, readonly BreakpointInfo[]> {
  const lines = new Map<number, BreakpointInfo[]>();
  for (const breakpoint of breakpoints) {
    const seen = new Set<number>();
    for (const { source: place } of breakpoint.locations) {
      // A file may be known by its absolute name only, or by the name it was compiled with only.
      if (place === undefined || seen.has(place.line) || (place.fullName !== source.path && place.file !== source.file)) continue;
      seen.add(place.line);
      lines.set(place.line, [...(lines.get(place.line) ?? []), breakpoint]);
    }
  }
  return lines;
}

export function breakpointsByAddress(breakpoints: readonly BreakpointInfo[]): ReadonlyMap<Address, readonly BreakpointInfo[]> {
  const places = new Map<Address, BreakpointInfo[]>();
  for (const breakpoint of breakpoints) for (const { address } of breakpoint.locations) places.set(address, [...(places.get(address) ?? []), breakpoint]);
  return places;
}

/** Lowest address of each line that has instructions. */
export function lineAddresses(table: readonly LineAddress[]): ReadonlyMap<number, Address> {
  const lines = new Map<number, Address>();
  for (const { line, address } of table) if (line > 0 && !lines.has(line)) lines.set(line, address);
  return lines;
}

/** The line that an address belongs to: that of the last entry at or before it. undefined outside of the file's code. */
export function lineOfAddress(table: readonly LineAddress[], address: Address): number | undefined {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table[middle]?.address ?? 0n) <= address) low = middle + 1;
    else high = middle;
  }
  // Past the last entry nothing says how far its line reaches.
  if (low === 0 || low === table.length) return undefined;
  const line = table[low - 1]?.line;
  return line === 0 ? undefined : line;
}

/** How gdb finds a line again: by the file's own name, which survives moved sources. */
export function lineLocation(source: Pick<SourceText, 'file'>, line: number): string {
  return `${source.file}:${line}`;
}
