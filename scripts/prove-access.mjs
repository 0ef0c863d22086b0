#!/usr/bin/env node
/** `npm run prove:access`: the full comparison of predicted and real memory accesses. Needs a C compiler; the smaller one is in the integration tests. */
import { inRepo } from './lib/paths.mjs';
import { run } from './lib/run.mjs';

const result = await run(process.execPath, ['--import', 'tsx', inRepo('src/main/target/live/testing/prove-access.ts')], { output: 'show' });
if (!result.ok) {
  if (result.error) console.error(result.error.message);
  process.exitCode = result.code ?? 1;
}
