import { RegionTable } from '../src/shared/model/region-table.ts';
import { scratchFolder } from './lib/children.ts';
import { elapsedMs, interleave } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { compile, fact, launch, runToEnd } from './lib/programs.ts';
import { heading, row, type Row, type Table } from './lib/rows.ts';
import { context, openServices } from './lib/services.ts';

const MAPPINGS = 60_000;

/** From the PID to a map that a window could draw: opened, read, parsed, classified. */
export default async function maps(): Promise<Table> {
  const mapper = compile('mapper');
  const stopwatch = compile('stopwatch');
  const rows: Row[] = [];
  const notes: string[] = [];
  /* oxlint-disable no-await-in-loop -- one measurement at a time */
  for (const [what, args] of [['anonymous', []], ['half of a file', [`${scratchFolder()}/mapped file`]]] as const) {
    const program = await launch(mapper, [String(MAPPINGS), ...args]);
    const services = openServices();
    const gdb = new GdbPipe('console');
    let regions = 0;
    const open = (snapshot: (pid: number) => Promise<{ length: number; close: () => Promise<unknown> }>) => async (): Promise<number> => {
      let close: (() => Promise<unknown>) | undefined;
      const ms = await elapsedMs(async () => {
        const opened = await snapshot(program.pid);
        regions = opened.length;
        ({ close } = opened);
      });
      await close?.();
      return ms;
    };
    const ours = open(async (pid) => {
      const { sessionId } = await services.handlers.sessions.calls.observe({ pid }, context);
      const { regions: columns } = await services.handlers.map.calls.snapshot({ sessionId }, context);
      return { length: columns.length, close: async () => services.handlers.sessions.calls.close({ sessionId }, context) };
    });
    const window = open(async (pid) => {
      const { sessionId } = await services.clients.sessions.observe({ pid });
      const table = new RegionTable((await services.clients.map.snapshot({ sessionId })).regions);
      return { length: table.length, close: () => services.clients.sessions.close({ sessionId }) };
    });
    await gdb.send('show version');
    const [our, cat, gdbs, windows] = await interleave([
      { name: 'ours', run: ours },
      { name: 'cat', run: () => Number(fact(runToEnd(stopwatch, ['cat', `/proc/${program.pid}/maps`]), 'elapsed_ns')) / 1e6 },
      { name: 'gdb', run: () => elapsedMs(() => gdb.send(`info proc mappings ${program.pid}`)) },
      { name: 'ours, through the channel', run: window },
    ]);
    if (!our || !cat || !gdbs || !windows) throw new Error('a contender is missing');
    const unit = 'ms';
    rows.push(
      row({ what: `${what}, first`, ours: our.first, beside: 'cat', theirs: cat.first, unit, aim: { atMost: 4 } }),
      row({ what: `${what}, warm`, ours: our.warm, beside: 'cat', theirs: cat.warm, unit, aim: { atMost: 4 } }),
      row({ what: `${what}, first`, ours: our.first, beside: 'gdb info proc mappings', theirs: gdbs.first, unit, aim: { faster: 15 } }),
      row({ what: `${what}, warm`, ours: our.warm, beside: 'gdb info proc mappings', theirs: gdbs.warm, unit, aim: { faster: 15 } }),
      row({ what: `${what}, through channel and codec, warm`, ours: windows.warm, beside: 'cat', theirs: cat.warm, unit }),
    );
    notes.push(`${what}: ${regions} regions to draw, gaps included`);
    await gdb.stop();
    await services.dispose();
    await program.stop();
  }
  /* oxlint-enable no-await-in-loop */
  return { title: heading(`${MAPPINGS} mappings read, parsed and classified (session opened anew each time)`, ...notes), rows };
}
