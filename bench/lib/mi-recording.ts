import { GdbPipe } from './gdb-pipe.ts';

/** Bytes that a real gdb printed, with what they are answers to. */
export interface MiRecording {
  readonly bytes: Buffer;
  /** Megabytes by kind of answer, the largest first. */
  readonly composition: readonly { readonly about: string; readonly bytes: number }[];
}

/** How much of each kind. Frames, variables, registers and stops are what a debugger's window asks for over and over; the rest is asked once in a while. */
const SHARES = { frames: 5e6, variables: 5e6, registers: 4e6, stops: 2e6, symbols: 3e6, disassembly: 2e6, console: 1.5e6, memory: 0.5e6 };
/** Where the second gdb begins to count, so that a token means one command in the whole recording. */
const NODE_TOKENS = 500_000;
type About = keyof typeof SHARES;

/** Records a session of gdb on two programs: the one of bench/programs/chatty.c, compiled with -g, stepped and looked at; and node, attached to, for its symbols and libraries. */
export async function recordMi(chatty: string, nodePid: number): Promise<MiRecording> {
  const pieces = new Map<About, Buffer[]>();
  const size = (about: About): number => (pieces.get(about) ?? []).reduce((sum, piece) => sum + piece.length, 0);
  const wanted = (about: About): boolean => size(about) < SHARES[about];
  const keep = (about: About, output: Buffer): void => {
    const list = pieces.get(about) ?? [];
    list.push(output);
    pieces.set(about, list);
  };

  const gdb = new GdbPipe('mi3', [chatty]);
  const node = new GdbPipe('mi3', [], NODE_TOKENS);
  const ask = async (from: GdbPipe, about: About, command: string): Promise<void> => {
    if (wanted(about)) keep(about, await from.send(command));
  };
  /* oxlint-disable no-await-in-loop -- a session: one thing after the other */
  try {
    await gdb.send('-break-insert work');
    await gdb.sendAndStop('-exec-run');
    await node.sendAndStop(`-target-attach ${nodePid}`);
    for (let stopNumber = 0; (Object.keys(SHARES) as About[]).some(wanted); stopNumber++) {
      if (wanted('stops')) keep('stops', await gdb.sendAndStop(stopNumber % 3 === 0 ? '-exec-continue' : stopNumber % 3 === 1 ? '-exec-next' : '-exec-step'));
      await ask(gdb, 'frames', '-stack-list-frames 0 63');
      await ask(gdb, 'registers', '-data-list-register-values --skip-unavailable x');
      for (let frame = 0; frame < 16; frame++) {
        const level = (frame * 7 + stopNumber) % 120;
        await ask(gdb, 'variables', `-stack-list-variables --thread 1 --frame ${level} --all-values`);
        await ask(gdb, 'registers', `-data-list-register-values --thread 1 --frame ${level} r`);
      }
      await ask(gdb, 'frames', '-thread-info');
      await ask(gdb, 'disassembly', '-data-disassemble -s $pc -e "$pc + 256" -- 5');
      await ask(node, 'disassembly', `-data-disassemble -s "$pc + ${stopNumber * 512}" -e "$pc + ${stopNumber * 512} + 512" -- 2`);
      await ask(node, 'frames', '-stack-list-frames 0 63');
      await ask(node, 'registers', '-data-list-register-values --skip-unavailable N');
      await ask(node, 'console', '-interpreter-exec console "info sharedlibrary"');
      await ask(node, 'console', '-interpreter-exec console "info proc mappings"');
      await ask(node, 'console', '-interpreter-exec console "info all-registers"');
      await ask(node, 'memory', '-data-read-memory-bytes $sp 4096');
      await ask(gdb, 'symbols', '-symbol-info-types');
      await ask(node, 'symbols', `-symbol-info-functions --include-nondebug --name "^_ZN2v8.*${String.fromCharCode(97 + (stopNumber % 26))}" --max-results 2000`);
    }
  } finally {
    await Promise.all([gdb.stop(), node.stop()]);
  }
  /* oxlint-enable no-await-in-loop */
  // Shuffled together as they would be in a session: a stop, its registers, its frames, its variables …
  const bytes = Buffer.concat(mixed([...pieces.values()]));
  const composition = [...pieces.keys()].map((about) => ({ about, bytes: size(about) })).toSorted((a, b) => b.bytes - a.bytes);
  return { bytes, composition };
}

/** One list in which the items of each list are spread evenly. */
function mixed(lists: readonly (readonly Buffer[])[]): Buffer[] {
  return lists
    .flatMap((list) => list.map((item, index) => ({ item, place: (index + 0.5) / list.length })))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
