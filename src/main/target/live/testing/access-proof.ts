import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { toAddress, type Address } from '../../../../shared/address/address.ts';
import { compileC } from '../../../testing/compile.ts';
import { predictAccess } from '../../../../shared/analysis/access/predict-access.ts';
import { AccessReader } from '../../pages/access-reader.ts';
import type { AccessPrediction } from '../../../../shared/model/access.ts';
import { openLiveTarget } from '../live-target.ts';

/** The helper program with everything mapped, ready to be asked what really happens. */
export interface ProbeProgram {
  readonly pid: number;
  readonly classes: readonly ProbeClass[];
  /** Really makes the accesses, each in a child of its own. */
  ask(probes: readonly Probe[]): Promise<Truth[]>;
  stop(): Promise<void>;
}

export interface ProbeClass {
  readonly name: string;
  readonly start: bigint;
  readonly length: bigint;
}

/** r, w, x: by the program itself. R, W: by the kernel for a system call. */
export type ProbeAccess = 'r' | 'w' | 'x' | 'R' | 'W';

export interface Probe {
  readonly className: string;
  readonly access: ProbeAccess;
  readonly address: Address;
}

export interface Truth {
  /** 0: it went through. */
  readonly signal: number;
  readonly code: number;
  readonly faultAddress: bigint;
  readonly errno: number;
  /** pagemap words of the page before and after, in the child that made the access. */
  readonly before: bigint;
  readonly after: bigint;
}

const LINES_AT_ONCE = 256;

