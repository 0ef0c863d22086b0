import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress, type Address } from '../../address/address.ts';
import { CAUSE_IDS, FAULT_SIGNALS, type ExplainAnswer } from '../../model/explanation.ts';
import type { Region, RegionKind } from '../../model/region.ts';
import { RegionTableBuilder } from '../../model/region-table-builder.ts';
import { attemptOf } from './attempt.ts';
import { explainFault } from './explain-fault.ts';
import { NO_FINDINGS, type FaultFacts, type FaultFindings, type FaultGround } from './fault-facts.ts';

/** A made-up space: null pages, text, rodata, data, heap, a stack with its room, and the upper half. */
const FILE = { dev: '08:01', inode: 7n, path: '/bin/demo', module: { path: '/bin/demo', role: 'program' as const } };
const ANON = { dev: '', inode: 0n, path: '', module: undefined };
const region = (start: bigint, end: bigint, kind: RegionKind, perms = '', of: typeof FILE | typeof ANON = ANON): Region => ({
  ...of, start: toAddress(start), end: toAddress(end), kind, perms, offset: 0n, part: '', label: kind, tid: undefined,
});
const STACK_TOP = 0x7fff_0000_0000n;
const STACK_START = STACK_TOP - 0x80_0000n;
const REGIONS = [
  region(0n, 0x1_0000n, 'null'), region(0x1_0000n, 0x40_0000n, 'gap'), region(0x40_0000n, 0x40_1000n, 'text', 'r-xp', FILE), region(0x40_1000n, 0x40_2000n, 'rodata', 'r--p', FILE),
  region(0x40_2000n, 0x40_3000n, 'data', 'rw-p', FILE), region(0x40_3000n, 0x50_0000n, 'gap'), region(0x50_0000n, 0x50_1000n, 'heap', 'rw-p'), region(0x50_1000n, STACK_START, 'gap'),
  region(STACK_START, STACK_TOP, 'stack', 'rw-p'), region(STACK_TOP, 0x8000_0000_0000n, 'gap'), region(0x8000_0000_0000n, 0xffff_8000_0000_0000n, 'non-canonical'), region(0xffff_8000_0000_0000n, 1n << 64n, 'kernel'),
];
const builder = new RegionTableBuilder();
for (const one of REGIONS) builder.add(one);
const table = builder.build();

/** Bytes of the space by address; what is not given is zero where something readable is mapped. */
function ground(words: ReadonlyMap<bigint, bigint> = new Map(), changes: Partial<FaultGround> = {}): FaultGround {
  return {
    regions: table,
    read: (address, length) => {
      const at = address < 0n || address + BigInt(length) > 1n << 64n ? undefined : table.regionAt(toAddress(address));
      if (!at?.perms.startsWith('r') || address + BigInt(length) > at.end) return undefined;
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) {
        const place = address + BigInt(i);
        const word = words.get(place & ~7n);
        if (word !== undefined) bytes[i] = Number((word >> ((place & 7n) * 8n)) & 0xffn);
      }
      return bytes;
    },
    sectionAt: () => undefined, symbolAt: () => undefined, isGuardPage: () => false, fileSizeAt: () => undefined, ...changes,
  };
}

const PC = toAddress(0x40_0100n);
const SP = toAddress(STACK_TOP - 0x1000n);

function facts(changes: Partial<FaultFacts> & { readonly text?: string }): FaultFacts {
  const { text, ...others } = changes;
  const sp = others.sp ?? SP;
  const pc = others.pc ?? PC;
  return {
    signal: { name: 'SIGSEGV', meaning: 'Segmentation fault' }, code: 1, siAddress: undefined, sender: undefined, thread: { id: 1, tid: 42, name: 'demo', isMain: true }, pc, sp,
    instruction: text === undefined ? undefined : { address: pc, bytes: new Uint8Array(4), text }, pageFault: undefined, frames: [], frameLevel: 0, source: undefined, sourceText: undefined,
    stackLimitBytes: 0x80_0000n, handled: false, ...others, registers: new Map([...(others.registers ?? []), ['rsp', sp], ['rip', pc]]),
  };
}

function explain(of: FaultFacts, on = ground(), findings: Partial<FaultFindings> = {}): ExplainAnswer {
  return explainFault(of, on, attemptOf(of, on), { ...NO_FINDINGS, ...findings });
}

const at = (address: bigint): Address => toAddress(address);
const registers = (values: Readonly<Record<string, bigint>>): ReadonlyMap<string, bigint> => new Map(Object.entries(values));

