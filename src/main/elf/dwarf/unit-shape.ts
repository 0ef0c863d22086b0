import type { DebugSections } from './debug-sections.ts';

/** How entries with one code look: their tag and the attributes in order, three numbers each: name, form, value of an implicit constant. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpec[];
  readonly siblingIndex: number;
}

export interface AttributeSpec {
  readonly name: number;
  readonly form: number;
  readonly implicit: bigint;
}

/** One unit's header, and what its entries need to be read. Offsets count from the start of its section. */
export interface Unit {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly end: number;
  readonly firstEntry: number;
  readonly version: number;
  /** 4 in 32-bit DWARF, 8 in 64-bit DWARF. */
  readonly offsetBytes: 4 | 8;
  readonly addressBytes: number;
  readonly abbreviations: ReadonlyMap<number, Abbreviation>;
  readonly kind: number;
  /** Of a type unit: the signature others refer to, and the type's place from the unit's start. */
  readonly signature: bigint | undefined;
  readonly typeOffset: number;
  /** What a skeleton and its other half in a .dwo file have in common, since version 5. */
  readonly dwoId: bigint | undefined;
  strOffsetsBase: number;
  addrBase: number;
  language: number;
  readonly sections: DebugSections;
}
