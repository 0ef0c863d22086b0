/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} [unsteady] the tests among the passed ones that did not pass at once, each with why not
 */

/** @type {Tally} something other than a test failed: a set-up, a build */
export const failure = { passed: 0, failed: 1, skipped: 0 };

/**
 * A check that is either right or wrong.
 * @param {boolean} ok
 * @returns {Tally}
 */
export function single(ok) {
  return ok ? { passed: 1, failed: 0, skipped: 0 } : failure;
}

/**
 * @param {Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** @param {Tally} total */
export function exitStatus(total) {
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/**
 * Never lets a broken run look like a good one: an exit status without a failed test (a crash, an unhandled rejection,
 * a file that does not load) counts as a failure, and so does a run in which nothing ran.
 * @param {Tally} tally
 * @param {boolean} exitedWell
 * @returns {Tally}
 */
function distrust(tally, exitedWell) {
  const nothingRan = tally.passed + tally.failed === 0;
  return tally.failed === 0 && (!exitedWell || nothingRan) ? { ...tally, failed: 1 } : tally;
}

/**
 * @param {unknown} report what vitest's json reporter wrote, undefined if it wrote nothing
 * @param {boolean} exitedWell
 * @returns {Tally}
 */
export function vitestTally(report, exitedWell) {
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0, testResults = [] } =
    /** @type {{ numPassedTests?: number, numFailedTests?: number, numPendingTests?: number, numTodoTests?: number, testResults?: { status: string, assertionResults: { fullName?: string, status?: string, failureMessages?: string[] }[] }[] }} */ (report ?? {});
  // A file that does not load has failed, but holds no test that has.
  const brokenFiles = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  // A test that passed at its second try brings the message of the first along.
  const second = testResults.flatMap((file) => file.assertionResults.filter(({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0));
  const tally = distrust({ passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests }, exitedWell);
  return withUnsteady(tally, second.map(({ fullName = '', failureMessages = [] }) => unsteady(fullName, failureMessages[0])));
}

/**
 * @param {unknown} report what Playwright's json reporter wrote, undefined if it wrote nothing
 * @param {boolean} exitedWell
 * @returns {Tally}
 */
export function playwrightTally(report, exitedWell) {
  const { stats = {}, suites = [] } = /** @type {{ stats?: { expected?: number, unexpected?: number, flaky?: number, skipped?: number }, suites?: Suite[] }} */ (report ?? {});
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = stats;
  return withUnsteady(distrust({ passed: expected + flaky, failed: unexpected, skipped }, exitedWell), suites.flatMap((suite) => flakySpecs(suite)));
}

/**
 * @typedef {object} Suite
 * @property {string} [title]
 * @property {Suite[]} [suites]
 * @property {{ title: string, tests: { status: string, results: { error?: { message?: string } }[] }[] }[]} [specs]
 */

/**
 * @param {Suite} suite
 * @returns {string[]}
 */
function flakySpecs({ title = '', suites = [], specs = [] }) {
  const own = specs.flatMap((spec) =>
    spec.tests.filter((test) => test.status === 'flaky').map((test) => unsteady(`${title} ${spec.title}`, test.results.find((result) => result.error)?.error?.message)),
  );
  return [...own, ...suites.flatMap((inner) => flakySpecs(inner))];
}

/**
 * @param {string} name
 * @param {string} [message]
 */
function unsteady(name, message = '') {
  return `${name}: ${message.split('\n')[0]}`;
}

/**
 * @param {Tally} tally
 * @param {string[]} names
 * @returns {Tally}
 */
function withUnsteady(tally, names) {
  return names.length === 0 ? tally : { ...tally, unsteady: names };
}
