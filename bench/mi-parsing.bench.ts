import { MiStream } from '../src/main/gdb/mi-parser/mi-stream.ts';
import { pidOf, start, stop } from './lib/children.ts';
import { interleave } from './lib/figures.ts';
import { cdtParse, gdbMiParse, type Parse } from './lib/mi-peers.ts';
import { recordMi } from './lib/mi-recording.ts';
import { compile } from './lib/programs.ts';
import { heading, row, type Table } from './lib/rows.ts';

/** What one read of a pipe gives at most, and what one of a pseudo-terminal gives. */
const PIPE_BYTES = 64 * 1024;
const TERMINAL_BYTES = 4096;

/** MB/s (10^6 bytes) over one recording of a real session; the same bytes for all. */
export default async function miParsing(): Promise<Table> {
  const node = start(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { bytes, composition } = await recordMi(compile('chatty', ['-g', '-O0']), pidOf(node));
  await stop(node);

  const chunks = cut(bytes, PIPE_BYTES);
  const tokens = tokensIn(bytes);
  const found: Record<string, number> = {};
  const speed = (name: string, parse: Parse) => (): number => {
    const begin = performance.now();
    found[name] = parse();
    return bytes.length / 1000 / (performance.now() - begin);
  };
  const [first, cdtFigures, gdbMiFigures] = await interleave([
    { name: 'ours', run: speed('ours', ourParse(chunks)) },
    { name: 'cdt', run: speed('cdt-gdb-adapter', await cdtParse(chunks, tokens)) },
    { name: 'gdb-mi', run: speed('gdb-mi-parser', gdbMiParse(bytes)) },
  ]);
  if (!first || !cdtFigures || !gdbMiFigures) throw new Error('a contender is missing');
  const terminalChunks = cut(bytes, TERMINAL_BYTES);
  const [small, cdtSmall] = await interleave([
    { name: 'ours', run: speed('ours, 4 KiB', ourParse(terminalChunks)) },
    { name: 'cdt', run: speed('cdt-gdb-adapter, 4 KiB', await cdtParse(terminalChunks, tokens)) },
  ]);
  const { records, emptyStreams, malformed } = survey(chunks);
  const prompts = (found['ours'] ?? 0) - records;
  const counts = Object.entries(found).map(([name, count]) => `${name} ${name.startsWith('ours') ? count - prompts : name.startsWith('cdt') ? count + emptyStreams : count}`);
  const parts = composition.map(({ about, bytes: size }) => `${about} ${(size / 1e6).toFixed(1)}`).join(', ');
  const unit = 'MB/s';
  return {
    title: heading(`MI parsing: ${(bytes.length / 1e6).toFixed(1)} MB that gdb printed just now (MB: ${parts})`, `records without prompts: ${counts.join('; ')}; malformed to us: ${malformed}`),
    rows: [
      row({ what: 'reads of 64 KiB, warm', ours: first.warm, beside: 'cdt-gdb-adapter', theirs: cdtFigures.warm, unit, aim: { atLeast: 3 } }),
      row({ what: 'reads of 64 KiB, warm', ours: first.warm, beside: 'gdb-mi-parser', theirs: gdbMiFigures.warm, unit, aim: { atLeast: 2 } }),
      row({ what: 'reads of 64 KiB, first', ours: first.first, beside: 'cdt-gdb-adapter', theirs: cdtFigures.first, unit }),
      row({ what: 'reads of 64 KiB, first', ours: first.first, beside: 'gdb-mi-parser', theirs: gdbMiFigures.first, unit }),
      row({ what: 'reads of 4 KiB, warm', ours: small?.warm ?? Number.NaN, beside: 'cdt-gdb-adapter', theirs: cdtSmall?.warm ?? Number.NaN, unit, aim: { atLeast: 3 } }),
    ],
  };
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

function ourParse(chunks: readonly Buffer[]): Parse {
  return () => {
    const stream = new MiStream();
    let records = 0;
    for (const chunk of chunks) records += stream.push(chunk).length;
    return records + stream.end().length;
  };
}

/** What the peers do not report: prompts, and cdt-gdb-adapter's parser no stream record with an empty text. */
function survey(chunks: readonly Buffer[]): { records: number; emptyStreams: number; malformed: number } {
  const stream = new MiStream();
  const all = [...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.end()];
  return {
    records: all.filter((record) => record.kind !== 'prompt').length,
    emptyStreams: all.filter((record) => record.kind === 'stream' && record.text === '').length,
    malformed: all.filter((record) => record.kind === 'malformed').length,
  };
}

function tokensIn(bytes: Buffer): number[] {
  return [...bytes.toString('latin1').matchAll(/^(\d+)\^/gm)].map(([, token]) => Number(token));
}
