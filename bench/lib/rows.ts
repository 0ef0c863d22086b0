/** What the ratio ours/theirs should be. `faster: 15` says that theirs takes at least 15 times as long as ours. */
export type Aim = { readonly atMost: number } | { readonly atLeast: number } | { readonly faster: number };

export interface Comparison {
  readonly what: string;
  readonly ours: number;
  /** The floor or the peer. */
  readonly beside: string;
  readonly theirs: number;
  readonly unit: Unit;
  /** Missing: shown for information. */
  readonly aim?: Aim;
}

export type Unit = 'ms' | 'MB/s' | 'MiB/s' | 'MiB';
export type Row = Record<string, string>;
/** What a benchmark gives its runner to print. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The title, and below it what has nothing to be compared with. */
export function heading(title: string, ...notes: readonly string[]): string {
  return [title, ...notes.map((note) => `  ${note}`)].join('\n');
}

/** One line of the table: ours | floor or peer | ratio | aim | met? */
export function row({ what, ours, beside, theirs, unit, aim }: Comparison): Row {
  const faster = aim !== undefined && 'faster' in aim;
  const ratio = faster ? theirs / ours : ours / theirs;
  return {
    work: what,
    ours: figure(ours, unit),
    'floor or peer': `${beside} ${figure(theirs, unit)}`,
    ratio: faster ? `${ratio.toFixed(1)}× faster` : `${ratio.toFixed(2)}×`,
    aim: aim === undefined ? '' : aimText(aim),
    'met?': aim === undefined ? '' : isMet(ratio, aim) ? 'yes' : 'NO',
  };
}

/** One line of a table whose figures have a limit and nothing to be compared with: figure | limit | met? */
export function limitRow({ what, value, unit, limit }: { readonly what: string; readonly value: number; readonly unit: Unit | '×'; readonly limit?: number | undefined }): Row {
  return {
    work: what,
    figure: `${value.toFixed(Math.abs(value) >= 100 ? 0 : 2)} ${unit}`,
    limit: limit === undefined ? '' : `≤ ${limit} ${unit}`,
    'met?': limit === undefined ? '' : value <= limit ? 'yes' : 'NO',
  };
}

export function figure(value: number, unit: Unit): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

function aimText(aim: Aim): string {
  if ('atMost' in aim) return `≤ ${aim.atMost}×`;
  return 'atLeast' in aim ? `≥ ${aim.atLeast}×` : `≥ ${aim.faster}× faster`;
}

function isMet(ratio: number, aim: Aim): boolean {
  if ('atMost' in aim) return ratio <= aim.atMost;
  return ratio >= ('atLeast' in aim ? aim.atLeast : aim.faster);
}
