import { describe, expect, it } from 'vitest';
import { REGION_KINDS } from '../model/region.ts';
import { kindCard } from './kind-cards.ts';
import { baseName, meaningOfName, withoutDeletedMark } from './mapping-names.ts';
import { RULES, RULE_TEXT } from './rules.ts';

describe('meaningOfName', () => {
  it.each([
    ['', { what: 'anonymous' }], ['[heap]', { what: 'heap' }], ['[stack]', { what: 'stack' }], ['[stack:812]', { what: 'thread-stack', tid: 812 }], ['[vvar_vclock]', { what: 'vvar' }],
    ['[anon: glibc: malloc]', { what: 'anon-named', label: 'glibc: malloc' }], ['[anon_shmem:ring]', { what: 'anon-named', label: 'ring' }], ['[uprobes]', { what: 'anon-named', label: '[uprobes]' }],
    ['/SYSV0000beef (deleted)', { what: 'shm', label: 'System V shm 0xbeef' }], ['/dev/zero (deleted)', { what: 'shm', label: 'shared anonymous' }], ['/dev/zero', { what: 'zero', label: '/dev/zero' }],
    ['/memfd:a (deleted) (deleted)', { what: 'shm', label: 'memfd a (deleted)' }], ['/dev/shm/x', { what: 'shm', label: 'shm x' }], ['/dev/hugepages/x', { what: 'file', label: 'x' }],
    ['/dev/dri/renderD128', { what: 'device', label: 'dri/renderD128' }], ['anon_inode:[perf_event]', { what: 'device', label: 'perf_event' }], ['anon_inode:kvm-vcpu:0', { what: 'device', label: 'kvm-vcpu:0' }],
    ['/a b/c.so (deleted)', { what: 'file', label: 'c.so' }], ['/a/[heap]', { what: 'file', label: '[heap]' }],
  ])('reads %j', (name, meaning) => expect(meaningOfName(name)).toEqual(meaning));

  it('keeps a mark that is part of the name', () => {
    expect(meaningOfName('/a/real (deleted)', true)).toEqual({ what: 'file', label: 'real (deleted)' });
    expect(withoutDeletedMark('/a (deleted) (deleted)')).toBe('/a (deleted)');
    expect([baseName('/a/b'), baseName('b'), baseName('/a/')]).toEqual(['b', 'b', '/a/']);
  });
});

describe('cards', () => {
  it.each(REGION_KINDS)('%s has one that says something in every field', (kind) => {
    const card = kindCard(kind);
    for (const text of [card.source, card.lifetime, card.manager, card.why]) expect(text).toMatch(/[A-Za-z].{10,}\.$|^The [a-z]+\.$|Nobody|malloc/);
    expect(card.title).toMatch(/^[A-Zm]/);
    expect(card.typicalPerms).toMatch(/^$|^[r-][w-][x-][ps]$/);
  });
});

describe('rules', () => {
  it('have words, except where other evidence says all', () => {
    expect(RULES.filter((rule) => RULE_TEXT[rule] === undefined)).toEqual(['elf-segment', 'shm', 'device', 'given-name']);
  });
});
