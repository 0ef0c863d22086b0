import { compile, launch, runToEnd, fact } from './lib/programs.ts';
import { toAddress } from '../src/shared/address/address.ts';
import { parsePattern } from '../src/shared/analysis/search/parse-pattern.ts';
import { openLiveTarget } from '../src/main/target/live/live-target.ts';
import { WorkerPool } from '../src/main/search/worker-pool.ts';
import { search } from '../src/main/search/testing/searching.ts';
const BYTES = 1024 ** 3;
const program = await launch(compile('filler'), [String(BYTES)]);
const loop = compile('memmem_loop');
const start = fact(program.facts, 'start');
const target = await openLiveTarget(program.pid);
const pool = new WorkerPool(2); const pool1 = new WorkerPool(1);
const scope = { kind: 'ranges' as const, ranges: [{ start: toAddress(start), end: toAddress(start + BigInt(BYTES)) }] };
const hex = '00112233445566778899aabbccddeeff';
for (let i = 0; i < 4; i++) {
  const c = runToEnd(loop, [String(program.pid), String(start), String(BYTES), hex]);
  console.log('C', Number(fact(c, 'elapsed_ns')) / 1e6);
  console.log('2 workers', (await search(pool, target, parsePattern(hex, 'hex'), scope)).elapsedMs, '1 worker', (await search(pool1, target, parsePattern(hex, 'hex'), scope)).elapsedMs);
}
for (const [text, type] of [['123456789', 'u32'], ['1234567890123', 'i64'], ['1.5±0.1', 'f32'], ['?1 22 ?? 44', 'hex'], ['hello world', 'text'], ['hel+o', 'regex'], ['0x7fff00000000', 'pointer'],['12345678±5','u32'],['123','u8']] as const) {
  const r = await search(pool, target, parsePattern(text, type), scope);
  console.log(type, text, r.elapsedMs.toFixed(0), r.found.hits.count, r.ended);
}
const r = await search(pool, target, parsePattern('hello world', 'text', { ignoreCase: true }), scope);
console.log('icase', r.elapsedMs.toFixed(0));
await pool.dispose(); await pool1.dispose(); await program.stop(); process.exit(0);
