import { spawnSync } from 'node:child_process';
import { toAddress } from '../src/shared/address/address.ts';
import { parsePattern, type SearchType } from '../src/shared/analysis/search/parse-pattern.ts';
import type { SearchPattern } from '../src/shared/model/search.ts';
import { elapsedMs, interleave, median, type Contender, type Figures } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { residentMib, resetPeak } from './lib/memory-use.ts';
import { compile, fact, launch, runToEnd } from './lib/programs.ts';
import { heading, row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';

const BYTES = 1024 ** 3;
const NEEDLE_BYTES = 16;
/** What the host may take while it searches. */
const HOST_LIMIT_MIB = 200;

/** 16 bytes in 1 GiB of another process, all present; then patterns of other types. */
export default async function search(): Promise<Table> {
  const program = await launch(compile('filler'), [String(BYTES)]);
  const loop = compile('memmem_loop');
  const start = toAddress(fact(program.facts, 'start'));
  const end = toAddress(start + BigInt(BYTES));
  const services = openServices();
  const { sessionId } = await services.handlers.sessions.calls.observe({ pid: program.pid }, context);
  // The last bytes there are: whoever finds them has looked at all.
  const { ranges } = await services.handlers.memory.calls.read({ sessionId, start: toAddress(end - BigInt(NEEDLE_BYTES)), lengthBytes: NEEDLE_BYTES, touchNotPresent: false }, context);
  const [last] = ranges;
  if (last?.kind !== 'valid') throw new Error('the end of the memory can’t be read');
  const hex = Buffer.from(last.bytes).toString('hex');

  const peaks: number[] = [];
  const ours = (pattern: SearchPattern, expected?: number) => async (): Promise<number> => {
    resetPeak('self');
    const ms = await elapsedMs(async () => {
      const { total } = await services.handlers.search.calls.run({ sessionId, searchId: 'bench', pattern, scope: { kind: 'ranges', ranges: [{ start, end }] } }, context);
      if (expected !== undefined && total !== expected) throw new Error(`${total} places instead of ${expected}`);
    });
    peaks.push(residentMib('self').peak);
    return ms;
  };
  const floor = (): number => {
    const facts = runToEnd(loop, [String(program.pid), String(start), String(BYTES), hex]);
    if (fact(facts, 'hits') !== 1n) throw new Error('the floor found something else');
    return Number(fact(facts, 'elapsed_ns')) / 1e6;
  };
  const gdb = new GdbPipe('console');
  const bytesForGdb = [...last.bytes].map((byte) => `0x${byte.toString(16)}`).join(', ');
  /** Attached for its turn only: a process has one tracer, and scanmem is another. */
  const find = async (): Promise<number> => {
    await gdb.send(`attach ${program.pid}`);
    const ms = await elapsedMs(async () => {
      const said = (await gdb.send(`find /b ${start}, +${BYTES}, ${bytesForGdb}`)).toString();
      if (!said.includes('1 pattern found')) throw new Error(`gdb said ${said}`);
    });
    await gdb.send('detach');
    return ms;
  };

  const contenders: Contender[] = [{ name: 'ours', run: ours(parsePattern(hex, 'hex'), 1) }, { name: 'C', run: floor }, { name: 'gdb', run: find }];
  const scanmem = scanmemContender(program.pid, hex);
  if (scanmem) contenders.push(scanmem);
  const [own, memmem, gdbFind, scan] = await interleave(contenders);
  const hostPeak = median(peaks);
  await gdb.stop();

  const others: readonly (readonly [SearchType, string, { readonly ignoreCase?: boolean }])[] = [
    ['u32', '123456789', {}], ['i32', '1000±10', {}], ['u64', '1000..2000', {}], ['f32', '1.5±0.001', {}], ['pointer', '0x7f0000000000..0x7f0000001000', {}], ['hex', '1? 22 ?? 44 55 66 77', {}],
    ['text', 'hello world', { ignoreCase: true }], ['regex', 'id=[0-9]{4,}', {}],
  ];
  const measured = await interleave(others.map(([type, text, options]) => ({ name: `${type} ${text}`, run: ours(parsePattern(text, type, options)) })), 2);
  await services.dispose();
  await program.stop();
  if (!own || !memmem || !gdbFind) throw new Error('a contender is missing');

  const speed = (figures: Figures) => (1024 / figures.warm) * 1000;
  return {
    title: heading('16 bytes in 1 GiB of memory, all present', ...(scan ? [] : ['scanmem is not installed: its first scan is not measured'])),
    rows: [
      row({ what: 'search.run, first', ours: 1024 / (own.first / 1000), beside: 'C pread 64 KiB + memmem', theirs: 1024 / (memmem.first / 1000), unit: 'MiB/s' }),
      row({ what: 'search.run, warm', ours: speed(own), beside: 'C pread 64 KiB + memmem', theirs: speed(memmem), unit: 'MiB/s', aim: { atLeast: 0.9 } }),
      row({ what: 'search.run, warm', ours: own.warm, beside: 'gdb find', theirs: gdbFind.warm, unit: 'ms', aim: { faster: 1.4 } }),
      ...(scan ? [row({ what: 'search.run, warm', ours: own.warm, beside: 'scanmem first scan', theirs: scan.warm, unit: 'ms', aim: { faster: 10 } })] : []),
      row({ what: 'host memory while searching, peak', ours: hostPeak, beside: 'limit', theirs: HOST_LIMIT_MIB, unit: 'MiB', aim: { atMost: 1 } }),
      ...others.map(([type, text], i) => row({ what: `search.run ${type} ${text}`, ours: speed(measured[i] ?? own), beside: 'C memmem of 16 bytes', theirs: speed(memmem), unit: 'MiB/s' })),
    ],
  };
}

/** scanmem, from its start to the end of its first scan; undefined where it is not installed. */
function scanmemContender(pid: number, hex: string): Contender | undefined {
  if (spawnSync('scanmem', ['--version'], { stdio: 'ignore' }).error) return undefined;
  const bytes = hex.replaceAll(/(..)(?=.)/g, '$1 ');
  return {
    name: 'scanmem',
    run: () => elapsedMs(() => {
      const { stderr, stdout } = spawnSync('scanmem', ['-p', String(pid), '-e', '-c', `option region_scan_level 3;option scan_data_type bytearray;${bytes};exit`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      if (!/we currently have 1 match/.test(`${stdout}${stderr}`)) throw new Error(`scanmem said ${stdout}${stderr}`);
    }),
  };
}
