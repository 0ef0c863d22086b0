import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toAddress } from '../src/shared/address/address.ts';
import { MAX_READ_BYTES } from '../src/shared/rpc/contracts/memory.ts';
import { scratchFolder } from './lib/children.ts';
import { elapsedMs, interleave, median } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { residentMib, resetPeak } from './lib/memory-use.ts';
import { compile, fact, launch, runToEnd } from './lib/programs.ts';
import { note, row } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';

const BYTES = 1024 ** 3;
const MIB = BYTES / 1024 ** 2;
/** What the floor reads with: the size that measured fastest for pread(2) on /proc/PID/mem. */
const FLOOR_CHUNK_BYTES = 64 * 1024;

/** 1 GiB of another process's memory: through the memory service, and into a file. */
export default async function memory(): Promise<{ title: string; rows: Record<string, string | number>[] }> {
  const program = await launch(compile('filler'), [String(BYTES)]);
  const preadLoop = compile('pread_loop');
  const start = toAddress(fact(program.facts, 'start'));
  const services = openServices();
  const { sessionId } = await services.handlers.sessions.calls.observe({ pid: program.pid }, context);

  const throughput = (ms: number): number => MIB / (ms / 1000);
  const read = (call: (at: bigint) => Promise<{ readonly ranges: readonly { readonly kind: string }[] }>) => async (): Promise<number> =>
    throughput(
      await elapsedMs(async () => {
        for (let done = 0; done < BYTES; done += MAX_READ_BYTES) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other, as a scrolling or searching window asks
          const { ranges } = await call(start + BigInt(done));
          if (ranges.length !== 1 || ranges[0]?.kind !== 'valid') throw new Error('a hole in memory that has none');
        }
      }),
    );
  const params = (at: bigint) => ({ sessionId, start: toAddress(at), lengthBytes: MAX_READ_BYTES, touchNotPresent: false });
  const loop = (...file: string[]): number => Number(fact(runToEnd(preadLoop, [String(program.pid), String(start), String(BYTES), String(FLOOR_CHUNK_BYTES), ...file]), 'elapsed_ns')) / 1e6;

  const [ours, floor, window] = await interleave([
    { name: 'ours', run: read(async (at) => services.handlers.memory.calls.read(params(at), context)) },
    { name: 'pread', run: () => throughput(loop()) },
    { name: 'ours, through the channel', run: read((at) => services.clients.memory.read(params(at))) },
  ]);

  const folder = fastFolder();
  const path = join(folder, 'dump');
  const peaks: number[] = [];
  const baselines: number[] = [];
  const gdb = new GdbPipe('console', ['-p', String(program.pid)]);
  const gdbPeaks: number[] = [];
  await gdb.send('show version');
  const timedDump = async (dump: () => unknown): Promise<number> => {
    rmSync(path, { force: true });
    const ms = await elapsedMs(dump);
    if (statSync(path).size !== BYTES) throw new Error('the dump is not whole');
    return ms;
  };
  const [dump, gdbDump, floorDump] = await interleave([
    {
      name: 'ours',
      run: async () => {
        resetPeak('self');
        baselines.push(residentMib('self').now);
        const ms = await timedDump(() => services.handlers.memory.calls.dump({ sessionId, start, lengthBytes: BigInt(BYTES), path, fill: undefined }, context));
        peaks.push(residentMib('self').peak);
        return ms;
      },
    },
    {
      name: 'gdb',
      run: async () => {
        resetPeak(gdb.pid);
        const ms = await timedDump(() => gdb.send(`dump memory ${path} ${start} ${start + BigInt(BYTES)}`));
        gdbPeaks.push(residentMib(gdb.pid).peak);
        return ms;
      },
    },
    { name: 'C', run: () => timedDump(() => loop(path)) },
  ]);
  await gdb.stop();
  rmSync(folder, { recursive: true, force: true });
  await services.dispose();
  await program.stop();
  if (!ours || !floor || !window || !dump || !gdbDump || !floorDump) throw new Error('a contender is missing');

  const unit = 'MiB/s';
  return {
    title: '1 GiB of memory, all present',
    rows: [
      row({ what: 'memory.read, 16 MiB a call, first', ours: ours.first, beside: 'C pread 64 KiB', theirs: floor.first, unit, aim: { atLeast: 0.75 } }),
      row({ what: 'memory.read, 16 MiB a call, warm', ours: ours.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit, aim: { atLeast: 0.75 } }),
      row({ what: 'memory.read through channel and codec, warm', ours: window.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit }),
      row({ what: 'memory.dump, first', ours: dump.first, beside: 'gdb dump memory', theirs: gdbDump.first, unit: 'ms', aim: { faster: 2.5 } }),
      row({ what: 'memory.dump, warm', ours: dump.warm, beside: 'gdb dump memory', theirs: gdbDump.warm, unit: 'ms', aim: { faster: 2.5 } }),
      row({ what: 'memory.dump, warm', ours: dump.warm, beside: 'C pread + write', theirs: floorDump.warm, unit: 'ms' }),
      row({ what: 'memory.dump, peak resident', ours: median(peaks), beside: 'gdb', theirs: median(gdbPeaks), unit: 'MiB', aim: { atMost: 0.5 } }),
      note('memory.dump, growth of our resident memory', `${Math.max(...peaks.map((peak, index) => peak - (baselines[index] ?? 0))).toFixed(1)} MiB at most`),
    ],
  };
}

/** A file system in memory, so that the disk is not what is measured. */
function fastFolder(): string {
  return existsSync('/dev/shm') ? mkdtempSync('/dev/shm/vmatlas-bench-') : scratchFolder();
}