describe('causes', () => {
  it('an instruction that reads, changes and writes faults as a write, whether or not anything is there', () => {
    const increment = (address: bigint, text = 'incl   (%rax)'): ExplainAnswer => explain(facts({ siAddress: at(address), code: address === 0x40_1008n ? 2 : 1, text, registers: registers({ rax: address }) }));
    expect(increment(0x45_0000n)).toMatchObject({ access: 'write', cause: { id: 'unmapped' } });
    expect(increment(0x40_1008n)).toMatchObject({ access: 'write', cause: { id: 'write-to-rodata' }, sizeBytes: 4 });
    expect(increment(0x45_0000n, 'lock incl (%rax)')).toMatchObject({ access: 'write' });
  });

  it('the processor’s error code, where there is one, goes before the instruction', () => {
    const one = facts({ siAddress: at(0x45_0000n), text: 'mov    (%rax),%ecx', registers: registers({ rax: 0x45_0000n }), pageFault: { write: true, fetch: false } });
    expect(explain(one)).toMatchObject({ access: 'write' });
    expect(explain({ ...one, pageFault: { write: false, fetch: true } })).toMatchObject({ access: 'execute' });
  });

  it('a null pointer: by the base register, certain; a number as low as one, likely; a container of a member, too', () => {
    const via = (address: bigint, rax: bigint, text: string): ExplainAnswer => explain(facts({ siAddress: at(address), text, registers: registers({ rax, rcx: 0x10n }) }));
    expect(via(0x18n, 0n, 'mov    0x18(%rax),%edx')).toMatchObject({ cause: { id: 'null-dereference', certainty: 'certain' } });
    expect(via(0x9018n, 0x9000n, 'mov    0x18(%rax),%edx')).toMatchObject({ cause: { id: 'null-dereference', certainty: 'likely' } });
    expect(via(0x20_0000n, 0n, 'mov    0x200000(%rax),%edx')).toMatchObject({ cause: { id: 'null-dereference' } });
    expect(via(0xffff_ffff_ffff_fff0n, 0n, 'mov    -0x10(%rax),%edx')).toMatchObject({ cause: { id: 'null-dereference' } });
    expect(via(0xffff_ffff_ffff_fff0n, 0xffff_ffff_ffff_fff0n, 'mov    (%rax),%edx')).toMatchObject({ cause: { id: 'kernel-address' } });
  });

  it('a call through null is told from a return to 0', () => {
    const back = 0x40_0205n;
    const call = new Map([[back - 8n & ~7n, 0n], [SP as bigint, back], [0x40_0200n, 0xd0ffn << 24n]]);
    const zero = facts({ siAddress: at(0n), pc: at(0n) });
    expect(explain(zero, ground(call))).toMatchObject({ access: 'execute', cause: { id: 'null-call', certainty: 'certain' } });
    // The word below rsp is the 0 that a ret took, and above it there is no return address.
    expect(explain(zero, ground(new Map([[SP as bigint, 0x4141n]])))).toMatchObject({ cause: { id: 'corrupted-return-address', certainty: 'likely' } });
  });

  it('a protection fault: the operand that is no address, then the alignment, then the instruction', () => {
    const fault = (text: string, values: Readonly<Record<string, bigint>>): ExplainAnswer => explain(facts({ code: 0x80, text, registers: registers(values) }));
    expect(fault('mov    (%rax),%edx', { rax: 0x1234_5678_9abc_def0n })).toMatchObject({ access: 'read', address: 0x1234_5678_9abc_def0n, addressFrom: 'operand', cause: { id: 'non-canonical' } });
    expect(fault('movaps %xmm0,(%rdi)', { rdi: 0x40_2004n })).toMatchObject({ access: 'write', address: 0x40_2004n, cause: { id: 'misaligned' } });
    expect(fault('movaps %xmm0,(%rdi)', { rdi: 0x40_2010n })).toMatchObject({ access: 'none', cause: { id: 'privileged-instruction', certainty: 'likely' } });
    expect(fault('call   *%rax', { rax: 0x9000_0000_0000_0000n })).toMatchObject({ access: 'execute', cause: { id: 'non-canonical' } });
    expect(fault('hlt', {})).toMatchObject({ access: 'none', address: undefined, cause: { id: 'privileged-instruction', certainty: 'certain' } });
  });

  it('through rsp or rbp the processor reports the stack, which is SIGBUS', () => {
    const one = facts({ signal: { name: 'SIGBUS', meaning: 'Bus error' }, code: 0x80, text: 'mov    (%rbp),%rax', registers: registers({ rbp: 0x5151_5151_5151_5151n }) });
    expect(explain(one)).toMatchObject({ signal: { name: 'SIGBUS' }, address: 0x5151_5151_5151_5151n, cause: { id: 'non-canonical' } });
  });

  it('with alignment checking on, every access must be aligned', () => {
    const one = facts({ signal: { name: 'SIGBUS', meaning: 'Bus error' }, code: 1, text: 'mov    (%rax),%edx', registers: registers({ rax: 0x40_2001n }) });
    expect(explain(one)).toMatchObject({ access: 'read', address: 0x40_2001n, cause: { id: 'misaligned' } });
  });

  it('a stack overflow needs an rsp that has run out of the stack; a stray pointer below it is none', () => {
    const below = STACK_START - 8n;
    const push = (sp: bigint): ExplainAnswer => explain(facts({ siAddress: at(below), sp: at(sp), text: 'mov    %eax,(%rdi)', registers: registers({ rdi: below }) }));
    expect(push(STACK_START - 0x100n)).toMatchObject({ cause: { id: 'stack-overflow', certainty: 'certain' } });
    expect(push(STACK_TOP - 0x1000n)).toMatchObject({ cause: { id: 'unmapped' } });
  });

  it('past the end of a file only when the file is shorter', () => {
    const one = facts({ signal: { name: 'SIGBUS', meaning: 'Bus error' }, code: 2, siAddress: at(0x40_2100n), text: 'mov    (%rax),%edx', registers: registers({ rax: 0x40_2100n }) });
    expect(explain(one, ground(new Map(), { fileSizeAt: () => 0n }))).toMatchObject({ cause: { id: 'past-end-of-file', certainty: 'certain' } });
    expect(explain(one, ground(new Map(), { fileSizeAt: () => 0x9000n }))).toMatchObject({ cause: { certainty: 'likely' } });
    expect(explain(one)).toMatchObject({ cause: { id: 'past-end-of-file', certainty: 'likely' } });
  });

  it('a value that malloc left in a freed block', () => {
    const block = 0x50_0480n;
    const left = block >> 12n;
    const on = ground(new Map([[block, left]]));
    const one = facts({ siAddress: at(0x1_0000n + left), text: 'mov    0x10000(%rax),%edx', registers: registers({ rax: left }) });
    expect(explain(one, on)).toMatchObject({ cause: { id: 'heap-use-after-free', certainty: 'likely' } });
    expect(explain(one)).toMatchObject({ cause: { id: 'unmapped' } });
  });

  it('an access right behind an array is said to have run over its end', () => {
    const symbolAt: FaultGround['symbolAt'] = (address) => ({
      symbol: { name: 'table', demangled: undefined, address: at(0x40_2f80n), sizeBytes: 0x40n, type: 'object', binding: 'global', modulePath: '/bin/demo' }, offset: address - 0x40_2f80n,
    });
    const one = facts({ siAddress: at(0x40_3000n), text: 'mov    %al,(%rdx,%rcx,1)', registers: registers({ rdx: 0x40_2f80n, rcx: 0x80n }) });
    expect(explain(one, ground(new Map(), { symbolAt }))).toMatchObject({ access: 'write', sizeBytes: 1, object: { name: 'table', overrunBytes: 0x40n }, cause: { id: 'unmapped' } });
  });

  it.each(FAULT_SIGNALS)('%s that a process sent is no fault of an instruction', (name) => {
    const one = facts({ signal: { name, meaning: name }, code: 0, text: 'mov    (%rax),%edx', registers: registers({ rax: 0n }), sender: { pid: 7, uid: 0, name: 'sh', self: false } });
    expect(explain(one)).toMatchObject({ access: 'none', address: undefined, instruction: undefined, cause: { id: 'sent-by-process', certainty: 'certain' } });
  });

  it('no cause is made up for what is not known', () => {
    expect(explain(facts({ signal: { name: 'SIGFPE', meaning: '' }, code: 7, text: 'divsd  %xmm1,%xmm0' }))).toMatchObject({ kind: 'none' });
    expect(explain(facts({ signal: { name: 'SIGTRAP', meaning: '' }, code: 2, text: 'nop' }))).toMatchObject({ kind: 'none' });
  });
});

