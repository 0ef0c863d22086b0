import { toAddress, type Address } from '../../../../shared/address/address.ts';
import { VmatlasError } from '../../../../shared/model/errors.ts';
import type { MemoryRange } from '../../../../shared/model/memory-range.ts';
import { isUnmappedKind, type Region } from '../../../../shared/model/region.ts';
import { RegionTableBuilder } from '../../../../shared/model/region-table-builder.ts';
import type { HandlerTable } from '../../../../shared/rpc/channel-server.ts';

/** Handlers that serve one made-up process, 42: text at 0x1000, data at 0x2000 with a hole in the middle of its second page, nothing else. */

const GAP = { perms: '', offset: 0n, dev: '', inode: 0n, path: '', module: undefined, part: '', tid: undefined } as const;
const FILE = { dev: '08:01', inode: 77n, path: '/bin/sample', module: { path: '/bin/sample', role: 'program' }, tid: undefined } as const;

export const SAMPLE_REGIONS: readonly Region[] = [
  { ...GAP, start: toAddress(0n), end: toAddress(0x1000n), kind: 'null', label: 'null pages' },
  { ...FILE, start: toAddress(0x1000n), end: toAddress(0x2000n), kind: 'text', perms: 'r-xp', offset: 0x1000n, part: '.text', label: 'sample text' },
  { ...FILE, start: toAddress(0x2000n), end: toAddress(0x4000n), kind: 'data', perms: 'rw-p', offset: 0x2000n, part: '', label: 'sample\x1b[31m data' },
  { ...GAP, start: toAddress(0x4000n), end: toAddress(1n << 64n), kind: 'gap', label: 'gap' },
];

const ROWS = SAMPLE_REGIONS.map((region, i) => [{ source: 'maps', text: `line ${i} of ${region.kind}` }]);

/** `log` names the session calls, in order. */
export function sampleProcess(): { readonly handlers: HandlerTable; readonly log: string[] } {
  const builder = new RegionTableBuilder();
  for (const region of SAMPLE_REGIONS) builder.add(region);
  const table = builder.build();
  const log: string[] = [];
  const state = (phase: string): object => ({ sessionId: 's1', phase, target: { pid: 42, exe: '/bin/sample' } });
  const handlers = {
    sessions: {
      events: {},
      calls: {
        observe: ({ pid }: { pid: number }) => {
          if (pid !== 42) throw new VmatlasError({ code: 'no-such-process', message: `There is no process ${pid}.`, remedy: 'Look with vmatlas ps.' });
          log.push('observe');
          return state('observing');
        },
        attach: () => {
          log.push('attach');
          return state('stopped');
        },
        close: () => {
          log.push('close');
          return null;
        },
      },
    },
    map: {
      events: {},
      calls: {
        snapshot: () => ({ generation: 1, regions: table.columns, marks: [], totals: {}, changes: [], stale: false }),
        evidence: ({ first, count }: { first: number; count: number }) => ({ generation: 1, evidence: ROWS.slice(first, first + count) }),
        describe: ({ address }: { address: Address }) => {
          const row = table.indexAt(address);
          const region = { ...table.rowAt(row), evidence: ROWS[row] };
          const near = (step: number): Region | undefined => SAMPLE_REGIONS[row + step];
          const gap = isUnmappedKind(region.kind) ? { kind: region.kind, below: near(-1), above: near(1) } : undefined;
          const inCode = region.kind === 'text';
          return {
            generation: 1, address, region, gap, card: {}, evidence: [],
            section: inCode ? { name: '.text', address: 0x1000n } : undefined,
            symbol: inCode ? { symbol: { name: '_ZN1aC1Ev', demangled: 'a::a()' }, offset: address - 0x1000n } : undefined,
            loadBias: gap ? undefined : 0x1000n,
          };
        },
      },
    },
    pages: {
      events: {},
      calls: {
        card: ({ address }: { address: Address }) => {
          const region = table.rowAt(table.indexAt(address));
          const mapped = !isUnmappedKind(region.kind);
          const one = (letter: string): object =>
            region.perms.includes(letter)
              ? { outcome: 'ok', reason: 'the page is present', unless: '' }
              : { outcome: 'fault', signal: 'SIGSEGV', code: mapped ? 'SEGV_ACCERR' : 'SEGV_MAPERR', reason: mapped ? `the mapping has no ${letter}` : 'nothing is mapped here', unless: '' };
          return {
            page: address, state: mapped ? 'file' : 'unknown', flags: 0, facts: mapped ? { word: 0xa1n << 56n, pfn: undefined, words: 'present' } : undefined,
            access: { read: one('r'), write: one('w'), execute: one('x') },
          };
        },
      },
    },
    locate: {
      events: {},
      calls: {
        resolve: ({ text }: { text: string }) => {
          if (!/^0x[0-9a-f]+$/.test(text)) throw new VmatlasError({ code: 'unknown-location', message: `There is nothing called ${text}.` });
          return { address: BigInt(text), how: 'address', text, words: text };
        },
      },
    },
    memory: {
      events: {},
      calls: { read: ({ start, lengthBytes }: { start: bigint; lengthBytes: number }) => ({ generation: 1, ranges: readSample(start, start + BigInt(lengthBytes)), patched: [] }) },
    },
  };
  return { handlers, log };
}

/** The byte at an address is its lowest eight bits; 0x3800 to 0x3fff can't be read. */
function readSample(start: bigint, end: bigint): MemoryRange[] {
  const ranges: MemoryRange[] = [];
  const piece = (from: bigint, to: bigint, make: (from: Address, to: bigint) => MemoryRange): void => {
    const [low, high] = [from > start ? from : start, to < end ? to : end];
    if (low < high) ranges.push(make(toAddress(low), high));
  };
  const unmapped = (from: Address, to: bigint): MemoryRange => ({ kind: 'unmapped', start: from, lengthBytes: to - from });
  piece(0n, 0x1000n, unmapped);
  piece(0x1000n, 0x3800n, (from, to) => ({ kind: 'valid', start: from, bytes: Uint8Array.from({ length: Number(to - from) }, (_, i) => Number((from + BigInt(i)) & 0xffn)) }));
  piece(0x3800n, 0x4000n, (from, to) => ({ kind: 'unreadable', start: from, lengthBytes: to - from, reason: 'EIO', detail: 'past the end of the file' }));
  piece(0x4000n, 1n << 64n, unmapped);
  return ranges;
}
