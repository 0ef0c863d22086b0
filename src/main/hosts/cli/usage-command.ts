import { formatSize } from '../../../shared/address/size.ts';
import type { UsageBytes, UsageRow } from '../../../shared/model/usage.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { jsonText, safeNumber } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';
import { withSession } from './with-session.ts';

export interface UsageOptions {
  readonly json?: boolean;
  readonly by: 'kind' | 'module';
}

const FIELDS = ['virtual', 'resident', 'proportional', 'anonymous', 'file', 'shared', 'swap', 'dirty', 'locked', 'huge'] as const satisfies readonly (keyof UsageBytes)[];
/** Columns of the table; the rest is for --json. */
const SHOWN = ['virtual', 'resident', 'proportional', 'anonymous', 'file', 'shared', 'swap'] as const;

/** Memory by kind or by module. */
export function usage(context: CliContext, paint: Paint, pid: number, options: UsageOptions): Promise<number> {
  return withSession(context, pid, {}, async ({ clients, sessionId }) => {
    const { byKind, byModule, rollup, cost } = await clients.pages.usage({ sessionId, rollup: options.json ?? false });
    const table = options.by === 'module' ? byModule : byKind;
    const json = {
      pid,
      by: table.by,
      rows: table.rows.map(({ key, mappings, bytes }) => ({ [table.by]: key, mappings, ...bytesJson(bytes) })),
      total: bytesJson(table.total),
      rollup: rollup ? bytesJson(rollup) : null,
      cost,
    };
    await context.stdout.write(options.json ? jsonText(json) : plainText(table.by, table.rows, table.total, paint));
    return EXIT_DONE;
  });
}

function bytesJson(bytes: UsageBytes): Record<string, number | string> {
  return Object.fromEntries(FIELDS.map((field) => [field, safeNumber(bytes[field])]));
}

function plainText(by: string, rows: readonly UsageRow[], total: UsageBytes, paint: Paint): string {
  const cells = (key: string, mappings: string, bytes: UsageBytes): Cell[] => [
    ...SHOWN.map((field) => ({ text: bytes[field] === 0n ? '' : formatSize(bytes[field]) })), { text: mappings }, { text: printable(key) },
  ];
  const columns = [...SHOWN.map((field) => ({ title: field.toUpperCase(), align: 'right' as const })), { title: 'MAPPINGS', align: 'right' as const }, { title: by.toUpperCase() }];
  const count = rows.reduce((sum, { mappings }) => sum + mappings, 0);
  return formatTable(columns, [...rows.map(({ key, mappings, bytes }) => cells(key, String(mappings), bytes)), cells('total', String(count), total)], paint.dim);
}