describe('properties', () => {
  const texts = fc.constantFrom('mov    (%rax),%edx', 'mov    %edx,(%rax)', 'incl   (%rax)', 'movaps (%rax),%xmm0', 'call   *%rax', 'call   *(%rax)', 'ret', 'push   %rax', 'hlt', 'idivl  (%rax)', 'rep stos %al,%es:(%rdi)', '(bad)');
  const address = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom(...REGIONS.flatMap(({ start, end }) => [start as bigint, end - 1n]))).map(toAddress);

  it('every answer is whole: a known cause, a place for every address, evidence, nothing undefined in words; and never an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAULT_SIGNALS), fc.constantFrom(-6, 0, 1, 2, 3, 4, 7, 0x80), address, address, address, texts, (name, code, siAddress, rax, pc, text) => {
        const one = facts({
          signal: { name, meaning: name }, code, siAddress: code > 0 && code !== 0x80 ? siAddress : undefined, pc, text, registers: registers({ rax, rdi: rax }),
          sender: code > 0 ? undefined : { pid: 42, uid: 0, name: 'demo', self: true },
        });
        const answer = explain(one);
        if (answer.kind === 'none') {
          expect(['SIGFPE', 'SIGTRAP', 'SIGABRT', 'SIGBUS']).toContain(name);
          return;
        }
        expect(CAUSE_IDS).toContain(answer.cause.id);
        expect([answer.access === 'none', answer.address === undefined]).toEqual([answer.access === 'none', answer.access === 'none']);
        expect(answer.address === undefined).toBe(answer.region === undefined && answer.gap === undefined);
        expect(answer.region === undefined || answer.gap === undefined).toBe(true);
        expect(`${answer.title} ${answer.cause.text} ${answer.rule} ${answer.evidence.map(({ words }) => words).join(' ')}`).not.toMatch(/\bundefined\b(?! behaviour)|NaN|\[object/);
        expect(answer.evidence.length).toBeGreaterThan(0);
      }),
    );
  });
});
