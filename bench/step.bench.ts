import { compile, launch } from './lib/programs.ts';
import type { CodePlace } from '../src/shared/model/code.ts';
import type { SessionState } from '../src/shared/model/session.ts';
import type { Clients } from '../src/shared/rpc/services.ts';
import { elapsedMs, interleave } from './lib/figures.ts';
import { GdbPipe } from './lib/gdb-pipe.ts';
import { heading, row, type Table } from './lib/rows.ts';
import { openServices } from './lib/services.ts';

/** Steps of one figure: a single one is over in a millisecond. */
const STEPS = 20;

/** One step over a line: from the call until everything that the window shows of the new stop is there, beside a raw `-exec-next` until its `*stopped`. */
export default async function step(): Promise<Table> {
  const program = compile('stepper', ['-g', '-O0']);
  const [target, peerTarget] = [await launch(program), await launch(program)];
  const services = openServices();
  const peer = new GdbPipe('mi3');
  try {
    const views = await Views.open(services.clients, target.pid);
    await peer.send(`-target-attach ${peerTarget.pid}`);
    await peer.send('-break-insert turn');
    await peer.sendAndStop('-exec-continue');
    await peer.send('-break-delete 1');
    const [ours, stop, raw] = await interleave([
      { name: 'vmatlas', run: () => each(() => views.step()) },
      { name: 'vmatlas, to the stop', run: () => each(() => views.stepOnly()) },
      { name: 'gdb', run: () => each(() => peer.sendAndStop('-exec-next')) },
    ]);
    if (ours === undefined || stop === undefined || raw === undefined) throw new Error('a contender is missing');
    return {
      title: heading(`a single step over a line, mean of ${STEPS}`),
      rows: [
        row({ what: 'to the stop', ours: stop.warm, beside: '-exec-next to *stopped', theirs: raw.warm, unit: 'ms' }),
        row({ what: 'to all views: map, threads, frames, registers, breakpoints, source, disassembly', ours: ours.warm, beside: '-exec-next to *stopped', theirs: raw.warm, unit: 'ms' }),
      ],
    };
  } finally {
    await peer.stop();
    await services.dispose();
    await Promise.all([target.stop(), peerTarget.stop()]);
  }
}

async function each(run: () => Promise<unknown>): Promise<number> {
  const whole = await elapsedMs(async () => {
    for (let count = 0; count < STEPS; count++) {
      // oxlint-disable-next-line no-await-in-loop -- one step after the other is what is measured
      await run();
    }
  });
  return whole / STEPS;
}

/** What a window asks at each stop, through channel and codec. */
class Views {
  readonly #clients: Clients;
  readonly #sessionId: string;
  #have: string | undefined;
  #waiting: ((state: SessionState) => void) | undefined;

  private constructor(clients: Clients, sessionId: string) {
    this.#clients = clients;
    this.#sessionId = sessionId;
    clients.sessions.on('state', (state) => {
      if (state.phase === 'stopped') this.#waiting?.(state);
    });
  }

  static async open(clients: Clients, pid: number): Promise<Views> {
    const { sessionId } = await clients.sessions.observe({ pid });
    await clients.sessions.attach({ sessionId });
    const views = new Views(clients, sessionId);
    const made = await clients.debug.insertBreakpoint({ sessionId, location: 'turn', temporary: true });
    if (made.locations.length !== 1) throw new Error('no place to step from');
    await views.#resume('continue');
    await views.#load();
    return views;
  }

  stepOnly(): Promise<unknown> {
    return this.#resume('step-over');
  }

  async step(): Promise<void> {
    await this.#resume('step-over');
    await this.#load();
  }

  async #resume(kind: 'continue' | 'step-over'): Promise<void> {
    const stopped = new Promise<SessionState>((resolve) => (this.#waiting = resolve));
    await this.#clients.sessions.resume({ sessionId: this.#sessionId, kind, threadId: 1 });
    await stopped;
  }

  async #load(): Promise<void> {
    const { map, debug, code } = this.#clients;
    const sessionId = this.#sessionId;
    const frame = { threadId: 1, frameLevel: 0 };
    const at: CodePlace = { kind: 'frame', ...frame };
    const [, , frames, registers, , source, instructions] = await Promise.all([
      map.snapshot({ sessionId }), debug.threads({ sessionId }), debug.frames({ sessionId, threadId: 1, low: 0, high: 63 }), debug.registers({ sessionId, ...frame, vectors: false }),
      debug.breakpoints({ sessionId }), code.source({ sessionId, at, ...(this.#have === undefined ? {} : { have: this.#have }) }), code.disassemble({ sessionId, at, limit: 400, frame }),
    ]);
    if (source.source.kind === 'text') this.#have = source.source.version;
    if (frames.frames.length === 0 || registers.registers.length === 0 || source.source.kind === 'none' || instructions.disassembly.instructions.length === 0) throw new Error('the picture is not whole');
  }
}
