import type { ProcessSummary } from '../../../shared/model/process.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { jsonText, safeNumber } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';

export interface PsOptions {
  readonly json?: boolean;
  readonly all?: boolean;
}

/** Lists processes that match all words; exit code 1 when none does. */
export async function ps(context: CliContext, paint: Paint, words: readonly string[], options: PsOptions): Promise<number> {
  const services = await context.startServices();
  let processes: readonly ProcessSummary[];
  try {
    processes = await services.clients.processes.list({});
  } finally {
    await services.close();
  }
  const shown = processes.filter((process) => (options.all || process.cannotOpen?.code !== 'process-is-kernel-thread') && matches(process, words));
  await context.stdout.write(options.json ? jsonText(shown.map(processJson)) : plainText(shown, paint));
  return shown.length > 0 ? EXIT_DONE : EXIT_NOT_SO;
}

function matches(process: ProcessSummary, words: readonly string[]): boolean {
  const text = `${process.pid} ${process.user} ${process.name} ${process.command} ${process.exe}`.toLowerCase();
  return words.every((word) => text.includes(word.toLowerCase()));
}

function processJson(process: ProcessSummary): object {
  const { pid, ppid, uid, user, name, command, exe, state, threads } = process;
  return {
    pid, ppid, uid, user, name, command, exe, state, threads,
    residentBytes: safeNumber(process.residentBytes),
    startTime: safeNumber(process.startTime),
    cannotOpen: process.cannotOpen ?? null,
    cannotAttach: process.cannotAttach ?? null,
  };
}

function plainText(processes: readonly ProcessSummary[], paint: Paint): string {
  const columns = [
    { title: 'PID', align: 'right' }, { title: 'USER' }, { title: 'S' }, { title: 'THREADS', align: 'right' }, { title: 'RESIDENT', align: 'right' }, { title: 'NAME' },
    { title: 'COMMAND' },
  ] as const;
  const rows = processes.map((process): Cell[] => {
    const problem = process.cannotOpen ?? process.cannotAttach;
    const dim = process.cannotOpen ? { paint: paint.dim } : {};
    const note = problem ? `  [${process.cannotOpen ? 'cannot be opened' : 'cannot be attached to'}: ${problem.message}]` : '';
    return [
      { text: String(process.pid), ...dim },
      { text: printable(process.user), ...dim },
      { text: process.state, ...dim },
      { text: String(process.threads), ...dim },
      { text: formatSize(process.residentBytes), ...dim },
      { text: printable(process.name), paint: process.cannotOpen ? paint.dim : paint.bold },
      { text: printable(process.command) + note, ...dim },
    ];
  });
  return formatTable(columns, rows, paint.dim);
}
