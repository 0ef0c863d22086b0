/** Numbers of the DWARF standard (version 5, section 7) that this reader acts on, under the standard's names. */
export const Tag = {
  array: 0x01, class: 0x02, enumeration: 0x04, lexicalBlock: 0x0b, member: 0x0d, pointer: 0x0f, reference: 0x10, compileUnit: 0x11, structure: 0x13, subroutine: 0x15,
  typedef: 0x16, union: 0x17, inheritance: 0x1c, inlinedSubroutine: 0x1d, ptrToMember: 0x1f, subrange: 0x21, base: 0x24, const: 0x26, enumerator: 0x28,
  formalParameter: 0x05, subprogram: 0x2e, variable: 0x34, volatile: 0x35, variant: 0x19, variantPart: 0x33, restrict: 0x37, interface: 0x38, namespace: 0x39, partialUnit: 0x3c,
  unspecified: 0x3b, rvalueReference: 0x42, typeUnit: 0x41, atomic: 0x47, unspecifiedParameters: 0x18, catchBlock: 0x25, tryBlock: 0x32, module: 0x1e,
} as const;

export const At = {
  sibling: 0x01, location: 0x02, name: 0x03, byteSize: 0x0b, language: 0x13, discr: 0x15, discrValue: 0x16, upperBound: 0x2f, abstractOrigin: 0x31, bitSize: 0x0d, bitOffset: 0x0c,
  constValue: 0x1c, containingType: 0x1d, prototyped: 0x27, count: 0x37, dataMemberLocation: 0x38, declaration: 0x3c, encoding: 0x3e, external: 0x3f, artificial: 0x34, specification: 0x47,
  type: 0x49, byteStride: 0x51, signature: 0x69, dataBitOffset: 0x6b, strOffsetsBase: 0x72, addrBase: 0x73, gnuAddrBase: 0x2133, linkageName: 0x6e, lowerBound: 0x22, bitStride: 0x2e,
  compDir: 0x1b, dwoName: 0x76, gnuDwoName: 0x2130, gnuDwoId: 0x2131,
} as const;

export const Form = {
  addr: 0x01, block2: 0x03, block4: 0x04, data2: 0x05, data4: 0x06, data8: 0x07, string: 0x08, block: 0x09, block1: 0x0a, data1: 0x0b, flag: 0x0c, sdata: 0x0d, strp: 0x0e, udata: 0x0f,
  refAddr: 0x10, ref1: 0x11, ref2: 0x12, ref4: 0x13, ref8: 0x14, refUdata: 0x15, indirect: 0x16, secOffset: 0x17, exprloc: 0x18, flagPresent: 0x19, strx: 0x1a, addrx: 0x1b, refSup4: 0x1c,
  strpSup: 0x1d, data16: 0x1e, lineStrp: 0x1f, refSig8: 0x20, implicitConst: 0x21, loclistx: 0x22, rnglistx: 0x23, refSup8: 0x24, strx1: 0x25, strx2: 0x26, strx3: 0x27, strx4: 0x28,
  addrx1: 0x29, addrx2: 0x2a, addrx3: 0x2b, addrx4: 0x2c, gnuAddrIndex: 0x1f01, gnuStrIndex: 0x1f02, gnuRefAlt: 0x1f20, gnuStrpAlt: 0x1f21,
} as const;

export const Op = { addr: 0x03, constu: 0x10, plusUconst: 0x23, addrx: 0xa1, gnuAddrIndex: 0xfb } as const;

export const Ate = { boolean: 0x02, complexFloat: 0x03, float: 0x04, signed: 0x05, signedChar: 0x06, unsigned: 0x07, unsignedChar: 0x08, utf: 0x10 } as const;

/** DW_UT_*: kinds of units since version 5. */
export const UnitType = { compile: 1, type: 2, partial: 3, skeleton: 4, splitCompile: 5, splitType: 6 } as const;

/** DW_LANG_* of C in all its years: there a structure is called `struct item`, elsewhere `item`. */
export const C_LANGUAGES: ReadonlySet<number> = new Set([0x01, 0x02, 0x0c, 0x1d, 0x2c]);
export const LANG_RUST = 0x1c;
