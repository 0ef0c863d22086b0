import { proveAccess, startProbeProgram, type Comparison } from './access-proof.ts';
import { proveRemoteReads, startStopped } from './remote-proof.ts';

/**
 * The full proof, `npm run prove:access`: what vmatlas predicts for thousands of accesses against what the kernel really does with them. Exit status 1 when one differs.
 */
const PER_CLASS = 60;
const PER_MAPPING = 16;
/** What no fact outside the thread can tell; none of it is among the probes, and a prediction about it says so in its `unless`. */
const NOT_PREDICTED: readonly (readonly [name: string, why: string])[] = [
  ['protection keys set by the program', 'each thread has its own rights (PKRU register): known only while gdb holds it stopped'],
  ['userfaultfd', 'the monitor decides whether and with what a missing page is filled'],
  ['device memory', 'the driver’s own fault handler decides'],
  ['non-canonical address through rsp or rbp', 'the processor raises #SS: SIGBUS with SI_KERNEL instead of SIGSEGV; the address alone does not tell the instruction'],
  ['[vvar] of kernels before 6.15', 'another layout of the kernel’s data pages'],
  ['hugetlbfs without reservation', 'the pool of huge pages may be used up between prediction and access'],
];

let failures = 0;

async function main(): Promise<void> {
  const program = await startProbeProgram();
  try {
    const all = await proveAccess(program, PER_CLASS);
    const unsure = all.filter(({ agrees, unless }) => !agrees && unless !== '');
    if (unsure.length > 0) {
      const words = [...new Set(unsure.map(({ probe, unless }) => `${probe.className}: unless ${unless}`))];
      console.log(`${unsure.length} came differently where the prediction itself says that they may:\n  ${words.join('\n  ')}\n`);
    }
    for (const { probe, predicted, happened } of all.filter(({ agrees, unless }) => !agrees && unless === '')) {
      console.log(`DIFFERS  ${probe.className} ${probe.access} 0x${probe.address.toString(16)}: predicted ${predicted}, happened ${happened}`);
    }
    for (const { probe, outcome } of all.filter(({ effect }) => effect === false)) console.log(`DIFFERS  ${probe.className} ${probe.access} 0x${probe.address.toString(16)}: the page table does not show ${outcome}`);
    table(all);
    report('accesses by the program (read, write, execute)', all.filter(({ probe }) => 'rwx'.includes(probe.access)), ({ agrees }) => agrees);
    report('accesses by the kernel for it (EFAULT)', all.filter(({ probe }) => 'RW'.includes(probe.access)), ({ agrees }) => agrees);
    report('kinds of success seen in the page table', all.filter(({ effect }) => effect !== undefined), ({ effect }) => effect === true);
  } finally {
    await program.stop();
  }
  for (const name of ['python3', 'node'] as const) {
    const other = await startStopped(name);
    if (!other) {
      console.log(`${name}: not on this machine, skipped`);
      continue;
    }
    try {
      const compared = await proveRemoteReads(other, PER_MAPPING);
      for (const { address, predicted, happened, reason } of compared.filter((one) => one.predicted !== one.happened)) {
        console.log(`DIFFERS  ${name} 0x${address.toString(16)}: predicted ${predicted} (${reason}), happened ${happened}`);
      }
      report(`reads of ${name} by process_vm_readv`, compared, (one) => one.predicted === one.happened);
    } finally {
      await other.stop();
    }
  }
  console.log('\nNot predicted, and said so where it matters:');
  for (const [name, why] of NOT_PREDICTED) console.log(`  ${name}: ${why}`);
  process.exitCode = failures === 0 ? 0 : 1;
}

function table(all: readonly Comparison[]): void {
  const outcomes = new Map<string, number>();
  for (const { probe, predicted, outcome } of all) {
    if (!'rwx'.includes(probe.access)) continue;
    const key = outcome === 'fault' ? predicted.replace(/ [0-9a-f]+$/, '') : outcome;
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
  }
  const classes = new Set(all.map(({ probe }) => probe.className));
  console.log(`${classes.size} classes of mappings: ${[...classes].join(', ')}\n`);
  for (const [outcome, count] of [...outcomes].toSorted(([, a], [, b]) => b - a)) console.log(`  ${String(count).padStart(6)}  ${outcome}`);
  const absent = ['swap-in', 'SIGSEGV SEGV_PKUERR'].filter((outcome) => !outcomes.has(outcome));
  if (absent.length > 0) console.log(`  not met on this machine (no swap, or no protection keys): ${absent.join(', ')}`);
  console.log('');
}

function report<T>(what: string, compared: readonly T[], agrees: (one: T) => boolean): void {
  const good = compared.filter(agrees).length;
  failures += compared.length - good;
  const percent = compared.length === 0 ? 'no probe' : `${((100 * good) / compared.length).toFixed(2)} %`;
  console.log(`${what}: ${good} of ${compared.length} as predicted (${percent})`);
}

await main();
