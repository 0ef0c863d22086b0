import { describe, expect, it } from 'vitest';
import type { Address } from '../../../shared/address/address.ts';
import { pageStart, type PageNumber } from '../../../shared/address/page.ts';
import type { Section, SymbolRef } from '../../../shared/model/symbol.ts';
import type { TypeMember, TypeNode } from '../../../shared/model/typed-data.ts';
import type { HexUnit } from './hex-model.ts';
import { subjectOf } from './hex-subject.ts';
import { placeAt, placeWords } from './hex-place.ts';
import { buildOverlay } from './page-overlay.ts';
import { NO_NAMES, type Names } from './names-cache.ts';

const PAGE = 0x5000 as PageNumber;
const START = pageStart(PAGE);
const at = (offset: number): Address => (START + BigInt(offset)) as Address;
const section = (name: string, from: number, to: number): Section => ({ name, address: at(from), memorySizeBytes: BigInt(to - from) }) as Section;
const code = (name: string, from: number, sizeBytes: bigint): SymbolRef => ({ name, demangled: undefined, address: at(from), sizeBytes, type: 'function', binding: 'global', modulePath: '/p' });

const member = (name: string, offsetBytes: number, type: number): TypeMember => ({ name, type, offsetBytes, bits: undefined, isBase: false, artificial: false });
const types: TypeNode[] = [
  { kind: 'number', name: 'unsigned', sizeBytes: 4, encoding: 'unsigned' }, { kind: 'number', name: 'short', sizeBytes: 2, encoding: 'signed' },
  { kind: 'record', name: 'config_t', sizeBytes: 16, flavour: 'struct', variants: undefined, members: [member('port', 0, 0), member('flags', 8, 1)] },
];
const names: Names = {
  ...NO_NAMES, types, sections: [section('.data', 0, 0x100), section('.bss', 0x100, 0x1000)],
  variables: [{ name: 'config', inFunction: '', address: at(0x20), sizeBytes: 16, type: 2, modulePath: '/p' }, { name: 'calls', inFunction: 'main', address: at(0x104), sizeBytes: 4, type: 0, modulePath: '/p' }],
  symbols: [code('main', 0x800, 0x40n)],
};
const unit = { page: PAGE, overlay: buildOverlay(PAGE, names, () => undefined) } as HexUnit;
const words = (offset: number): string | undefined => placeWords(at(offset), placeAt(at(offset), unit, names));

describe('the place of a byte', () => {
  it('is told by section, variable and member', () => {
    const place = placeAt(at(0x29), unit, names);
    expect(place.section?.name).toBe('.data');
    expect(place.owner).toEqual({ name: 'config', range: { start: at(0x20), end: at(0x30) }, isCode: false });
    expect(place.member).toEqual({ name: 'config.flags', range: { start: at(0x28), end: at(0x2a) } });
    expect([words(0x20), words(0x29), words(0x104), words(0x106)]).toEqual(['config.port', 'config.flags+0x1', 'main::calls', 'main::calls+0x2']);
  });

  it('is the variable where padding is, the function where code is, and nothing where nothing is known', () => {
    expect(words(0x25)).toBe('config+0x5');
    expect(words(0x81c)).toBe('main+0x1c');
    expect(words(0x900)).toBeUndefined();
    expect(placeAt(at(0x900), unit, names).section?.name).toBe('.bss');
  });
});

describe('what an action takes', () => {
  it('is the selection, else the member, else the variable, else the byte', () => {
    const selection = { start: at(1), end: at(9) };
    expect(subjectOf(at(0x29), selection, placeAt(at(0x29), unit, names)).range).toEqual(selection);
    expect(subjectOf(at(0x29), undefined, placeAt(at(0x29), unit, names)).name).toBe('config.flags');
    expect(subjectOf(at(0x104), { start: at(1), end: at(1) }, placeAt(at(0x104), unit, names)).range).toEqual({ start: at(0x104), end: at(0x108) });
    // A breakpoint or a copy of a whole function is not what a click on one of its bytes means.
    expect(subjectOf(at(0x81c), undefined, placeAt(at(0x81c), unit, names)).range).toEqual({ start: at(0x81c), end: at(0x81d) });
  });
});
