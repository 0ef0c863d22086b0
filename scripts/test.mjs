#!/usr/bin/env node
/**
 * `npm test`: sets up what the tests need, then runs the parts in order. The last line is `N passed, N failed, N skipped`.
 *
 *   npm test -- --only typecheck,lint    just these parts (and just their set-up)
 *
 * Type check, lint and import check count as one test each. A part in which no test ran has failed.
 */
import { whyUnsupported } from './lib/platform.mjs';

const refusal = whyUnsupported();
if (refusal) {
  console.error(refusal);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 2;
} else {
  const { runTests } = await import('./lib/test-run.mjs');
  process.exitCode = await runTests(process.argv.slice(2));
}
