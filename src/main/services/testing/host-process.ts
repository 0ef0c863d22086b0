/**
 * A host without a window, for tests that end a host the hard way. Attaches to a process as told and prints `ready`; ends its services on SIGTERM.
 *
 *     host-process.ts attach PID  stopped|running  none|software|hardware  LOCATION
 *     host-process.ts launch PROGRAM  stopped|running  none|software|hardware  LOCATION
 */
import type { CallContext } from '../../../shared/rpc/contract.ts';
import type { SessionState } from '../../../shared/model/session.ts';
import { createServices } from '../create-services.ts';

const [how = '', what = '', state = '', breakpoint = '', location = ''] = process.argv.slice(2);
const services = createServices({
  hostKind: 'web', demoProgram: undefined, productVersion: 'test', recentsPath: '/dev/null/none', report: () => undefined,
});
const { sessions, debug } = services.handlers;
const context: CallContext = { signal: new AbortController().signal, progress: () => undefined };

process.on('SIGTERM', () => {
  void services.dispose().then(() => process.exit(0));
});

async function open(): Promise<SessionState> {
  if (how === 'launch') return sessions.calls.launch({ program: what, args: [], cwd: '', env: {}, stopAt: 'main' }, context);
  const { sessionId } = await sessions.calls.observe({ pid: Number(what) }, context);
  return sessions.calls.attach({ sessionId }, context);
}

const { sessionId, target } = await open();
if (breakpoint !== 'none') {
  // A condition that never holds: gdb goes on by itself, and the breakpoint stays inserted while the process runs.
  await debug.calls.insertBreakpoint({ sessionId, location, condition: '0', hardware: breakpoint === 'hardware' }, context);
}
if (state === 'running') await sessions.calls.resume({ sessionId, kind: 'continue' }, context);
process.stdout.write(`ready ${target?.pid ?? 0}\n`);
// Nothing else keeps this process: a session that only looks holds no descriptor that Node waits for.
setInterval(() => undefined, 60_000);
