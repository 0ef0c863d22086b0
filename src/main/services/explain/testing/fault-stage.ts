import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExplainAnswer } from '../../../../shared/model/explanation.ts';
import { scratchFolder } from '../../../testing/compile.ts';
import { LiveHost } from '../../testing/live-host.ts';
import { until } from '../../testing/process-truth.ts';

/** One run of a program up to its stop or end. */
export interface Act {
  readonly answer: ExplainAnswer;
  /** What the program printed of itself, KEY VALUE by line. */
  readonly facts: ReadonlyMap<string, string>;
  /** /proc/PID/maps at the stop, as the kernel has it; '' when the program has ended. */
  readonly maps: string;
  readonly pid: number;
  /** How it ended, when it did. */
  readonly ending: string | undefined;
}

let stages = 0;

/**
 * Runs one program again and again under one gdb, each time with another mode: the program reads it from a file, so that its arguments stay the same.
 */
export class FaultStage {
  readonly host = new LiveHost();
  readonly #program: string;
  readonly #file: string;
  #sessionId: string | undefined;
  #stops = 0;

  constructor(program: string) {
    this.#program = program;
    this.#file = join(scratchFolder(), `mode-${++stages}`);
  }

  get sessionId(): string {
    if (this.#sessionId === undefined) throw new Error('nothing has run yet');
    return this.#sessionId;
  }

  /** `lastKey`: the program prints it last before it faults. */
  async run(mode: string, lastKey: string): Promise<Act> {
    writeFileSync(this.#file, mode);
    const { sessions } = this.host.calls;
    const before = this.host.printed('program').length;
    if (this.#sessionId === undefined) {
      this.#sessionId = (await sessions.launch({ program: this.#program, args: [`@${this.#file}`], cwd: '', env: {}, stopAt: '' }, this.host.context)).sessionId;
      await this.host.openTerminal(this.#sessionId, 'program');
    } else await sessions.restart({ sessionId: this.#sessionId }, this.host.context);
    const id = this.#sessionId;
    await this.host.untilState(id, `${mode} stops or ends`, (state) => (state.phase === 'stopped' && state.stopCount > this.#stops) || state.phase === 'exited');
    const printed = (): string => this.host.printed('program').slice(before).replaceAll('\r\n', '\n');
    await until(`${mode} prints ${lastKey}: ${printed()}`, () => new RegExp(`^${lastKey}\\b.*\\n`, 'm').test(printed()));
    const state = this.host.state(id);
    this.#stops = state.stopCount;
    const { answer } = await this.host.services.handlers.explain.calls.explain({ sessionId: id }, this.host.context);
    const pid = state.target?.pid ?? 0;
    const facts = new Map(printed().split('\n').map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
    return { answer, facts, maps: state.phase === 'stopped' ? readFileSync(`/proc/${pid}/maps`, 'utf8') : '', pid, ending: state.ending };
  }

  dispose(): Promise<void> {
    return this.host.dispose();
  }
}

export interface MapsLine {
  readonly start: bigint;
  readonly end: bigint;
  readonly perms: string;
}

/** The kernel's lines, read by these few and not by the product's parser. */
export function mapsLines(maps: string): readonly MapsLine[] {
  return maps.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]+)-([0-9a-f]+) (\S{4})/.exec(line);
    return match ? [{ start: BigInt(`0x${match[1] ?? ''}`), end: BigInt(`0x${match[2] ?? ''}`), perms: match[3] ?? '' }] : [];
  });
}
