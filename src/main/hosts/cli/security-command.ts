import { formatAddress, formatPlainAddress } from '../../../shared/address/address.ts';
import { formatRange } from '../../../shared/address/range.ts';
import type { HardeningCheck, ModuleHardening, WritableExecutable } from '../../../shared/model/hardening.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { jsonText } from './json.ts';
import type { Paint } from './paint.ts';
import { formatTable, printable, type Cell } from './table.ts';
import { targetOf, withSession } from './with-session.ts';

export interface SecurityOptions {
  readonly json?: boolean;
  readonly evidence?: boolean;
}

/** Protections of each module and of the process, and memory that is writable and executable. */
export function security(context: CliContext, paint: Paint, pid: number, options: SecurityOptions): Promise<number> {
  return withSession(context, pid, {}, async (session) => {
    const { clients, sessionId } = session;
    const { modules, aslr } = await clients.pages.hardening({ sessionId });
    const { found } = await clients.pages.writableExecutable({ sessionId });
    const { verdict, words, randomizeVaSpace, personality, disabledForProcess, evidence } = aslr;
    const json = {
      pid,
      exe: targetOf(session).exe,
      aslr: { verdict, words, randomizeVaSpace: randomizeVaSpace ?? null, personality: personality === undefined ? null : `0x${personality.toString(16)}`, disabledForProcess, evidence },
      modules: modules.map(moduleJson),
      writableExecutable: found.map(wxJson),
    };
    await context.stdout.write(options.json ? jsonText(json) : plainText(modules, `${verdict}: ${words}`, found, paint, options.evidence ?? false));
    return EXIT_DONE;
  });
}

function moduleJson({ module, base, checks, relroPages, problem }: ModuleHardening): object {
  return {
    path: module.path,
    role: module.role,
    base: formatPlainAddress(base),
    checks: Object.fromEntries(checks.map(({ id, verdict, value, words, evidence }) => [id, { verdict, value, words, evidence }])),
    relroPages: relroPages ? { start: formatPlainAddress(relroPages.start), end: formatPlainAddress(relroPages.end) } : null,
    problem: problem ?? null,
  };
}

function wxJson({ how, start, end, perms, label, module, words, evidence }: WritableExecutable): object {
  return { how, start: formatPlainAddress(start), end: formatPlainAddress(end), perms, label, module: module?.path ?? null, words, evidence };
}

const TITLES = ['PIE', 'NX STACK', 'RELRO', 'CANARY', 'FORTIFY', 'IBT', 'SHSTK', 'BUILD ID', 'RPATH'] as const;

function plainText(modules: readonly ModuleHardening[], aslr: string, found: readonly WritableExecutable[], paint: Paint, withEvidence: boolean): string {
  const cell = (check: HardeningCheck): Cell => {
    const text = check.id === 'build-id' && check.verdict === 'yes' ? check.value.slice(0, 8) : check.value;
    return check.verdict === 'no' ? { text: printable(text), paint: paint.warn } : { text: printable(text) };
  };
  const rows = modules.map((entry): Cell[] => [
    { text: formatAddress(entry.base) },
    ...(entry.checks.length > 0 ? entry.checks.map(cell) : TITLES.map(() => ({ text: '?' }))),
    { text: printable(entry.problem === undefined ? entry.module.path : `${entry.module.path} (${entry.problem})`) },
  ]);
  let text = `${paint.bold('ASLR')}  ${aslr}\n\n${formatTable([{ title: 'BASE' }, ...TITLES.map((title) => ({ title })), { title: 'MODULE' }], rows, paint.dim)}`;
  if (withEvidence) {
    for (const { module, checks } of modules) {
      text += `\n${printable(module.path)}\n`;
      for (const { id, words, evidence } of checks) text += `  ${id}: ${words}\n${evidence.map((item) => `    ${paint.dim(printable(item.text))}\n`).join('')}`;
    }
  }
  text += `\n${paint.bold('Writable and executable')}\n`;
  if (found.length === 0) return `${text}  none\n`;
  for (const entry of found) text += `  ${formatRange(entry)}  ${entry.perms}  ${paint.warn(printable(entry.label))}  ${entry.words}\n`;
  return text;
}
