import { addBytes, formatAddress, parseAddress, type Address } from '../../../shared/address/address.ts';
import { formatRange, rangeSize } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import type { AddressDescription } from '../../../shared/rpc/contracts/map.ts';
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
    const answers: { text: string; address: Address; facts: AddressDescription }[] = [];
    for (const text of locations) {
      const address = await resolveLocation(session, text);
      answers.push({ text, address, facts: await session.clients.map.describe({ sessionId: session.sessionId, address }) });
    }
    const printed = options.json
      ? jsonText(answers.map(({ address, facts }) => whereJson(address, facts)))
      : answers.map((answer) => plainText(answer, paint, options.evidence ?? false)).join('\n');
    await context.stdout.write(printed);
    return answers.some(({ facts }) => facts.gap !== undefined) ? EXIT_NOT_SO : EXIT_DONE;
  });
}

function plainText({ text, address, facts }: { text: string; address: Address; facts: AddressDescription }, paint: Paint, evidence: boolean): string {
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
  if (evidence) for (const item of [...region.evidence, ...facts.evidence]) lines.push([item.source, paint.dim(printable(item.text))]);
  const asked = parseAddress(text) === address ? '' : `  ${printable(text)}`;
  const wide = Math.max(...lines.map(([title]) => title.length));
  return `${paint.bold(formatAddress(address))}${asked}\n${lines.map(([title, words]) => `  ${paint.dim(title.padEnd(wide))}  ${words}\n`).join('')}`;
}

function plus(offset: bigint): string {
  return offset === 0n ? '' : `+0x${offset.toString(16)}`;
}

function neighbour(region: Region): string {
  return `${formatRange(region)}  ${region.perms}  ${printable(region.label)}`;
}
