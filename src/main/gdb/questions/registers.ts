import type { RegisterGroup, RegisterValue } from '../../../shared/model/debug.ts';
import { VmatlasError } from '../../../shared/model/errors.ts';
import type { MiConnection } from '../connection/mi-connection.ts';
import { dataListRegisterNames, dataListRegisterValues } from '../mi-commands/stack-commands.ts';

const general = ['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15', 'rip'];

/** What is shown, by name, in this order. The parts and overlays of these (al, ax, eax, xmm under ymm …) are left to the console. */
const groups: readonly { readonly group: RegisterGroup; readonly matches: RegExp }[] = [
  { group: 'general', matches: new RegExp(`^(?:${general.join('|')})$`) },
  { group: 'flags', matches: /^eflags$/ },
  { group: 'segment', matches: /^(?:cs|ss|ds|es|fs|gs|fs_base|gs_base)$/ },
  { group: 'float', matches: /^(?:st[0-7]|fctrl|fstat|ftag|fiseg|fioff|foseg|fooff|fop|mxcsr)$/ },
  { group: 'vector', matches: /^[xyz]mm\d+$/ },
  { group: 'other', matches: /^(?:k[0-7]|pkru|orig_rax)$/ },
];

/** Bits of RFLAGS with a name (Intel SDM vol. 1, 3.4.3), lowest first. */
const flagBits: readonly (readonly [number, string])[] = [
  [0, 'CF'], [2, 'PF'], [4, 'AF'], [6, 'ZF'], [7, 'SF'], [8, 'TF'], [9, 'IF'], [10, 'DF'], [11, 'OF'], [14, 'NT'], [16, 'RF'], [17, 'VM'], [18, 'AC'], [19, 'VIF'], [20, 'VIP'],
  [21, 'ID'],
];

interface Chosen {
  readonly number: number;
  readonly name: string;
  readonly group: RegisterGroup;
}

interface Seen {
  /** Stop at which `now` was read. */
  stop: number;
  now: ReadonlyMap<string, string>;
  before: ReadonlyMap<string, string>;
}

/** Reads registers and remembers the last stop's, thread by thread, to mark what changed. */
export class Registers {
  readonly #connection: MiConnection;
  #chosen: Promise<readonly Chosen[]> | undefined;
  readonly #seen = new Map<number, Seen>();

  constructor(connection: MiConnection) {
    this.#connection = connection;
  }

  /** A new program: its registers and their numbers may be others. */
  forget(): void {
    this.#chosen = undefined;
    this.#seen.clear();
  }

