import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toAddress } from '../src/shared/address/address.ts';
import { MAX_READ_BYTES } from '../src/shared/rpc/contracts/memory.ts';
import { openLiveTarget } from '../src/main/target/live/live-target.ts';
import { scratchFolder } from './lib/children.ts';
import { elapsedMs, interleave, median } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { residentMib, resetPeak } from './lib/memory-use.ts';
import { compile, fact, launch, runToEnd } from './lib/programs.ts';
import { heading, row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';

const BYTES = 1024 ** 3;
const MIB = BYTES / 1024 ** 2;
/** The size that measured fastest for pread(2) on /proc/PID/mem, for the floor and for us. */
const PIECE_BYTES = 64 * 1024;

/** 1 GiB of another process's memory: through the memory service, and into a file. */
export default async function memory(): Promise<Table> {
  const program = await launch(compile('filler'), [String(BYTES)]);
  const preadLoop = compile('pread_loop');
  const start = toAddress(fact(program.facts, 'start'));
  const services = openServices();
  const { sessionId } = await services.handlers.sessions.calls.observe({ pid: program.pid }, context);

  const throughput = (ms: number): number => MIB / (ms / 1000);
  const read = (pieceBytes: number, call: (at: bigint, lengthBytes: number) => Promise<{ readonly ranges: readonly { readonly kind: string }[] }>) => async (): Promise<number> =>
    throughput(
      await elapsedMs(async () => {
        for (let done = 0; done < BYTES; done += pieceBytes) {
          // oxlint-disable-next-line no-await-in-loop -- one after the other, as a window asks
          const { ranges } = await call(start + BigInt(done), pieceBytes);
          if (ranges.length !== 1 || ranges[0]?.kind !== 'valid') throw new Error('a hole in memory that has none');
        }
      }),
    );
  const params = (at: bigint, lengthBytes: number) => ({ sessionId, start: toAddress(at), lengthBytes, touchNotPresent: false });
  const service = async (at: bigint, lengthBytes: number) => services.handlers.memory.calls.read(params(at, lengthBytes), context);
  const loop = (...file: string[]): number => Number(fact(runToEnd(preadLoop, [String(program.pid), String(start), String(BYTES), String(PIECE_BYTES), ...file]), 'elapsed_ns')) / 1e6;

  const target = await openLiveTarget(program.pid);
  const buffer = new Uint8Array(PIECE_BYTES);
  const stream = (): number => {
    for (let done = 0; done < BYTES; done += PIECE_BYTES) if (target.readInto(toAddress(start + BigInt(done)), buffer) !== PIECE_BYTES) throw new Error('a hole in memory that has none');
    return 0;
  };
  const [bulk, floor, mebibyte, most, window] = await interleave([
    { name: 'bulk path', run: async () => throughput(await elapsedMs(stream)) },
    { name: 'C', run: () => throughput(loop()) },
    { name: '1 MiB a call', run: read(1024 ** 2, service) },
    { name: '16 MiB a call', run: read(MAX_READ_BYTES, service) },
    { name: '1 MiB a call through the channel', run: read(1024 ** 2, (at, lengthBytes) => services.clients.memory.read(params(at, lengthBytes))) },
  ]);
  target.dispose();

  const path = join(fastFolder(), 'dump');
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
  rmSync(path, { force: true });
  await services.dispose();
  await program.stop();
  if (!bulk || !floor || !mebibyte || !most || !window || !dump || !gdbDump || !floorDump) throw new Error('a contender is missing');

  const growth = Math.max(...peaks.map((peak, index) => peak - (baselines[index] ?? 0)));
  const unit = 'MiB/s';
  const aim = { atLeast: 0.75 };
  return {
    title: heading('1 GiB of memory, all present', `the dump makes our resident memory grow by ${growth.toFixed(1)} MiB at most`),
    rows: [
      row({ what: 'bulk path (as dump reads), first', ours: bulk.first, beside: 'C pread 64 KiB', theirs: floor.first, unit, aim }),
      row({ what: 'bulk path (as dump reads), warm', ours: bulk.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit, aim }),
      row({ what: 'memory.read, 1 MiB a call, first', ours: mebibyte.first, beside: 'C pread 64 KiB', theirs: floor.first, unit, aim }),
      row({ what: 'memory.read, 1 MiB a call, warm', ours: mebibyte.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit, aim }),
      row({ what: 'memory.read, 16 MiB a call, warm', ours: most.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit }),
      row({ what: 'memory.read, 1 MiB a call, through channel and codec, warm', ours: window.warm, beside: 'C pread 64 KiB', theirs: floor.warm, unit }),
      row({ what: 'memory.dump, warm', ours: throughput(dump.warm), beside: 'C pread + write', theirs: throughput(floorDump.warm), unit, aim }),
      row({ what: 'memory.dump, first', ours: dump.first, beside: 'gdb dump memory', theirs: gdbDump.first, unit: 'ms', aim: { faster: 2.5 } }),
      row({ what: 'memory.dump, warm', ours: dump.warm, beside: 'gdb dump memory', theirs: gdbDump.warm, unit: 'ms', aim: { faster: 2.5 } }),
      row({ what: 'memory.dump, peak resident', ours: median(peaks), beside: 'gdb', theirs: median(gdbPeaks), unit: 'MiB', aim: { atMost: 0.5 } }),
    ],
  };
}

/** A file system in memory, so that the disk is not what is measured. */
function fastFolder(): string {
  return scratchFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined);
}
