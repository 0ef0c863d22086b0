import { addBytes, formatAddress, parseAddress, type Address } from '../../../shared/address/address.ts';
import { formatRange, rangeSize } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { UserAccess } from '../../../shared/model/access.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
import type { PageCard } from '../../../shared/rpc/contracts/pages.ts';
import type { CliContext } from './context.ts';
import { EXIT_DONE, EXIT_NOT_SO } from './exit-codes.ts';
import { jsonText, whereJson } from './json.ts';
import type { Paint } from './paint.ts';
import { printable } from './table.ts';
import { resolveLocation, withSession } from './with-session.ts';

export interface WhereOptions {
  readonly json?: boolean;
  readonly evidence?: boolean;
  readonly attach?: boolean;
}

/** Says what lies at each location, in the order asked. All are resolved before anything is printed. Exit code 1 when no mapping covers one of them. */
export function where(context: CliContext, paint: Paint, pid: number, locations: readonly string[], options: WhereOptions): Promise<number> {
  return withSession(context, pid, options, async (session) => {
    const answers: Answer[] = [];
    for (const text of locations) {
      const address = await resolveLocation(session, text);
      const facts = await session.clients.map.describe({ sessionId: session.sessionId, address });
      answers.push({ text, address, facts, card: await session.clients.pages.card({ sessionId: session.sessionId, address, smaps: true }) });
    }
    const printed = options.json
      ? jsonText(answers.map(({ address, facts, card }) => whereJson(address, facts, card)))
      : answers.map((answer) => plainText(answer, paint, options.evidence ?? false)).join('\n');
    await context.stdout.write(printed);
    return answers.some(({ facts }) => facts.gap !== undefined) ? EXIT_NOT_SO : EXIT_DONE;
  });
}

interface Answer {
  readonly text: string;
  readonly address: Address;
  readonly facts: AddressDescription;
  readonly card: PageCard;
}

function plainText({ text, address, facts, card }: Answer, paint: Paint, evidence: boolean): string {
  const { region, gap, section, symbol } = facts;
  const lines: [string, string][] = [['kind', `${paint.kind(region.kind, region.kind)}  ${printable(region.label)}`]];
  if (gap) {
    lines.push(['gap', `${formatRange(region)}  ${formatSize(rangeSize(region))}, nothing is mapped`]);
    if (gap.below) lines.push(['below', neighbour(gap.below)]);
    if (gap.above) lines.push(['above', neighbour(gap.above)]);
  } else {
    lines.push(['region', `${formatRange(region)}  ${formatSize(rangeSize(region))}  ${region.perms}${region.path === '' ? '' : `  ${printable(region.path)}`}`]);
  }
  if (section) lines.push(['section', `${printable(section.name)}${plus(address - section.address)}`]);
  if (symbol) lines.push(['symbol', `${printable(symbol.symbol.demangled ?? symbol.symbol.name)}${plus(symbol.offset)}`]);
  if (facts.loadBias !== undefined) lines.push(['in ELF', `${formatAddress(addBytes(address, -facts.loadBias))}  (load bias 0x${facts.loadBias.toString(16)})`]);
  if (card.facts) lines.push(['page', printable(card.facts.words)]);
  for (const [verb, access] of [['read', card.access.read], ['write', card.access.write], ['execute', card.access.execute]] as const) lines.push([verb, accessWords(access, paint)]);
  if (evidence) for (const item of [...region.evidence, ...facts.evidence]) lines.push([item.source, paint.dim(printable(item.text))]);
  const asked = parseAddress(text) === address ? '' : `  ${printable(text)}`;
  const wide = Math.max(...lines.map(([title]) => title.length));
  return `${paint.bold(formatAddress(address))}${asked}\n${lines.map(([title, words]) => `  ${paint.dim(title.padEnd(wide))}  ${words}\n`).join('')}`;
}

function accessWords({ outcome, signal, code, reason, unless }: UserAccess, paint: Paint): string {
  const verdict = outcome === 'fault' ? paint.warn(`${signal} ${code}`) : outcome;
  return `${verdict}: ${printable(reason)}${unless === '' ? '' : ` (unless: ${printable(unless)})`}`;
}

function plus(offset: bigint): string {
  return offset === 0n ? '' : `+0x${offset.toString(16)}`;
}

function neighbour(region: Region): string {
  return `${formatRange(region)}  ${region.perms}  ${printable(region.label)}`;
}
