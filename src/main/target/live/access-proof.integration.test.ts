import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS_OUTCOMES } from '../../../shared/model/access.ts';
import { proveAccess, startProbeProgram, type Comparison, type ProbeProgram } from './testing/access-proof.ts';
import { proveRemoteReads, startStopped } from './testing/remote-proof.ts';

let program: ProbeProgram;
let all: readonly Comparison[];

beforeAll(async () => {
  program = await startProbeProgram();
  all = await proveAccess(program, 5);
}, 240_000);
afterAll(() => program.stop());

const text = ({ probe, predicted, happened }: Comparison): string => `${probe.className} ${probe.access} 0x${probe.address.toString(16)}: predicted ${predicted}, happened ${happened}`;

describe('predicted accesses, and what really happens', () => {
  it('signal, code and address of reads, writes and fetches in every class of mapping', () => {
    const user = all.filter(({ probe }) => 'rwx'.includes(probe.access));
    expect(user.filter(({ agrees }) => !agrees).map(text)).toEqual([]);
    expect(user.length).toBeGreaterThan(1000);
  });

  it('EFAULT of system calls', () => {
    const kernel = all.filter(({ probe }) => 'RW'.includes(probe.access));
    expect(kernel.filter(({ agrees }) => !agrees).map(text)).toEqual([]);
    expect(new Set(kernel.map(({ happened }) => happened))).toEqual(new Set(['ok', 'EFAULT']));
  });

  it('the page table shows the kind of success that was predicted', () => {
    const seen = all.filter(({ effect }) => effect !== undefined);
    expect(seen.filter(({ effect }) => effect === false).map(({ probe, outcome }) => `${probe.className} ${probe.access} 0x${probe.address.toString(16)}: ${outcome}`)).toEqual([]);
    expect(new Set(seen.map(({ outcome }) => outcome))).toEqual(new Set(['demand-zero', 'page-in', 'copy-on-write', 'stack-growth']));
  });

  it('every outcome but swap-in was met, and every way to fault but protection keys', () => {
    expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(ACCESS_OUTCOMES.filter((outcome) => outcome !== 'swap-in')));
    const faults = all.filter(({ happened }) => happened.startsWith('SIG')).map(({ happened }) => happened.split(' ').slice(0, 2).join(' '));
    expect(new Set(faults)).toEqual(new Set(['SIGSEGV SEGV_MAPERR', 'SIGSEGV SEGV_ACCERR', 'SIGSEGV SI_KERNEL', 'SIGBUS BUS_ADRERR']));
  });
});

describe('reads by another process', () => {
  it.each(['python3', 'node'] as const)('%s through process_vm_readv', async (name) => {
    const other = await startStopped(name);
    if (!other) {
      console.log(`${name}: not on this machine, skipped`);
      return;
    }
    try {
      const compared = await proveRemoteReads(other, 3);
      const different = compared.filter(({ predicted, happened }) => predicted !== happened).map(({ address, predicted, happened, reason }) => `0x${address.toString(16)}: predicted ${predicted} (${reason}), happened ${happened}`);
      expect(different).toEqual([]);
      expect(compared.length).toBeGreaterThan(200);
      expect(new Set(compared.map(({ happened }) => happened))).toEqual(new Set(['ok', 'EFAULT']));
    } finally {
      await other.stop();
    }
  });
});