export async function startProbeProgram(): Promise<ProbeProgram> {
  const path = compileC(readFileSync(join(import.meta.dirname, 'access-probe.c'), 'utf8'), { name: 'access-probe', flags: ['-O1', '-fno-stack-protector', '-lrt'] });
  const folder = mkdtempSync(join(tmpdir(), 'vmatlas-probe-'));
  const child = spawn(path, [folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  if (child.pid === undefined) throw new Error('the probe program did not start');
  const lines = new LineQueue(createInterface({ input: child.stdout }));
  const classes: ProbeClass[] = [];
  for (;;) {
    const line = await lines.next();
    if (line === 'ready') break;
    const [name = '', start = '', length = ''] = line.split(' ');
    classes.push({ name, start: BigInt(start), length: BigInt(length) });
  }
  return {
    pid: child.pid,
    classes,
    async ask(probes) {
      const truths: Truth[] = [];
      for (let at = 0; at < probes.length; at += LINES_AT_ONCE) {
        const batch = probes.slice(at, at + LINES_AT_ONCE);
        child.stdin.write(`${batch.map(({ access, address }) => `${access} ${address.toString(16)}`).join('\n')}\n. 0\n`);
        // One after the other is the protocol.
        // oxlint-disable-next-line no-await-in-loop
        for (const probe of batch) truths.push(parseTruth(await lines.next(), probe));
      }
      return truths;
    },
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function parseTruth(line: string, probe: Probe): Truth {
  const [signal = '', code = '', address = '', errno = '', before = '', after = ''] = line.split(' ');
  if (signal === 'died' || after === '') throw new Error(`the child that probed ${probe.access} at 0x${probe.address.toString(16)} (${probe.className}) ended without an answer: ${line}`);
  return { signal: Number(signal), code: Number(code), faultAddress: BigInt(`0x${address}`), errno: Number(errno), before: BigInt(`0x${before}`), after: BigInt(`0x${after}`) };
}

class LineQueue {
  readonly #lines: string[] = [];
  readonly #waiting: ((line: string | undefined) => void)[] = [];
  #ended = false;

  constructor(source: Interface) {
    source.on('line', (line) => {
      const waiter = this.#waiting.shift();
      if (waiter) waiter(line);
      else this.#lines.push(line);
    });
    source.on('close', () => {
      this.#ended = true;
      for (const waiter of this.#waiting.splice(0)) waiter(undefined);
    });
  }

  async next(): Promise<string> {
    const line = this.#lines.shift() ?? (this.#ended ? undefined : await new Promise<string | undefined>((resolve) => void this.#waiting.push(resolve)));
    if (line === undefined) throw new Error('the probe program ended');
    return line;
  }
}

/** Addresses of every class, evenly spread and at its edges, each with every access. The same count gives the same probes. */
export function makeProbes(classes: readonly ProbeClass[], perClass: number): Probe[] {
  const probes: Probe[] = [];
  for (const { name, start, length } of classes) {
    const addresses = new Set<bigint>([start, start + length - 1n]);
    let seed = 0x9e37_79b9n;
    while (addresses.size < perClass && BigInt(addresses.size) < length) {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
      addresses.add(start + ((seed >> 11n) % length));
    }
    for (const address of addresses) for (const access of ['r', 'w', 'x', 'R', 'W'] as const) probes.push({ className: name, access, address: toAddress(address) });
  }
  return probes;
}

export interface Comparison {
  readonly probe: Probe;
  readonly predicted: string;
  readonly happened: string;
  readonly agrees: boolean;
  /** What the prediction itself calls uncertain. */
  readonly unless: string;
  /** For an access that went through: does what it left in the page table agree with the outcome's name? undefined: nothing to see. */
  readonly effect: boolean | undefined;
  readonly outcome: string;
}

const SIGNALS = new Map([[0, 'ok'], [7, 'SIGBUS'], [11, 'SIGSEGV']]);
const CODES = new Map([['11:1', 'SEGV_MAPERR'], ['11:2', 'SEGV_ACCERR'], ['11:4', 'SEGV_PKUERR'], ['11:128', 'SI_KERNEL'], ['7:2', 'BUS_ADRERR'], ['7:128', 'SI_KERNEL']]);

/** Predicts every probe first, then lets them happen, and compares. */
export async function proveAccess(program: ProbeProgram, perClass: number): Promise<Comparison[]> {
  const probes = makeProbes(program.classes, perClass);
  const target = await openLiveTarget(program.pid);
  try {
    const reader = new AccessReader(target.pages, { smaps: { maxAgeMs: 0 }, pkru: undefined });
    const facts = probes.map(({ address }) => reader.facts(address));
    const predictions = facts.map(predictAccess);
    const truths = await program.ask(probes);
    return probes.map((probe, i) => {
      const prediction = predictions[i];
      const truth = truths[i];
      if (!prediction || !truth) throw new Error('every probe has a prediction and an answer');
      return compare(probe, prediction, truth, facts[i]?.word);
    });
  } finally {
    target.dispose();
  }
}

function compare(probe: Probe, prediction: AccessPrediction, truth: Truth, word: bigint | undefined): Comparison {
  if (probe.access === 'R' || probe.access === 'W') {
    const { outcome, errno, unless } = probe.access === 'R' ? prediction.kernelRead : prediction.kernelWrite;
    const happened = truth.errno === 0 ? 'ok' : truth.errno === 14 ? 'EFAULT' : `errno ${truth.errno}`;
    const predicted = errno ?? 'ok';
    return { probe, predicted, happened, agrees: predicted === happened && truth.signal === 0, unless, effect: undefined, outcome };
  }
  const user = { r: prediction.read, w: prediction.write, x: prediction.execute }[probe.access];
  const predicted = user.outcome === 'fault' ? `${user.signal} ${user.code} ${user.faultAddress?.toString(16)}` : 'ok';
  const happened = truth.signal === 0 ? 'ok' : `${SIGNALS.get(truth.signal) ?? truth.signal} ${CODES.get(`${truth.signal}:${truth.code}`) ?? truth.code} ${truth.faultAddress.toString(16)}`;
  return { probe, predicted, happened, agrees: predicted === happened, unless: user.unless, effect: truth.signal === 0 ? effectOf(user.outcome, probe.access, truth, word) : undefined, outcome: user.outcome };
}

/** What must be seen in the page table after an access that went through, given what stood there before, in the child and (`word`) in the program itself. */
function effectOf(outcome: string, access: ProbeAccess, { before, after }: Truth, word: bigint | undefined): boolean | undefined {
  const present = (w: bigint): boolean => w >> 63n === 1n;
  const file = (w: bigint): boolean => ((w >> 61n) & 1n) === 1n;
  switch (outcome) {
    case 'demand-zero': return !present(before) && present(after);
    case 'stack-growth': return before === 0n && present(after) && !file(after);
    case 'page-in': return !present(before) && present(after) && file(after);
    // Another page than the program's own: a copy. A child may have copied a page of its stack before the probe.
    case 'copy-on-write': return access === 'w' ? present(after) && !file(after) && after !== word : undefined;
    default: return undefined;
  }
}

