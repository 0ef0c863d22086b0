import type { AddressFact } from '../../probe/facts.ts';

/** What the program prints, by how it is placed. */
export const PROGRAM_PARTS = ['text', 'rodata', 'data', 'bss'] as const;
export const OTHER_PARTS = ['heap', 'mapped', 'libc', 'vdso', 'stack'] as const;
export const ALL_PARTS = [...PROGRAM_PARTS, ...OTHER_PARTS] as const;
export type Part = (typeof ALL_PARTS)[number];

/** Where the parts of one run lie. */
export type Places = ReadonlyMap<Part, AddressFact>;

/** A run: the lab's own process, or one beside it. */
interface Printer {
  printedAddress(name: string): Promise<AddressFact>;
}

export async function placesOf(run: Printer): Promise<Places> {
  const places = new Map<Part, AddressFact>();
  for (const part of ALL_PARTS) places.set(part, await run.printedAddress(part));
  return places;
}

export interface Move {
  readonly part: Part;
  readonly first: AddressFact;
  readonly second: AddressFact;
  /** From the first run to the second, in bytes; negative: down. */
  readonly distance: bigint;
  /** `moved up by 0x1f2000`, `did not move`. */
  readonly words: string;
}

export function moves(first: Places, second: Places, parts: readonly Part[]): readonly Move[] {
  return parts.flatMap((part): Move[] => {
    const [a, b] = [first.get(part), second.get(part)];
    if (a === undefined || b === undefined) return [];
    const distance = b.address - a.address;
    return [{ part, first: a, second: b, distance, words: distanceWords(distance) }];
  });
}

export function distanceWords(distance: bigint): string {
  if (distance === 0n) return 'did not move';
  return `moved ${distance > 0n ? 'up' : 'down'} by 0x${(distance > 0n ? distance : -distance).toString(16)}`;
}
