import { execFileSync, spawnSync } from 'node:child_process';
import { toAddress } from '../src/shared/address/address.ts';
import { MAX_SYMBOL_ROWS } from '../src/shared/rpc/contracts/symbols.ts';
import { elapsedMs, interleave } from './lib/figures.ts';
import { gdbEnvironment, QUIET } from './lib/gdb-pipe.ts';
import { residentMib, resetPeak } from './lib/memory-use.ts';
import { heading, row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';
import { nodeTarget } from './lib/targets.ts';

/** Every symbol of node: its names, readable names, kinds, sizes, sections and addresses, as the Sections view asks for them. */
export default async function symbols(): Promise<Table> {
  const target = await nodeTarget();
  const path = process.execPath;
  let total = 0;
  let firstRows = 0;
  let growth = 0;

  /** From a process that is open to the last row. Files are read and parsed anew: each round has services of its own. */
  const ours = async (): Promise<number> => {
    const services = openServices();
    const { calls } = services.handlers.symbols;
    const { sessionId } = await services.handlers.sessions.calls.observe({ pid: target.pid }, context);
    resetPeak('self');
    const before = residentMib('self').now;
    const ms = await elapsedMs(async () => {
      const { modules } = await calls.modules({ sessionId }, context);
      const begin = performance.now();
      const module = modules[0]?.base ?? toAddress(0n);
      total = 1;
      for (let first = 0; first < total; first += MAX_SYMBOL_ROWS) {
        // oxlint-disable-next-line no-await-in-loop -- as the view does: the first rows are to be seen before the last are asked for
        ({ total } = await calls.list({ sessionId, module, first, count: MAX_SYMBOL_ROWS }, context));
        if (first === 0) firstRows = performance.now() - begin;
      }
    });
    growth = residentMib('self').peak - before;
    await services.dispose();
    return ms;
  };
  const nm = (...args: string[]) => (): Promise<number> => elapsedMs(() => execFileSync('nm', [...args, path], { stdio: ['ignore', 'ignore', 'ignore'], maxBuffer: 1 << 28 }));
  const gdb = (): Promise<number> =>
    elapsedMs(() => {
      const { status } = spawnSync('gdb', [...QUIET, '-batch', '-ex', 'info variables', path], { stdio: ['ignore', 'ignore', 'ignore'], env: gdbEnvironment });
      if (status !== 0) throw new Error(`gdb ended with ${status}`);
    });

  const [own, plain, readable, variables] = await interleave([{ name: 'ours', run: ours }, { name: 'nm', run: nm() }, { name: 'nm -C', run: nm('-C') }, { name: 'gdb', run: gdb }], 3);
  await target.stop();
  if (!own || !plain || !readable || !variables) throw new Error('a contender is missing');
  return {
    title: heading(`Symbols of node, ${total} of them`, `the first ${MAX_SYMBOL_ROWS} are there after ${firstRows.toFixed(0)} ms; our resident memory grows by ${growth.toFixed(0)} MiB`),
    rows: [
      row({ what: 'all symbols with readable names, warm', ours: own.warm, beside: 'nm -C', theirs: readable.warm, unit: 'ms' }),
      row({ what: 'all symbols with readable names, warm', ours: own.warm, beside: 'nm', theirs: plain.warm, unit: 'ms' }),
      row({ what: 'all symbols with readable names, warm', ours: own.warm, beside: 'gdb info variables', theirs: variables.warm, unit: 'ms', aim: { faster: 1 } }),
    ],
  };
}
