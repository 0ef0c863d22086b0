/**
 * What gdb's machine interface says, as data (GDB manual, "GDB/MI Output Syntax").
 *
 * A tuple keeps its names in the order gdb wrote them, duplicates included: gdb repeats keys in places (`thread={…},thread={…}`, and old releases
 * `bkpt={…},bkpt={…}`), and a plain object would lose all but one. Names and values are two parallel arrays, which is also the cheapest form to build.
 */
export type MiValue = string | MiTuple | MiList;

export class MiTuple {
  readonly kind = 'tuple';
  /** '' for a value gdb wrote without a name (`script={"silent","bt"}`). */
  readonly names: readonly string[];
  readonly values: readonly MiValue[];

  constructor(names: readonly string[], values: readonly MiValue[]) {
    this.names = names;
    this.values = values;
  }

  /** First value of that name. */
  get(name: string): MiValue | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** First value of that name when it is a string. */
  text(name: string): string | undefined {
    const value = this.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** Every value of that name, in order. */
  all(name: string): MiValue[] {
    return this.values.filter((_, at) => this.names[at] === name);
  }
}

export class MiList {
  readonly kind = 'list';
  /** undefined for a list of plain values; the names for a list of results (`[frame={…},frame={…}]`). */
  readonly names: readonly string[] | undefined;
  readonly values: readonly MiValue[];

  constructor(names: readonly string[] | undefined, values: readonly MiValue[]) {
    this.names = names;
    this.values = values;
  }
}

export const RESULT_CLASSES = ['done', 'running', 'connected', 'error', 'exit'] as const;
export type MiResultClass = (typeof RESULT_CLASSES)[number];

export interface MiResultRecord {
  readonly kind: 'result';
  readonly token: number | undefined;
  readonly class: MiResultClass;
  readonly results: MiTuple;
}

/** `*` exec, `+` status, `=` notify. */
export interface MiAsyncRecord {
  readonly kind: 'async';
  readonly stream: 'exec' | 'status' | 'notify';
  readonly token: number | undefined;
  /** `stopped`, `breakpoint-created` … */
  readonly class: string;
  readonly results: MiTuple;
}

/** `~` console, `@` target, `&` log. */
export interface MiStreamRecord {
  readonly kind: 'stream';
  readonly channel: 'console' | 'target' | 'log';
  readonly text: string;
}

export interface MiPromptRecord {
  readonly kind: 'prompt';
}

/** A line that is not MI. The next line is parsed as if this one had not been there. */
export interface MiMalformedRecord {
  readonly kind: 'malformed';
  /** The line, cut after 2000 characters. */
  readonly line: string;
  /** Character in the line where parsing stopped. */
  readonly position: number;
  readonly reason: string;
}

export type MiRecord = MiResultRecord | MiAsyncRecord | MiStreamRecord | MiPromptRecord | MiMalformedRecord;
