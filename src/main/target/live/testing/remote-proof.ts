import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { toAddress, type Address } from '../../../../shared/address/address.ts';
import { compileC } from '../../../testing/compile.ts';
import { AccessReader } from '../../pages/access-reader.ts';
import { openLiveTarget } from '../live-target.ts';

/** A program that is not ours, stopped while it is looked at. */
export interface StoppedProgram {
  readonly name: string;
  readonly pid: number;
  stop(): Promise<void>;
}

const PROGRAMS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  python3: ['python3', '-c', 'import json, sys; data = [str(i) * 10 for i in range(50000)]; print("ready", flush=True); sys.stdin.read()'],
  node: [process.execPath, '-e', 'const data = Array.from({ length: 50000 }, (_, i) => `${i}`.repeat(10)); process.stdin.resume(); console.log("ready"); process.stdin.on("end", () => data.length)'],
};

/** python3 or node with some memory in use, stopped by SIGSTOP; undefined where the machine has none. */
export async function startStopped(name: 'python3' | 'node'): Promise<StoppedProgram | undefined> {
  const [command = '', ...args] = PROGRAMS[name] ?? [];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const started = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    createInterface({ input: child.stdout }).once('line', (line) => resolve(line === 'ready'));
    child.once('exit', () => resolve(false));
  });
  if (!started || child.pid === undefined) return undefined;
  child.kill('SIGSTOP');
  return {
    name,
    pid: child.pid,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

export interface RemoteComparison {
  readonly address: Address;
  readonly predicted: string;
  readonly happened: string;
  readonly reason: string;
}

/** Predicts reads by process_vm_readv all over the address space of a stopped program, lets them happen, and compares. */
export async function proveRemoteReads(program: StoppedProgram, perMapping: number): Promise<RemoteComparison[]> {
  const reader = compileC(readFileSync(join(import.meta.dirname, 'remote-reader.c'), 'utf8'), { name: 'remote-reader' });
  const target = await openLiveTarget(program.pid);
  try {
    const access = new AccessReader(target.pages, { smaps: { maxAgeMs: 0 }, pkru: undefined });
    const addresses = spread(access, perMapping);
    const predictions = addresses.map((address) => access.predict(address).otherProcessRead);
    const printed = execFileSync(reader, [String(program.pid)], { input: addresses.map((address) => address.toString(16)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 26 });
    const errnos = printed.trim().split('\n');
    return addresses.map((address, i) => ({
      address, predicted: predictions[i]?.errno ?? 'ok', happened: errnos[i] === '0' ? 'ok' : errnos[i] === '14' ? 'EFAULT' : `errno ${errnos[i]}`, reason: predictions[i]?.reason ?? '',
    }));
  } finally {
    target.dispose();
  }
}

/** Both ends of every mapping and places between, and what lies beside it. */
function spread(access: AccessReader, perMapping: number): Address[] {
  const addresses: bigint[] = [0n, 0x1000n, 0x7fff_ffff_f000n, 0x8000_0000_0000n, 0xffff_8000_0000_0000n];
  for (let row = 0; row < access.mappings.length; row++) {
    const { start, end } = access.mapping(row);
    addresses.push(start, end - 1n, end);
    if (start > 0n) addresses.push(start - 1n);
    for (let i = 1; i <= perMapping; i++) addresses.push(start + ((end - start) * BigInt(i)) / BigInt(perMapping + 1));
  }
  return [...new Set(addresses)].map(toAddress);
}