  /** One group is read in a tenth of the time of all, but does not tell what changed. */
  async readGroup(thread: number, frame: number, group: RegisterGroup): Promise<readonly RegisterValue[]> {
    const chosen = (await this.#choose(thread)).filter((register) => register.group === group);
    const values = await this.#connection.run(dataListRegisterValues(thread, frame, chosen.map(({ number }) => number)));
    return chosen.flatMap(({ number, name }) => {
      const text = values.get(number);
      return text === undefined ? [] : [registerValue(name, group, text, undefined)];
    });
  }

  /** Vector registers take gdb twenty times as long as all others together: it prints each in a dozen formats. */
  async read(thread: number, frame: number, stop: number, vectors: boolean): Promise<readonly RegisterValue[]> {
    const chosen = (await this.#choose(thread)).filter(({ group }) => vectors || group !== 'vector');
    const values = await this.#connection.run(dataListRegisterValues(thread, frame, chosen.map(({ number }) => number)));
    const texts = new Map(chosen.flatMap(({ number, name }) => {
      const text = values.get(number);
      return text === undefined ? [] : [[name, text] as const];
    }));
    const before = frame === 0 ? this.#remember(thread, stop, texts) : undefined;
    return chosen.flatMap(({ name, group }) => {
      const text = texts.get(name);
      return text === undefined ? [] : [registerValue(name, group, text, before?.get(name))];
    });
  }

  /** The registers that are shown: those that may be written. */
  async shownNames(thread: number): Promise<ReadonlySet<string>> {
    return new Set((await this.#choose(thread)).map(({ name }) => name));
  }

  /** Number of the stack pointer, for readers of single registers. */
  async stackPointer(thread: number): Promise<number> {
    const rsp = (await this.#choose(thread)).find(({ name }) => name === 'rsp');
    if (rsp === undefined) throw new VmatlasError({ code: 'not-64-bit', message: 'The program is not a 64-bit x86 program.', evidence: 'gdb lists no register rsp' });
    return rsp.number;
  }

  /** What this thread's registers were at the stop before. */
  #remember(thread: number, stop: number, texts: ReadonlyMap<string, string>): ReadonlyMap<string, string> | undefined {
    const seen = this.#seen.get(thread);
    if (seen === undefined) {
      this.#seen.set(thread, { stop, now: texts, before: texts });
      return undefined;
    }
    if (seen.stop === stop) {
      // Some may have been read without the others.
      seen.now = new Map([...seen.now, ...texts]);
      return seen.before;
    }
    seen.before = seen.now;
    seen.stop = stop;
    seen.now = texts;
    return seen.before;
  }

  #choose(thread: number): Promise<readonly Chosen[]> {
    if (this.#chosen === undefined) {
      const asked = this.#connection.run(dataListRegisterNames(thread)).then(choose);
      this.#chosen = asked;
      // An answer that failed must not be kept.
      asked.catch(() => {
        if (this.#chosen === asked) this.#chosen = undefined;
      });
    }
    return this.#chosen;
  }
}

function choose(names: readonly string[]): readonly Chosen[] {
  const widest = ['zmm', 'ymm', 'xmm'].find((name) => names.includes(`${name}0`)) ?? '';
  const chosen = names.flatMap((name, number): Chosen[] => {
    const group = groups.find(({ matches }) => matches.test(name))?.group;
    // Each xmm is the low half of its ymm, and that of its zmm.
    return group === undefined || (group === 'vector' && !name.startsWith(widest)) ? [] : [{ number, name, group }];
  });
  return chosen.toSorted((a, b) => order(a) - order(b) || a.number - b.number);
}

function order(register: Chosen): number {
  return groups.findIndex(({ group }) => group === register.group) * 100 + Math.max(0, general.indexOf(register.name));
}

function registerValue(name: string, group: RegisterGroup, text: string, before: string | undefined): RegisterValue {
  const value = /^0x[0-9a-f]{1,16}$/.test(text) ? BigInt(text) : undefined;
  const bytes = group === 'vector' ? vectorBytes(text) : undefined;
  return {
    name,
    group,
    value,
    text,
    ...(bytes === undefined ? {} : { bytes }),
    ...(group === 'flags' && value !== undefined ? { flags: flagNames(value) } : {}),
    changed: before !== undefined && before !== text,
  };
}

/** The bytes of `{v4_float = …, v4_int64 = {0x1, 0x0 <repeats 3 times>}, …}`, lowest first. The parts of 64 bits are the widest that every gdb prints as plain numbers. */
export function vectorBytes(text: string): Uint8Array | undefined {
  const parts = /\bv([248])_int64 = \{([^{}]*)\}/.exec(text);
  const count = Number(parts?.[1]);
  const lanes = (parts?.[2] ?? '').split(', ').flatMap((part) => {
    const lane = /^(0x[0-9a-f]+)(?: <repeats (\d+) times>)?$/.exec(part);
    return lane?.[1] === undefined ? [] : Array.from({ length: Number(lane[2] ?? 1) }, () => BigInt(lane[1] ?? ''));
  });
  if (lanes.length !== count) return undefined;
  const bytes = new Uint8Array(count * 8);
  const view = new DataView(bytes.buffer);
  for (const [at, lane] of lanes.entries()) view.setBigUint64(at * 8, lane, true);
  return bytes;
}

export function flagNames(value: bigint): string[] {
  return flagBits.filter(([bit]) => ((value >> BigInt(bit)) & 1n) === 1n).map(([, flag]) => flag);
}
